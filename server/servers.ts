/**
 * The debug adapter and the language server in one bundle: they share the language, the vocabulary and the rules, which
 * are most of both. Only the one that is asked for is initialized.
 */

export function startDebugAdapter(): void {
	void import('./debug/main');
}

export function startLanguageServer(): void {
	void import('./language/main');
}
