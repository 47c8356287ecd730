/** Handlers by kind and name of the record, and the names of state objects. */
import type { RecordKind, TraceRecord } from '../../../trace';
import type { CheckContext, Interest } from '../../check';

export type Handler = (record: TraceRecord, context: CheckContext) => void;

/** By `kind name`, for example `call WSPSend`, `state socket`; by the kind alone for every record of it. */
export type Handlers = Readonly<Record<string, Handler>>;

/** The key under which handlers of a record are kept. */
export function keyOfRecord(record: TraceRecord): string {
	return `${record.kind} ${record.kind === 'state' ? stateObject(record.name).type : record.name}`;
}

export function interestOf(key: string): Interest {
	const space = key.indexOf(' ');
	return space < 0
		? { kind: key as RecordKind }
		: { kind: key.slice(0, space) as RecordKind, name: key.slice(space + 1) };
}

/** The same handler for several records. */
export function each<H>(keys: readonly string[], handler: H): Readonly<Record<string, H>> {
	return Object.fromEntries(keys.map((key) => [key, handler]));
}

/** What `alice.ib0 socket 3` names; `number` is -1 for an object that is the only one of its kind. */
export interface StateObject {
	readonly owner: string;
	readonly type: string;
	readonly number: number;
}

const known = new Map<string, StateObject>();

export function stateObject(name: string): StateObject {
	const before = known.get(name);
	if (before) return before;
	const first = name.indexOf(' ');
	const last = name.lastIndexOf(' ');
	const number = Number(name.slice(last + 1));
	const numbered = last > first && Number.isInteger(number);
	const object: StateObject = {
		owner: name.slice(0, first),
		type: numbered ? name.slice(first + 1, last) : name.slice(first + 1),
		number: numbered ? number : -1,
	};
	if (known.size > 10_000) known.clear();
	known.set(name, object);
	return object;
}
