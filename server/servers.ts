/**
 * The debug adapter and the language server in one bundle: they share the language, the vocabulary and the rules, which
 * are most of both. Only the one that is asked for is initialized.
 */
import type { AdapterModule } from './protocol/scenarioPicture';

/** @param stopped called when a client on stdio has been told of its first stop */
export function startDebugAdapter(stopped: () => void): void {
	void import('./debug/main').then(({ main }) => main(stopped));
}

export function startLanguageServer(): void {
	void import('./language/main');
}

/** For the Markdown preview, which loads this bundle as a module and asks for what it draws at once. */
export const scenarioPicture: AdapterModule['scenarioPicture'] = (text, locale) => {
	// An `import()` would answer later; this one is bundled, and carried out with the first call.
	const picture = require('./debug/scenarioPicture') as typeof import('./debug/scenarioPicture');
	return picture.scenarioPicture(text, locale);
};
