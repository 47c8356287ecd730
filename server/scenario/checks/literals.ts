/** Literals: closed strings, known escapes and units, addresses and numbers that exist. */

import { GrammarUtils } from 'langium';
import { parseIp, parseSocketAddress, parseSubnet } from '../../winsock/address';
import type {
	AddressLiteral,
	BytesLiteral,
	Import,
	IntegerLiteral,
	QuantityLiteral,
	Scenario,
	StringLiteral,
} from '../generated/ast';
import { badEscapes, isTerminated, readQuantity, splitQuantity, unitNames } from '../literals';
import { nearestName } from '../nearestName';
import type { Finding } from '../problem';
import type { SourceRange } from '../sourceRange';
import { rangeOfCst } from '../sourceRange';
import type { CheckContext } from './context';

export function checkLiterals(context: CheckContext): void {
	for (const node of context.nodes.of('StringLiteral', 'BytesLiteral')) checkString(context, node, 'value');
	for (const node of context.nodes.of('Import')) checkString(context, node, 'path');
	for (const node of context.nodes.of('Scenario')) checkString(context, node, 'title');
	for (const node of context.nodes.of('QuantityLiteral')) checkQuantity(context, node);
	for (const node of context.nodes.of('AddressLiteral')) checkAddress(context, node);
	for (const node of context.nodes.of('IntegerLiteral')) checkInteger(context, node);
	checkComments(context);
}

/** A part of a token, from offset to offset; tokens stay on one line. */
function within(range: SourceRange, start: number, length: number): SourceRange {
	const column = range.column + start;
	return { line: range.line, column, endLine: range.line, endColumn: column + length };
}

function checkString(
	context: CheckContext,
	node: StringLiteral | BytesLiteral | Import | Scenario,
	property: string,
): void {
	const cst = GrammarUtils.findNodeForProperty(node.$cstNode, property);
	if (cst === undefined) return;
	const range = rangeOfCst(cst);
	if (!isTerminated(cst.text)) context.findings.push({ code: 'unterminated-string', range });
	for (const { offset, text } of badEscapes(cst.text)) {
		context.findings.push({ code: 'bad-escape', args: { escape: text }, range: within(range, offset, text.length) });
	}
}

function checkQuantity(context: CheckContext, node: QuantityLiteral): void {
	const read = readQuantity(node.text ?? '');
	if (read.kind === 'unknown') {
		const { amount, unit } = splitQuantity(node.text ?? '');
		const range = within(rangeOfCst(node.$cstNode), amount.length, unit.length);
		const found: Finding = { code: 'unknown-unit', args: { unit, units: unitNames.join(', ') }, range };
		context.findings.push({ ...found, hint: nearestName(unit, unitNames) });
	} else if (read.kind === 'duration' && !Number.isSafeInteger(read.ns)) {
		context.error(node, 'duration-range', { found: node.text });
	}
}

function checkAddress(context: CheckContext, node: AddressLiteral): void {
	const text = node.text ?? '';
	const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
	if (parseIp(bare) === undefined && parseSocketAddress(text) === undefined && parseSubnet(text) === undefined) {
		context.error(node, 'bad-address', { found: text });
	}
}

function checkInteger(context: CheckContext, node: IntegerLiteral): void {
	if (!Number.isSafeInteger(node.value)) {
		context.error(node, 'integer-range', { found: node.$cstNode?.text ?? '', most: Number.MAX_SAFE_INTEGER });
	}
}

/** Only the last comment can lack its end: it swallows the rest of the file. */
function checkComments(context: CheckContext): void {
	const { text } = context.file;
	const tokens = /\/\/[^\n\r]*|"(?:\\[^\n\r]|[^"\\\n\r])*"?|\/\*(?:[^*]|\*(?!\/))*(\*\/)?/g;
	for (const match of text.matchAll(tokens)) {
		if (!match[0].startsWith('/*') || match[1] !== undefined) continue;
		const before = text.slice(0, match.index).split('\n');
		const line = before.length;
		const column = (before.at(-1)?.length ?? 0) + 1;
		context.findings.push({
			code: 'unterminated-comment',
			range: { line, column, endLine: line, endColumn: column + 2 },
		});
	}
}
