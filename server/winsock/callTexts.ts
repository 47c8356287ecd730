/**
 * What the documented calls mean, in one language: a paragraph for each call and a sentence for each parameter, as
 * hovers, completion and signature help show them. `data/calls.<locale>.json` holds them; what many calls share
 * (lpErrno, "0 on success") stands there once.
 */

import type { CallName } from './calls';
import type { Locale } from './locale';

interface CallTextEntry {
	readonly doc: string;
	readonly returns?: string;
	/** Note on the SAN path: differences to the general SPI, and what of the page could not be read. */
	readonly san?: string;
	readonly parameters?: Readonly<Record<string, string>>;
}

/** Shape of `data/calls.<locale>.json`. */
export interface CallTextFile {
	readonly shared: { readonly returns: string; readonly parameters: Readonly<Record<string, string>> };
	readonly boundary: Readonly<Record<string, CallTextEntry>>;
	readonly winsock: Readonly<Record<string, CallTextEntry>>;
}

export interface CallTexts {
	readonly locale: Locale;
	/** One paragraph. */
	doc(call: CallName): string;
	returns(call: CallName): string;
	/** Note on the SAN path, where there is one. */
	san(call: CallName): string | undefined;
	/** What a parameter of the call means; undefined for a name that is no parameter. */
	parameter(call: CallName, parameter: string): string | undefined;
}

/** Loads the texts of one language; rejects only if the bundle is incomplete. */
export async function loadCallTexts(locale: Locale): Promise<CallTexts> {
	const file: { readonly default: CallTextFile } =
		locale === 'zh-cn' ? await import('./data/calls.zh-cn.json') : await import('./data/calls.en.json');
	return callTexts(locale, file.default);
}

/** The texts of an already loaded file: for bundles that bring one language along. */
export function callTexts(locale: Locale, file: CallTextFile): CallTexts {
	const entry = (call: CallName): CallTextEntry => {
		const found = file.boundary[call] ?? file.winsock[call];
		if (!found) throw new Error(`No text for ${call}`);
		return found;
	};
	return {
		locale,
		doc: (call) => entry(call).doc,
		returns: (call) => entry(call).returns ?? file.shared.returns,
		san: (call) => entry(call).san,
		parameter: (call, parameter) => entry(call).parameters?.[parameter] ?? file.shared.parameters[parameter],
	};
}
