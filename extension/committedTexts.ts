/**
 * A scenario file with all that it imports, as the last commit has them. What is not committed is read from disk, by the
 * adapter. Does not import `vscode`.
 */
import path from 'node:path';
import type { LaunchText } from '../server/protocol/debugRequests';

const importLine = /^[ \t]*import[ \t]+"([^"\n]+)"/gm;

/** @param read gives the committed text of a file; it rejects if there is none. @throws what `read` says of `program` itself */
export async function committedTexts(
	program: string,
	read: (file: string) => Promise<string>,
): Promise<readonly LaunchText[]> {
	const texts = new Map([[program, await read(program)]]);
	// A map hands out what is added while it is walked through.
	for (const [file, text] of texts) {
		for (const [, imported = ''] of text.matchAll(importLine)) {
			const target = path.resolve(path.dirname(file), imported);
			if (texts.has(target)) continue;
			try {
				texts.set(target, await read(target));
			} catch {
				// A new file, or one of another repository.
			}
		}
	}
	return [...texts].map(([file, text]) => ({ path: file, text }));
}
