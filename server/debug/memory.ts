/**
 * The content of registered memory at any record: what was written up to there, in order. References to it name the
 * object (`memory:alice.ib0 memory 3`), so that they mean the same at every stop and in every branch.
 */
import type { RunObjects } from './runObjects';

const prefix = 'memory:';

export function memoryReference(objectName: string): string {
	return `${prefix}${objectName}`;
}

/** The name of the object behind a reference, or undefined for a reference to anything else. */
export function objectOfReference(reference: string): string | undefined {
	return reference.startsWith(prefix) ? reference.slice(prefix.length) : undefined;
}

/** Content of memory object `id` after record `seq`. */
export function memoryContent(objects: RunObjects, id: number, seq: number): Uint8Array {
	const length = Number(objects.field(id, 'length', seq) ?? 0);
	const content = new Uint8Array(length);
	const key = objects.key(id, 'written');
	if (key === undefined) return content;
	const { history } = objects;
	const changes: number[] = [];
	for (let at = history.lastChange(key, seq); at >= 0; at = history.lastChange(key, at - 1)) changes.unshift(at);
	for (const change of changes) {
		const { offset, bytes } = writtenAt(objects, id, change);
		if (offset < length) content.set(bytes.subarray(0, length - offset), offset);
	}
	return content;
}

/** What the change at record `seq` wrote into memory object `id`, and where. */
export function writtenAt(
	objects: RunObjects,
	id: number,
	seq: number,
): { readonly offset: number; readonly bytes: Uint8Array } {
	const bytes = objects.field(id, 'written', seq);
	const offset = objects.field(id, 'writtenAt', seq);
	return {
		bytes: bytes instanceof Uint8Array ? bytes : new Uint8Array(),
		offset: typeof offset === 'number' ? offset : 0,
	};
}

/** A range of bytes as a data breakpoint names it: `bytes:alice.ib0 memory 3:16:4`. */
export interface MemoryRange {
	readonly object: string;
	readonly offset: number;
	readonly length: number;
}

export function rangeText({ object, offset, length }: MemoryRange): string {
	return `bytes:${object}:${offset}:${length}`;
}

export function readRange(text: string): MemoryRange | undefined {
	const match = /^bytes:(.+):(\d+):(\d+)$/.exec(text);
	return match ? { object: match[1] as string, offset: Number(match[2]), length: Number(match[3]) } : undefined;
}

/** The registered memory that holds an address after record `seq`; the one that was registered last if several do. */
export function memoryAt(objects: RunObjects, address: number, seq: number): number | undefined {
	const ids = objects.history.objectsAt(seq).filter((id) => {
		if (objects.entry(id).type.name !== 'memory') return false;
		const first = objects.field(id, 'address', seq);
		const length = objects.field(id, 'length', seq);
		return typeof first === 'number' && typeof length === 'number' && address >= first && address < first + length;
	});
	return ids.at(-1);
}
