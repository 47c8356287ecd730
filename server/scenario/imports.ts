/**
 * Where an import points to: a path relative to the importing file, with `/` on every system.
 */

/** The URI or path of `path` as written in the file `uri`; an absolute path or URI stands for itself. */
export function resolveImport(uri: string, path: string): string {
	if (/^[A-Za-z][A-Za-z0-9+.-]+:/.test(path) || path.startsWith('/')) return path;
	const segments = uri.split('/').slice(0, -1);
	for (const segment of path.split('/')) {
		if (segment === '' || segment === '.') continue;
		if (segment === '..' && segments.length > 0 && segments.at(-1) !== '..' && segments.at(-1) !== '') segments.pop();
		else segments.push(segment);
	}
	return segments.join('/');
}

/** Whether a file is among those whose import is under way, that is: whether importing it closes a circle. */
export function isImportedBefore(uri: string, open: readonly string[]): boolean {
	return open.includes(uri);
}
