/**
 * Loads a bundle with the code that V8 made of it the last time: compiling it anew would be most of a process's start.
 * What can go wrong with the cache only costs time; the bundle is then loaded in the usual way.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { cacheFolder, versionOf, writeWhole } from './cacheFolder';

/** A bundle that is loaded. */
export interface Loaded<Exports> {
	readonly exports: Exports;
	/** Whether code was kept before. */
	readonly isKept: boolean;
	/** Keeps the code that V8 has made so far for the next start, unless what is kept has nearly all of it. */
	readonly keep: () => void;
}

/** Code that is this much more is worth being written anew: what is not kept is compiled when it is first called. */
const WORTH_WRITING = 1.002;

type Wrapper = (
	exports: object,
	require: NodeJS.Require,
	module: { exports: object },
	filename: string,
	dirname: string,
) => void;

/**
 * @param folder where the bundle lies
 * @param use what the bundle is loaded for: each use compiles other parts of it
 */
export function loadBundle<Exports>(folder: string, name: string, use: string): Loaded<Exports> {
	const file = path.join(folder, name);
	const require = createRequire(file);
	const cache = cacheFileOf(file, use);
	if (cache === undefined) return { exports: require(file) as Exports, isKept: true, keep: () => undefined };
	const cachedData = read(cache);
	// The build leaves nothing but ASCII in it; decoding UTF-8 would take as long as loading the code.
	const source = readFileSync(file, 'latin1');
	const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
		filename: file,
		...(cachedData ? { cachedData } : {}),
	});
	const module = { exports: {} };
	(script.runInThisContext() as Wrapper)(module.exports, require, module, file, folder);
	const isKept = cachedData !== undefined && script.cachedDataRejected !== true;
	const before = isKept ? cachedData.length : 0;
	return { exports: module.exports as Exports, isKept, keep: () => keep(script, cache, before * WORTH_WRITING) };
}

/** A file of this user for this version of the bundle and of the engine; nobody else may write there. */
function cacheFileOf(file: string, use: string): string | undefined {
	try {
		const folder = path.join(cacheFolder(), 'sanflow', 'code');
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		const { versions, arch } = process;
		return path.join(folder, `${use}-${versionOf(file)}-${versions.v8}-${arch}.bin`);
	} catch {
		return undefined;
	}
}

function read(file: string): Buffer | undefined {
	try {
		return readFileSync(file);
	} catch {
		return undefined;
	}
}

/** @param least bytes that are worth it */
function keep(script: vm.Script, file: string, least: number): void {
	try {
		const code = script.createCachedData();
		if (code.length < least) return;
		writeWhole(file, Uint8Array.from(code));
		removeOthers(file);
	} catch {
		// Without a cache the next start is as slow as this one.
	}
}

/** What was kept of the same bundle before, or of any that nobody has made anew for a month, is of no use any more. */
function removeOthers(file: string): void {
	const folder = path.dirname(file);
	const name = path.basename(file);
	// The use, and which file it is.
	const bundle = `${name.split('-', 2).join('-')}-`;
	const old = Date.now() - 30 * 24 * 3600 * 1000;
	for (const other of readdirSync(folder)) {
		const kept = path.join(folder, other);
		if (other !== name && (other.startsWith(bundle) || statSync(kept).mtimeMs < old)) rmSync(kept, { force: true });
	}
}
