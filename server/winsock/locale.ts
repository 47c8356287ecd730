/**
 * The languages that the documentation texts exist in. Facts (names, numbers, parameters, rule IDs) carry no language;
 * every sentence lives in a `data/*.<locale>.json` file, so that a process can load the one language that it needs.
 */

export const locales = ['en', 'zh-cn'] as const;

export type Locale = (typeof locales)[number];

/** The text locale for a BCP 47 tag as VS Code, DAP and LSP report it (`zh-CN`, `zh-hans`, `en-US`); else English. */
export function localeOf(tag: string | undefined): Locale {
	const lower = (tag ?? 'en').toLowerCase().replace('_', '-');
	return /^zh(-cn|-sg|-hans.*)?(\.|$)/.test(lower) ? 'zh-cn' : 'en';
}
