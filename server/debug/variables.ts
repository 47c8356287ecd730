/**
 * Variables as the client asks for them: in pages, one container at a time. A container is only a way to count and make
 * its entries; nothing is read from the trace before somebody opens it. References are valid while stopped.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { bytesText, type Value } from '../trace';
import { RequestError } from './errors';
import { typeText, valueText } from './recordText';

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
}

export interface Container {
	readonly named?: number;
	readonly indexed?: number;
	/** Entries `start` … `start + count - 1`; named ones come first. */
	entries(start: number, count: number): readonly Entry[];
}

export class VariableHandles {
	private containers: Container[] = [];
	/** References go on counting over stops, so that a stale one is recognised instead of meaning something else. */
	private base = 1;

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

	/** The entries asked for, as the protocol has them. */
	variables(
		reference: number,
		filter: string | undefined,
		start: number | undefined,
		count: number | undefined,
		hex: boolean,
	): readonly DebugProtocol.Variable[] {
		const container = this.find(reference);
		const named = container.named ?? 0;
		const indexed = container.indexed ?? 0;
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
			...(entry.hint ? { presentationHint: entry.hint } : {}),
		};
	}
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

function bytesContainer(bytes: Uint8Array): Container | undefined {
	if (bytes.length === 0) return undefined;
	return {
		indexed: bytes.length,
		entries: (start, count) =>
			[...bytes.subarray(start, start + count)].map((value, i) => ({
				name: `[${start + i}]`,
				value,
				text: `0x${value.toString(16).padStart(2, '0')} ${bytesText(Uint8Array.of(value))}`.trim(),
			})),
	};
}
