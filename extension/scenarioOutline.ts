/** Finds the scenarios of a file by its tokens alone: right also before the language server is up and in broken text. */
import { decodeString } from '../server/scenario/literals';
import { scenarioTokens } from './scenarioTokens';

export interface ScenarioOutline {
	/** As the launch attribute `scenario` names it: escapes are decoded. */
	readonly title: string;
	/** Offset of the word `scenario`. */
	readonly start: number;
	/** Offset after the closing brace; the end of the text, or of what precedes the next scenario, when it has none. */
	readonly end: number;
}

/** The scenarios of a text, in order. */
export function findScenarios(text: string): readonly ScenarioOutline[] {
	const found: ScenarioOutline[] = [];
	let open: { title: string; start: number; depth: number } | undefined;
	let previous: { text: string; offset: number } | undefined;
	let beforePrevious: string | undefined;
	const close = (end: number): void => {
		if (open) found.push({ title: open.title, start: open.start, end });
		open = undefined;
	};
	for (const token of scenarioTokens(text)) {
		// `scenario` with a string can only begin a scenario, even when a brace before it is missing. After a dot it is a name.
		if (
			token.kind === 'string' &&
			token.text.startsWith('"') &&
			previous?.text === 'scenario' &&
			beforePrevious !== '.'
		) {
			close(previous.offset);
			open = { title: decodeString(token.text), start: previous.offset, depth: 0 };
		} else if (open && token.kind === 'mark' && token.text === '{') {
			open.depth += 1;
		} else if (open && token.kind === 'mark' && token.text === '}') {
			open.depth -= 1;
			if (open.depth <= 0) close(token.offset + 1);
		}
		beforePrevious = previous?.text;
		previous = token;
	}
	close(text.length);
	return found;
}

/**
 * The scenario that a position means: the one around it, else the next one below, else the last.
 * @param offset in UTF-16 units, as editors count
 */
export function scenarioAt(scenarios: readonly ScenarioOutline[], offset: number): ScenarioOutline | undefined {
	return scenarios.find((scenario) => offset < scenario.end) ?? scenarios.at(-1);
}
