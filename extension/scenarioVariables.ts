/** Finds the uses of variables before a position, in the thread or function around it. */
import { type ScenarioToken, scenarioTokens } from './scenarioTokens';

export interface VariableUse {
	readonly name: string;
	readonly offset: number;
}

/**
 * The uses of variables between the start of the thread, function or scenario body around `offset` and `offset` itself.
 * A variable is a name that a `let`, a loop or the parameter list has introduced there; of several uses in a
 * line, editors show the value once for each name.
 */
export function variablesBefore(text: string, offset: number): readonly VariableUse[] {
	const body = tokensOfBody(text, offset);
	const names = new Set(body.flatMap((token, index) => (introduces(body, index) ? [token.text] : [])));
	return body
		.filter((token, index) => token.kind === 'word' && names.has(token.text) && !isMemberOrLabel(body, index))
		.map((token) => ({ name: token.text, offset: token.offset }));
}

/** From the last `thread`, `function` or `scenario` that begins a block, up to `offset`. */
function tokensOfBody(text: string, offset: number): readonly ScenarioToken[] {
	let body: ScenarioToken[] = [];
	for (const token of scenarioTokens(text)) {
		if (token.offset >= offset) break;
		const begins =
			token.kind === 'word' && ['thread', 'function', 'scenario'].includes(token.text) && body.at(-1)?.text !== '.';
		if (begins) body = [];
		body.push(token);
	}
	return body;
}

function introduces(tokens: readonly ScenarioToken[], index: number): boolean {
	const token = tokens[index];
	const before = tokens[index - 1];
	if (token?.kind !== 'word' || before === undefined) return false;
	if (['let', 'for', 'as'].includes(before.text)) return true;
	return tokens[0]?.text === 'function' && isParameter(tokens, index);
}

/** Parameters stand between the first parentheses of a function. */
function isParameter(tokens: readonly ScenarioToken[], index: number): boolean {
	const open = tokens.findIndex(({ text }) => text === '(');
	const close = tokens.findIndex(({ text }) => text === ')');
	return open >= 0 && index > open && (close < 0 || index < close);
}

/** `s.provider` names no variable `provider`, `send(flags: 1)` none called `flags`, and `send(` is a call. */
function isMemberOrLabel(tokens: readonly ScenarioToken[], index: number): boolean {
	return tokens[index - 1]?.text === '.' || [':', '('].includes(tokens[index + 1]?.text ?? '');
}
