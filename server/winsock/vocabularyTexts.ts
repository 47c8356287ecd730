/**
 * What errors and network events mean, in one language. The English sentences stand beside the facts in `errors.ts` and
 * `events.ts`; other languages are in `data/vocabulary.<locale>.json`.
 */

import { type WsaError, wsaErrors } from './errors';
import { type NetworkEvent, networkEventFacts } from './events';
import type { Locale } from './locale';

/** Shape of `data/vocabulary.<locale>.json`. */
export interface VocabularyTextFile {
	readonly errors: Readonly<Record<string, string>>;
	readonly events: Readonly<Record<string, string>>;
	readonly reenabledOnlyIf: Readonly<Record<string, string>>;
}

export interface VocabularyTexts {
	readonly locale: Locale;
	error(name: WsaError): string;
	event(name: NetworkEvent): string;
	/** Restriction on the call that re-enables the event, where there is one. */
	reenabledOnlyIf(name: NetworkEvent): string | undefined;
}

/** Loads the meanings in one language; English needs no file. */
export async function loadVocabularyTexts(locale: Locale): Promise<VocabularyTexts> {
	if (locale === 'en') return englishVocabulary;
	const file: { readonly default: VocabularyTextFile } = await import('./data/vocabulary.zh-cn.json');
	const { errors, events, reenabledOnlyIf } = file.default;
	return {
		locale,
		// An entry that a translation lacks is shown in English.
		error: (name) => errors[name] ?? englishVocabulary.error(name),
		event: (name) => events[name] ?? englishVocabulary.event(name),
		reenabledOnlyIf: (name) => reenabledOnlyIf[name] ?? englishVocabulary.reenabledOnlyIf(name),
	};
}

export const englishVocabulary: VocabularyTexts = {
	locale: 'en',
	error: (name) => wsaErrors[name].meaning,
	event: (name) => networkEventFacts(name).meaning,
	reenabledOnlyIf: (name) => networkEventFacts(name).reenabledOnlyIf,
};
