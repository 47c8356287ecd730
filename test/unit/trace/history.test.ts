import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	History,
	objectType,
	plainValue,
	Reader,
	site,
	Trace,
	type TracedObject,
	type Value,
} from '../../../server/trace';
import { anyValue, check, context } from './values';

const NOTE_SITE = site('remark', ['a']);
const types = [
	objectType('socket', ['state', 'local']),
	objectType('event', ['signalled']),
	objectType('queue', ['a', 'b', 'c']),
];

/** What happens: an object is born, a field changes, or something else is noted. */
const step = fc.oneof(
	fc.record({ kind: fc.constant('birth' as const), type: fc.nat(2), owner: fc.nat(2) }),
	fc.record({ kind: fc.constant('change' as const), object: fc.nat(), field: fc.nat(), value: anyValue }),
	fc.record({ kind: fc.constant('note' as const) }),
);

interface Built {
	readonly reader: Reader;
	/** After each record, every value that was ever set, by key. */
	readonly folds: readonly ReadonlyMap<number, Value>[];
	readonly objects: readonly TracedObject[];
}

/** Writes the steps into a trace and folds them naively beside it. */
function build(steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): Built {
	const trace = new Trace();
	const owners = ['alice', 'bob', 'carol'].map((name) => trace.components.of(name));
	const objects: TracedObject[] = [trace.object(types[0] as (typeof types)[0], 0, 0)];
	const folds: ReadonlyMap<number, Value>[] = [];
	let fold: ReadonlyMap<number, Value> = new Map();
	for (const item of steps) {
		const before = trace.length;
		if (item.kind === 'birth') {
			objects.push(trace.object(types[item.type] as (typeof types)[0], owners[item.owner] as number, objects.length));
		} else if (item.kind === 'note') trace.note(0, context(0), NOTE_SITE, 0, 1);
		else {
			const object = objects[item.object % objects.length] as TracedObject;
			const position = item.field % object.type.fields.length;
			trace.change(0, context(0), object, object.type.fields[position] as string, item.value);
			if (trace.length > before) fold = new Map([...fold, [object.firstKey + position, item.value]]);
		}
		if (trace.length > before) folds.push(fold);
	}
	return { reader: new Reader(trace), folds, objects };
}

describe('The history of a trace', () => {
	it('gives at every record what a fold from the start gives', () => {
		check(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				const { reader, folds } = build(steps);
				const history = new History(reader);
				for (let seq = 0; seq < reader.length; seq++) {
					const fold = folds[seq] as ReadonlyMap<number, Value>;
					for (let key = 0; key < reader.trace.keyCount; key++) {
						const known = history.valueAt(key, seq);
						assert.equal(known !== undefined, fold.has(key));
						if (known !== undefined)
							assert.deepEqual(plainValue(known), JSON.parse(JSON.stringify(plainValue(fold.get(key) as Value))));
					}
				}
			}),
		);
	});

	it('finds the change before and after any record', () => {
		check(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				const { reader } = build(steps);
				const history = new History(reader);
				for (let key = 0; key < reader.trace.keyCount; key++) {
					const changes = [...Array(reader.length).keys()].filter(
						(seq) => reader.record(seq).kind === 'state' && reader.siteId(seq) === key,
					);
					for (let seq = -1; seq <= reader.length; seq++) {
						assert.equal(history.lastChange(key, seq), changes.findLast((change) => change <= seq) ?? -1);
						assert.equal(history.nextChange(key, seq), changes.find((change) => change > seq) ?? -1);
					}
				}
			}),
			100,
		);
	});

	it('follows a trace that grows', () => {
		const trace = new Trace();
		trace.components.of('alice');
		const object = trace.object(types[0] as (typeof types)[0], 0, 1);
		const history = new History(new Reader(trace));
		assert.equal(history.valueAt(object.firstKey, 0), undefined);
		trace.change(0, context(0), object, 'state', 'bound');
		assert.equal(history.fieldAt(0, 'state', 0), 'bound');
		trace.change(0, context(0), object, 'state', 'closed');
		assert.equal(history.fieldAt(0, 'state', 0), 'bound');
		assert.equal(history.fieldAt(0, 'state', 1), 'closed');
		assert.equal(history.fieldAt(0, 'colour', 1), undefined);
	});

	it('lists the objects of an owner and a type that exist at a record', () => {
		check(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				const { reader } = build(steps);
				const history = new History(reader);
				const all = reader.trace.objects.map((object, id) => ({ object, id }));
				for (const seq of [0, reader.length >> 1, reader.length - 1]) {
					assert.deepEqual(
						history.objectsAt(seq),
						all.filter(({ object }) => object.born <= seq).map(({ id }) => id),
					);
					assert.deepEqual(
						history.objectsAt(seq, 1, 'queue'),
						all
							.filter(({ object }) => object.born <= seq && object.owner === 1 && object.type.name === 'queue')
							.map(({ id }) => id),
					);
				}
			}),
			100,
		);
	});
});
