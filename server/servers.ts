/**
 * The debug adapter and the language server in one bundle: they share the language, the vocabulary and the rules, which
 * are most of both. Only the one that is asked for is initialized.
 */
import type { SessionWatcher } from './debug/server';
import type { AdapterModule } from './protocol/scenarioPicture';

/** @param watcher told how the session of a client on stdio goes */
export function startDebugAdapter(watcher: SessionWatcher): void {
	void import('./debug/main').then(({ main }) => main(watcher));
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
