/**
 * The types of values that a scenario passes to a Winsock call and gets back, as data: the language checks arguments
 * against them, completes what fits, and shows them in signature help.
 */

import type { ConstantGroup } from './constants';

/** Types that have no parts. `error` is a WSAE… name (or 0), `process` a thread's name, `handler` a scenario function. */
export type SimpleType =
	| 'number'
	| 'boolean'
	| 'text'
	| 'bytes'
	| 'duration'
	| 'address'
	| 'socket'
	| 'event'
	| 'overlapped'
	| 'protocolInfo'
	| 'process'
	| 'handler'
	| 'error'
	| 'nothing';

export type ScenarioType =
	| { readonly kind: SimpleType }
	/** One constant of a group, for example SD_SEND; a plain number is accepted too. */
	| { readonly kind: 'constant'; readonly group: ConstantGroup }
	/** Constants of a group joined with `|`, or 0. */
	| { readonly kind: 'flags'; readonly group: ConstantGroup }
	| { readonly kind: 'list'; readonly of: ScenarioType }
	/** Any of the types; with none, anything. */
	| { readonly kind: 'oneOf'; readonly types: readonly ScenarioType[] }
	| { readonly kind: 'record'; readonly name: string; readonly fields: readonly RecordField[] };

export interface RecordField {
	readonly name: string;
	readonly type: ScenarioType;
}

/** A type as signature help and messages show it, in every language: `socket`, `event[]`, `text | bytes`. */
export function formatType(type: ScenarioType): string {
	switch (type.kind) {
		case 'constant':
			return type.group;
		case 'flags':
			return `${type.group} flags`;
		case 'list':
			return type.of.kind === 'oneOf' && type.of.types.length > 1
				? `(${formatType(type.of)})[]`
				: `${formatType(type.of)}[]`;
		case 'oneOf':
			return type.types.length === 0 ? 'any' : type.types.map(formatType).join(' | ');
		case 'record':
			return type.name;
		default:
			return type.kind;
	}
}
