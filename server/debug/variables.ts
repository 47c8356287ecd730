/**
 * Variables as the client asks for them: in pages, one container at a time. A container is only a way to count and make
 * its entries; nothing is read from the trace before somebody opens it. References are valid while stopped.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { bytesText, type Value } from '../trace';
import { RequestError } from './errors';
import { typeText, valueText } from './recordText';
import type { Settable } from './whatIf';

/** One line of the Variables view, before it gets a reference. */
export interface Entry {
	readonly name: string;
	readonly value: Value | undefined;
	/** Shown instead of the value's own text. */
	readonly text?: string;
	readonly type?: string;
	readonly evaluateName?: string;
	readonly children?: Container;
	readonly hint?: DebugProtocol.VariablePresentationHint;
	readonly memoryReference?: string;
	/** Key of the field in the trace: it can be watched for changes. */
	readonly key?: number;
	/** What setting it means for the run; without it the entry can only be read. */
	readonly set?: Settable;
}

/** Without either count it is one of few entries, all of them named. */
export interface Container {
	readonly named?: number;
	readonly indexed?: number;
	/** Entries `start` … `start + count - 1`; named ones come first. */
	entries(start: number, count: number): readonly Entry[];
}

const uncounted = Number.MAX_SAFE_INTEGER;

export class VariableHandles {
	private containers: Container[] = [];
	/** References go on counting over stops, so that a stale one is recognised instead of meaning something else. */
	private base: number;

	/** @param first the first reference to give out */
	constructor(first = 1) {
		this.base = first;
	}

	/** The reference that is given out next. */
	get next(): number {
		return this.base + this.containers.length;
	}

	/** Forgets all containers; the next references are new ones. */
	reset(): void {
		this.base += this.containers.length;
		this.containers = [];
	}

	of(container: Container): number {
		return this.base + this.containers.push(container) - 1;
	}

	find(reference: number): Container {
		const found = this.containers[reference - this.base];
		if (!found) throw new RequestError('unknownVariables', reference);
		return found;
	}

	/** The entry of that name. */
	entry(reference: number, name: string): Entry | undefined {
		const container = this.find(reference);
		const { named = container.indexed === undefined ? uncounted : 0, indexed = 0 } = container;
		const index = /^\[(\d+)\]$/.exec(name);
		if (index && indexed > 0) return container.entries(named + Number(index[1]), 1)[0];
		return container.entries(0, named + indexed).find((entry) => entry.name === name);
	}

	/** The entries asked for, as the protocol has them. */
	variables(
		reference: number,
		filter: string | undefined,
		start: number | undefined,
		count: number | undefined,
		hex: boolean,
	): readonly DebugProtocol.Variable[] {
		const container = this.find(reference);
		const { named = container.indexed === undefined ? uncounted : 0, indexed = 0 } = container;
		const offset = filter === 'indexed' ? named : 0;
		const total = filter === 'indexed' ? indexed : filter === 'named' ? named : named + indexed;
		const from = Math.min(start ?? 0, total);
		// A count of 0 or none means all.
		const length = Math.min(count || total, total - from);
		return container.entries(offset + from, length).map((entry) => this.variable(entry, hex));
	}

	variable(entry: Entry, hex: boolean): DebugProtocol.Variable {
		const children = entry.children ?? containerOfValue(entry.value, entry.evaluateName);
		return {
			name: entry.name,
			value: entry.text ?? valueText(entry.value, hex),
			type: entry.type ?? typeText(entry.value),
			variablesReference: children ? this.of(children) : 0,
			...(children?.named ? { namedVariables: children.named } : {}),
			...(children?.indexed ? { indexedVariables: children.indexed } : {}),
			...(entry.evaluateName === undefined ? {} : { evaluateName: entry.evaluateName }),
			...(entry.memoryReference === undefined ? {} : { memoryReference: entry.memoryReference }),
			...presentation(entry),
		};
	}
}

/** Clients offer to set whatever is not marked as readable only. */
function presentation({ hint, set }: Entry): Pick<DebugProtocol.Variable, 'presentationHint'> {
	if (set) return hint ? { presentationHint: hint } : {};
	return { presentationHint: { ...hint, attributes: [...(hint?.attributes ?? []), 'readOnly'] } };
}

/** A container over a few entries, which are made when it is opened; clients are not told how many there will be. */
export function lazyEntries(make: () => readonly Entry[]): Container {
	let made: readonly Entry[] | undefined;
	return {
		entries: (start, count) => {
			made ??= make();
			return made.slice(start, start + count);
		},
	};
}

/** A container over entries that are already known. */
export function namedEntries(entries: readonly Entry[]): Container {
	return { named: entries.length, entries: (start, count) => entries.slice(start, start + count) };
}

/** What a value holds: elements, members or bytes; undefined for plain ones. */
export function containerOfValue(value: Value | undefined, evaluateName?: string): Container | undefined {
	if (value instanceof Uint8Array) return bytesContainer(value);
	if (Array.isArray(value)) return listContainer(value as readonly Value[], evaluateName);
	if (value === null || typeof value !== 'object') return undefined;
	const members = Object.entries(value as { readonly [name: string]: Value });
	return {
		named: members.length,
		entries: (start, count) =>
			members.slice(start, start + count).map(([name, member]) => ({
				name,
				value: member,
				...(evaluateName === undefined ? {} : { evaluateName: `${evaluateName}.${name}` }),
			})),
	};
}

function listContainer(list: readonly Value[], evaluateName: string | undefined): Container {
	return {
		indexed: list.length,
		entries: (start, count) =>
			list.slice(start, start + count).map((value, i) => ({
				name: `[${start + i}]`,
				value,
				...(evaluateName === undefined ? {} : { evaluateName: `${evaluateName}[${start + i}]` }),
			})),
	};
}

/** A byte as the Variables view shows it: `0x41 A`. */
export function byteLabel(value: number): string {
	return `0x${value.toString(16).padStart(2, '0')} ${bytesText(Uint8Array.of(value))}`.trim();
}

/** @param set what setting byte `offset` means, where it can be set */
export function bytesContainer(bytes: Uint8Array, set?: (offset: number) => Settable): Container | undefined {
	if (bytes.length === 0) return undefined;
	return {
		indexed: bytes.length,
		entries: (start, count) =>
			[...bytes.subarray(start, start + count)].map((value, i) => ({
				name: `[${start + i}]`,
				value,
				text: byteLabel(value),
				...(set ? { set: set(start + i) } : {}),
			})),
	};
}
