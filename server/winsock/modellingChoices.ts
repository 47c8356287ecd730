/**
 * Modelling choices: what the documents leave open or contradict, and how this project decides. None of them is
 * documented behaviour; wherever one decides a result, the tool shows it ("model: OQ-3").
 */

import type { Locale } from './locale';

/** `OQ-1` to `OQ-53`. */
export type ModellingChoiceId = `OQ-${number}`;

export type ModellingTopic = 'connecting' | 'session' | 'accepting' | 'data';

export interface ModellingChoice {
	readonly id: ModellingChoiceId;
	readonly topic: ModellingTopic;
}

/** Number of the last choice of each topic, in order. */
const lastOfTopic: readonly (readonly [ModellingTopic, number])[] = [
	['connecting', 18],
	['session', 27],
	['accepting', 34],
	['data', 53],
];

const choices: readonly ModellingChoice[] = lastOfTopic.flatMap(([topic, last], index) => {
	const first = (lastOfTopic[index - 1]?.[1] ?? 0) + 1;
	return Array.from({ length: last - first + 1 }, (_, offset) => ({ id: `OQ-${first + offset}` as const, topic }));
});

export function allModellingChoices(): readonly ModellingChoice[] {
	return choices;
}

export function findModellingChoice(id: string): ModellingChoice | undefined {
	return choices.find((choice) => choice.id === id);
}

/** Shape of `data/modellingChoices.<locale>.json`. */
export type ModellingTextFile = Readonly<Record<string, { readonly title: string; readonly choice: string }>>;

export interface ModellingTexts {
	readonly locale: Locale;
	/** The open point, in a few words. */
	title(id: ModellingChoiceId): string;
	/** What the model does. */
	choice(id: ModellingChoiceId): string;
}

/** Loads the texts of one language; rejects only if the bundle is incomplete. */
export async function loadModellingTexts(locale: Locale): Promise<ModellingTexts> {
	const file: { readonly default: ModellingTextFile } =
		locale === 'zh-cn'
			? await import('./data/modellingChoices.zh-cn.json')
			: await import('./data/modellingChoices.en.json');
	const entry = (id: ModellingChoiceId) => {
		const found = file.default[id];
		if (!found) throw new Error(`No text for ${id}`);
		return found;
	};
	return { locale, title: (id) => entry(id).title, choice: (id) => entry(id).choice };
}
