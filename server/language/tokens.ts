/**
 * The tokens before a cursor, and what can be told from them alone: in which block and in which statement it stands.
 *
 * A half-typed statement has no useful syntax tree; its tokens are always there.
 */

import type { Lexer } from 'langium';

export interface Token {
	readonly text: string;
	readonly kind: string;
	readonly offset: number;
	readonly end: number;
}

export type BlockKind = 'file' | 'network' | 'host' | 'nic' | 'scenario' | 'code' | 'calls' | 'unordered' | 'configure';

export interface Place {
	/** The word being typed; empty between words. */
	readonly word: string;
	/** Where the word starts. */
	readonly wordOffset: number;
	/** The block around the cursor. */
	readonly block: BlockKind;
	/** The tokens that opened the block, without its brace: `nic ib0 on fabric at 10.1.0.1`. */
	readonly head: readonly Token[];
	/** The heads of the blocks around it, outermost first. */
	readonly outer: readonly { readonly block: BlockKind; readonly head: readonly Token[] }[];
	/** The tokens of the statement before the word. */
	readonly statement: readonly Token[];
	/** The innermost call whose parentheses are open. */
	readonly call: { readonly name: string; readonly argument: number; readonly named: string | undefined } | undefined;
}

/** Words that start a statement or declaration wherever they stand. */
const starters = new Set([
	...['import', 'san', 'lan', 'host', 'nic', 'scenario', 'thread', 'function', 'configure', 'fault'],
	...['let', 'if', 'while', 'repeat', 'for', 'break', 'continue', 'return', 'sleep', 'log', 'expect'],
	...['partition', 'heal', 'down', 'up', 'drop', 'delay', 'duplicate', 'reorder', 'crash', 'else'],
	...['install', 'uninstall', 'add', 'remove'],
]);

export function tokensBefore(lexer: Lexer, text: string, offset: number): readonly Token[] {
	return lexer.tokenize(text.slice(0, offset)).tokens.map(({ image, tokenType, startOffset }) => ({
		text: image,
		kind: tokenType.name,
		offset: startOffset,
		end: startOffset + image.length,
	}));
}

function blockOf(head: readonly Token[], inside: BlockKind): BlockKind {
	const words = head.map(({ text }) => text);
	switch (words[0]) {
		case 'san':
		case 'lan':
			return 'network';
		case 'host':
		case 'nic':
		case 'scenario':
		case 'configure':
			return words[0];
		case 'expect':
			return words.includes('calls') ? 'calls' : 'code';
		case 'unordered':
			return 'unordered';
		default:
			return inside === 'calls' ? 'unordered' : 'code';
	}
}

interface OpenBlock {
	readonly block: BlockKind;
	readonly head: readonly Token[];
}

export function placeAt(tokens: readonly Token[], text: string, offset: number): Place {
	const wordOffset = offset - (/[A-Za-z_]\w*$/.exec(text.slice(0, offset))?.[0].length ?? 0);
	const open: OpenBlock[] = [{ block: 'file', head: [] }];
	let statement: Token[] = [];
	const parentheses: { name: string; argument: number; start: number }[] = [];
	const before = tokens.filter((token) => token.offset < wordOffset);
	for (const [index, token] of before.entries()) {
		const previous = before[index - 1];
		const startsLine = previous !== undefined && text.slice(previous.end, token.offset).includes('\n');
		if (token.text === '{') {
			open.push({ block: blockOf(statement, open.at(-1)?.block ?? 'file'), head: statement });
			statement = [];
			parentheses.length = 0;
			continue;
		}
		if (token.text === '}') {
			if (open.length > 1) open.pop();
			statement = [];
			parentheses.length = 0;
			continue;
		}
		if (token.text === '(')
			parentheses.push({
				name: previous?.kind === 'ID' || isWord(previous) ? (previous?.text ?? '') : '',
				argument: 0,
				start: index,
			});
		else if (token.text === ')') parentheses.pop();
		else if (token.text === ',' && parentheses.length > 0) {
			const innermost = parentheses.at(-1);
			if (innermost !== undefined) innermost.argument++;
		}
		const afterDot = previous?.text === '.';
		if (
			!afterDot &&
			starters.has(token.text) &&
			parentheses.length === 0 &&
			!(statement[0]?.text === 'fault' && token.text === 'return')
		) {
			statement = [token];
		} else if (startsLine && parentheses.length === 0 && token.kind === 'ID' && !continues(previous)) {
			statement = [token];
		} else statement.push(token);
	}
	const last = before.at(-1);
	const freshLine = last !== undefined && text.slice(last.end, wordOffset).includes('\n');
	if (freshLine && parentheses.length === 0 && !continues(last)) statement = [];
	const inner = open.at(-1) ?? { block: 'file' as const, head: [] };
	const call = parentheses.at(-1);
	return {
		word: text.slice(wordOffset, offset),
		wordOffset,
		block: inner.block,
		head: inner.head,
		outer: open.slice(1, -1),
		statement,
		call:
			call === undefined || call.name === ''
				? undefined
				: { name: call.name, argument: call.argument, named: namedArgument(before) },
	};
}

/** `address: ` before the cursor: the argument is for that parameter. */
function namedArgument(before: readonly Token[]): string | undefined {
	const [name, colon] = before.slice(-2);
	return colon?.text === ':' && name !== undefined ? name.text : undefined;
}

function isWord(token: Token | undefined): boolean {
	return token !== undefined && /^[A-Za-z_]\w*$/.test(token.text);
}

/** Whether a line that ends with this token goes on in the next one. */
function continues(token: Token | undefined): boolean {
	return (
		token !== undefined &&
		(/^(?:[=,:.+*/%<>&|-]|->|[=!<>+-]=)$/.test(token.text) || ['and', 'or', 'not', 'then'].includes(token.text))
	);
}
