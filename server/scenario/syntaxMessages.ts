/**
 * Syntax errors in the words of a reader: what was expected, what stands there instead.
 *
 * The parser can only hand over a text, so the text is JSON of a message key and its arguments; `readSyntaxMessage`
 * gets them back where the problem is made.
 */

import { AbstractParserErrorMessageProvider } from 'langium';

export interface SyntaxMessage {
	readonly code: 'syntax-expected' | 'syntax-unexpected' | 'syntax-unexpected-end' | 'syntax-too-deep';
	/** `expected` names tokens, separated by spaces; `formatMessage` puts them into words. */
	readonly args: Readonly<Record<string, string>>;
}

interface Token {
	readonly image: string;
	readonly tokenType?: { readonly name: string };
}

interface TokenType {
	readonly name: string;
}

/** At most this many alternatives are listed. */
const alternativesMax = 6;

function isEnd(token: Token | undefined): boolean {
	return token === undefined || token.tokenType?.name === 'EOF';
}

function message(expected: string, actual: Token | undefined): string {
	const result: SyntaxMessage =
		actual === undefined || isEnd(actual)
			? { code: 'syntax-unexpected-end', args: { expected } }
			: { code: 'syntax-expected', args: { expected, found: actual.image } };
	return JSON.stringify(result);
}

/** The first tokens that could stand here; a name makes the many soft keywords superfluous. */
function alternatives(paths: readonly (readonly TokenType[])[]): string {
	const first = [...new Set(paths.flatMap((path) => path.slice(0, 1)).map(({ name }) => name))];
	const listed = first.includes('ID') ? ['ID'] : first;
	return [...listed.slice(0, alternativesMax), ...(listed.length > alternativesMax ? ['…'] : [])].join(' ');
}

export class SyntaxMessageProvider extends AbstractParserErrorMessageProvider {
	override buildMismatchTokenMessage(options: { expected: TokenType; actual: Token }): string {
		return message(options.expected.name, options.actual);
	}

	override buildNotAllInputParsedMessage(options: { firstRedundant: Token }): string {
		const result: SyntaxMessage = { code: 'syntax-unexpected', args: { found: options.firstRedundant.image } };
		return JSON.stringify(result);
	}

	override buildNoViableAltMessage(options: { expectedPathsPerAlt: TokenType[][][]; actual: Token[] }): string {
		return message(alternatives(options.expectedPathsPerAlt.flat()), options.actual[0]);
	}

	override buildEarlyExitMessage(options: { expectedIterationPaths: TokenType[][]; actual: Token[] }): string {
		return message(alternatives(options.expectedIterationPaths), options.actual[0]);
	}
}

export function readSyntaxMessage(text: string): SyntaxMessage {
	return JSON.parse(text) as SyntaxMessage;
}
