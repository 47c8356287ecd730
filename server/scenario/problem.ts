/**
 * A mistake in a scenario file, as every tool reports it.
 */

import type { AstNode } from 'langium';
import { formatMessage, type MessageKey } from './messages';
import { propertyRange, type SourceRange, sourceRange } from './sourceRange';

export type Severity = 'error' | 'warning';

export type MessageArguments = Readonly<Record<string, string | number>>;

export interface Problem extends SourceRange {
	/** Stable identity; also the key of the message. */
	readonly code: MessageKey;
	readonly severity: Severity;
	/** English; `formatMessage(code, args, locale)` gives other languages. */
	readonly message: string;
	readonly args: MessageArguments;
	/** URI of the file. */
	readonly file: string;
	/** The existing name that was probably meant; it replaces the text of the range. */
	readonly hint?: string;
}

/** What a check reports: everything but the file, which the caller knows. */
export interface Finding {
	readonly code: MessageKey;
	readonly severity?: Severity;
	readonly args?: MessageArguments;
	readonly hint?: string | undefined;
	readonly range: SourceRange;
}

/** A finding about a node, or about one property of it. */
export function finding(
	node: AstNode,
	code: MessageKey,
	args: MessageArguments = {},
	where: {
		readonly property?: string;
		readonly index?: number;
		readonly hint?: string | undefined;
		readonly severity?: Severity;
	} = {},
): Finding {
	const range = where.property === undefined ? sourceRange(node) : propertyRange(node, where.property, where.index);
	return { code, args, range, hint: where.hint, severity: where.severity ?? 'error' };
}

export function problemOf(found: Finding, file: string): Problem {
	const args = found.args ?? {};
	return {
		code: found.code,
		severity: found.severity ?? 'error',
		message: formatMessage(found.code, args, 'en', found.hint),
		args,
		file,
		...found.range,
		...(found.hint === undefined ? {} : { hint: found.hint }),
	};
}
