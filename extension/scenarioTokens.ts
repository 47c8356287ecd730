/**
 * Cuts a scenario file into words, strings and marks, tolerant of anything half-typed. It serves what must work at once
 * and without the language server: code lenses, the scenario under the cursor, inline values.
 * The terminals are those of server/scenario/sanflow.langium.
 */

export interface ScenarioToken {
	/** `mark` is any single character that belongs to no other kind, for example `{`. */
	readonly kind: 'word' | 'string' | 'mark';
	readonly text: string;
	readonly offset: number;
}

const pattern = new RegExp(
	[
		/\s+|\/\/[^\n\r]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?/.source,
		/(?<string>b?"(?:\\[^\n\r]|[^"\\\n\r])*"?)/.source,
		// Numbers with units and addresses are words too, so that their letters are not taken for names.
		/(?<word>[A-Za-z_][A-Za-z0-9_]*)/.source,
		/(?<number>[0-9][0-9A-Za-z_.:]*)/.source,
		/(?<mark>[\s\S])/.source,
	].join('|'),
	'gu',
);

/** The tokens of a text, without white space, comments and numbers. */
export function* scenarioTokens(text: string): Generator<ScenarioToken> {
	for (const match of text.matchAll(pattern)) {
		const groups = match.groups ?? {};
		const kind =
			groups.string !== undefined
				? 'string'
				: groups.word !== undefined
					? 'word'
					: groups.mark !== undefined
						? 'mark'
						: undefined;
		if (kind !== undefined) yield { kind, text: match[0], offset: match.index };
	}
}
