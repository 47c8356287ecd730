/** Where, and how, what can be made anew is kept from one process to the next. */
import { renameSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The user's folder for such files; it need not exist. */
export function cacheFolder(): string {
	const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
	if (process.platform === 'win32' && LOCALAPPDATA) return LOCALAPPDATA;
	if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Caches');
	return XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
}

/** 16 hexadecimal digits. FNV-1a, twice: loading a library of hashes would take longer than what it is wanted for. */
export function shortNameOf(text: string): string {
	let name = '';
	for (let hash of [0x811c9dc5, 0x01000193]) {
		for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
		name += (hash >>> 0).toString(16).padStart(8, '0');
	}
	return name;
}

/** Tells versions of a file apart, as part of a file name. @throws if there is no such file */
export function versionOf(file: string): string {
	const { mtimeMs, size } = statSync(file);
	return `${shortNameOf(file)}-${Math.round(mtimeMs)}-${size}`;
}

/** Another process may be doing the same: the file appears whole or not at all, and nobody else may read it. */
export function writeWhole(file: string, contents: string | Uint8Array): void {
	const own = `${file}.${process.pid}`;
	writeFileSync(own, contents, { mode: 0o600 });
	renameSync(own, file);
}
