/** A trace on disk: JSON Lines, see `docs/trace.md`. One run a file. */
import { closeSync, openSync, realpathSync, writeSync } from 'node:fs';
import path from 'node:path';
import { type Reader, traceLines } from '../trace';

/** Bytes are handed to the system in pieces of about this size. */
const PIECE = 1 << 18;

/** `OUT.jsonl` for the first run, `OUT.2.jsonl` for the second, and so on. */
export function traceFileName(given: string, run: number): string {
	if (run === 1) return given;
	const { dir, name, ext } = path.parse(given);
	return path.join(dir, `${name}.${run}${ext}`);
}

/** @throws NodeJS.ErrnoException if it cannot be written */
export function writeTrace(file: string, reader: Reader): void {
	const descriptor = openSync(file, 'w');
	try {
		let piece = '';
		for (const line of traceLines(reader)) {
			piece += `${line}\n`;
			if (piece.length < PIECE) continue;
			writeWhole(descriptor, piece);
			piece = '';
		}
		writeWhole(descriptor, piece);
	} finally {
		closeSync(descriptor);
	}
}

/** One write may take only a part, for instance into a pipe. */
function writeWhole(descriptor: number, text: string): void {
	const bytes = new TextEncoder().encode(text);
	for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

export function isSameFile(a: string, b: string): boolean {
	return realPath(a) === realPath(b);
}

function realPath(file: string): string {
	try {
		return realpathSync(file);
	} catch {
		return path.resolve(file);
	}
}
