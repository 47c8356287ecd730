/**
 * Trees of scenario files that were edited or debugged, as files of this user: a session that debugs an unchanged file
 * starts without parsing it. Every failure only costs time.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder, shortNameOf, versionOf, writeWhole } from './cacheFolder';
import type { TreeStore } from './scenario/keptTree';

/** Files that are kept; the oldest go. */
const FILES_MOST = 64;
/** Trees that wait for a quiet moment; older ones are given up. */
const WAITING_MOST = 8;

/**
 * @param bundle the file whose code makes the trees: what another version made is not read
 * @param quietMs real milliseconds without a new tree after which those that wait are written
 */
export function treeFiles(bundle: string, quietMs: number): TreeStore {
	const version = versionOf(bundle);
	const folder = path.join(cacheFolder(), 'sanflow', 'trees');
	/** Told apart by the whole text, which is the file's first part; the name is only where to look. */
	const fileOf = (text: string): string => path.join(folder, `${shortNameOf(text)}-${version}`);
	let waiting: (() => void)[] = [];
	let timer: NodeJS.Timeout | undefined;
	const writeAll = (): void => {
		for (const action of waiting) action();
		waiting = [];
	};
	return {
		find: (text) => {
			try {
				const kept = readFileSync(fileOf(text), 'utf8');
				return kept.startsWith(text) && kept[text.length] === '\0' ? kept.slice(text.length + 1) : undefined;
			} catch {
				return undefined;
			}
		},
		keep: (text, tree) => {
			waiting = [...waiting.slice(1 - WAITING_MOST), () => write(folder, fileOf(text), () => `${text}\0${tree()}`)];
			clearTimeout(timer);
			timer = setTimeout(writeAll, quietMs).unref();
		},
	};
}

function write(folder: string, file: string, contents: () => string): void {
	try {
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		writeWhole(file, contents());
		removeOldest(folder);
	} catch {
		// The next start parses again.
	}
}

function removeOldest(folder: string): void {
	const files = readdirSync(folder).map((name) => path.join(folder, name));
	if (files.length <= FILES_MOST) return;
	const byAge = files.map((file) => ({ file, age: statSync(file).mtimeMs })).sort((a, b) => b.age - a.age);
	for (const { file } of byAge.slice(FILES_MOST)) rmSync(file, { force: true });
}
