/**
 * Loads a bundle with the code that V8 made of it the last time: compiling it anew would be most of a process's start.
 * What can go wrong with the cache only costs time; the bundle is then loaded in the usual way.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import vm from 'node:vm';

/** A bundle that is loaded. */
export interface Loaded<Exports> {
	readonly exports: Exports;
	/** Keeps the code that V8 has made so far for the next start, if none is kept yet. */
	readonly keep: () => void;
}

type Wrapper = (
	exports: object,
	require: NodeJS.Require,
	module: { exports: object },
	filename: string,
	dirname: string,
) => void;

/** @param folder where the bundle lies */
export function loadBundle<Exports>(folder: string, name: string): Loaded<Exports> {
	const file = path.join(folder, name);
	const require = createRequire(file);
	const cache = cacheFileOf(file);
	if (cache === undefined) return { exports: require(file) as Exports, keep: () => undefined };
	const cachedData = read(cache);
	const source = readFileSync(file, 'utf8');
	const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
		filename: file,
		...(cachedData ? { cachedData } : {}),
	});
	const module = { exports: {} };
	(script.runInThisContext() as Wrapper)(module.exports, require, module, file, folder);
	let isKept = cachedData !== undefined && script.cachedDataRejected !== true;
	const keepOnce = (): void => {
		if (!isKept) keep(script, cache);
		isKept = true;
	};
	return { exports: module.exports as Exports, keep: keepOnce };
}

/** A file of this user for this version of the bundle and of the engine; nobody else may write there. */
function cacheFileOf(file: string): string | undefined {
	try {
		const { mtimeMs, size } = statSync(file);
		const folder = path.join(cacheFolder(), 'sanflow', 'code');
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		const name = shortNameOf(file);
		return path.join(folder, `${name}-${Math.round(mtimeMs)}-${size}-${process.versions.v8}-${process.arch}.bin`);
	} catch {
		return undefined;
	}
}

/** FNV-1a, twice: loading a library of hashes would take longer than everything else here. */
function shortNameOf(text: string): string {
	let name = '';
	for (let hash of [0x811c9dc5, 0x01000193]) {
		for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
		name += (hash >>> 0).toString(16).padStart(8, '0');
	}
	return name;
}

function cacheFolder(): string {
	const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
	if (process.platform === 'win32' && LOCALAPPDATA) return LOCALAPPDATA;
	if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Caches');
	return XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
}

function read(file: string): Buffer | undefined {
	try {
		return readFileSync(file);
	} catch {
		return undefined;
	}
}

/** Another process may be doing the same: the file appears whole or not at all. */
function keep(script: vm.Script, file: string): void {
	try {
		const own = `${file}.${process.pid}`;
		writeFileSync(own, Uint8Array.from(script.createCachedData()), { mode: 0o600 });
		renameSync(own, file);
		removeOlder(file);
	} catch {
		// Without a cache the next start is as slow as this one.
	}
}

/** What was kept of earlier versions of the same bundle is of no use any more. */
function removeOlder(file: string): void {
	const folder = path.dirname(file);
	const name = path.basename(file);
	const bundle = name.slice(0, name.indexOf('-') + 1);
	for (const other of readdirSync(folder)) {
		if (other.startsWith(bundle) && other !== name) rmSync(path.join(folder, other), { force: true });
	}
}
