/**
 * A parser that survives any nesting. Parser and checks recurse as deep as the text nests, so what nests beyond all
 * reason is refused with a problem where it starts to, before it can overflow the stack.
 */

import { createLangiumParser, type LangiumCoreServices, type LangiumParser, type ParseResult } from 'langium';
import type { SyntaxMessage } from './syntaxMessages';

/** Brackets open at once. Sensible files stay below 10. */
const nestingMax = 100;

/** Operators of one expression, outside of brackets. */
const chainMax = 500;

/** A shorter text cannot overflow the stack. */
const overflowLength = 1000;

type Token = ParseResult['parserErrors'][number]['token'];

/** Langium's parser with limits; an overflow that they do not foresee costs the file, not the process. */
export function createGuardedParser(services: LangiumCoreServices): LangiumParser {
	let parser = createLangiumParser(services);
	const guarded = Object.create(parser) as LangiumParser;
	guarded.parse = ((text, options) => {
		const offender = text.length < overflowLength ? undefined : deepToken(services, text);
		if (offender !== undefined) return refused(parser, offender);
		try {
			return parser.parse(text, options);
		} catch (error) {
			// An overflow can surface as another error, because the parser goes on cleaning up; a short text has none.
			if (text.length < overflowLength) throw error;
			// The aborted run left its state behind.
			parser = createLangiumParser(services);
			return refused(parser, services.parser.Lexer.tokenize(text).tokens[0]);
		}
	}) as LangiumParser['parse'];
	return guarded;
}

const chained = new Set(['+', '-', '*', '/', '%', '&', '|', '==', '!=', '<', '<=', '>', '>=', 'and', 'or', 'not', '.']);

/** The token at which nesting, or a chain of operators within one pair of brackets, passes its limit. */
function deepToken(services: LangiumCoreServices, text: string): Token | undefined {
	const chains = [0];
	let afterOperand = false;
	for (const token of services.parser.Lexer.tokenize(text).tokens) {
		const { image } = token;
		const isOperator = chained.has(image);
		if (image === '{' || image === '(' || image === '[') {
			if (chains.push(0) > nestingMax) return token;
		} else if (image === '}' || image === ')' || image === ']') {
			if (chains.length > 1) chains.pop();
		} else if (isOperator) {
			const length = (chains.at(-1) ?? 0) + 1;
			if (length > chainMax) return token;
			chains[chains.length - 1] = length;
		} else if (afterOperand) {
			// Two operands in a row: another statement has begun.
			chains[chains.length - 1] = 0;
		}
		afterOperand = !isOperator && image !== '(' && image !== '[' && image !== '{';
	}
	return undefined;
}

function refused(parser: LangiumParser, token: Token | undefined): ParseResult<never> {
	const result = parser.parse('');
	const message: SyntaxMessage = { code: 'syntax-too-deep', args: {} };
	const error = { name: 'TooDeep', message: JSON.stringify(message), token, resyncedTokens: [], context: {} };
	return { ...result, parserErrors: [error] } as unknown as ParseResult<never>;
}
