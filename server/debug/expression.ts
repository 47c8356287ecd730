/**
 * What can be written in a watch, a condition or the debug console: the scenario language's expressions, read by the
 * language's own parser.
 */
import type { LangiumParser } from 'langium';
import type { Expression } from '../scenario/generated/ast';
import { createSanflowServices } from '../scenario/language';
import { RequestError } from './errors';

let parser: LangiumParser | undefined;

/** `thread` is a name to ask about, but a reserved word of the language; this stands for it. */
export const threadName = 'threadAtWork';

/** Strings and members are left alone. */
const words = /"(?:\\.|[^"\\])*"?|\.\s*\w+|\bthread\b/g;

/** @throws RequestError if the text is no expression */
export function readExpression(asked: string): Expression {
	const text = asked.replace(words, (word) => (word === 'thread' ? threadName : word));
	parser ??= createSanflowServices().parser.LangiumParser;
	const result = parser.parse<Expression>(text, { rule: 'Expression' });
	const problem = result.lexerErrors[0]?.message ?? result.parserErrors[0]?.message;
	if (problem !== undefined) throw new RequestError('unreadableExpression', firstLine(readable(problem)));
	return result.value;
}

/** The message without the parser's internals: it may hold a JSON form of what was expected. */
function readable(message: string): string {
	return message.startsWith('{') ? 'unexpected text' : message;
}

function firstLine(text: string): string {
	return text.split('\n', 1)[0] ?? text;
}
