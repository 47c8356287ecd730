import assert from 'node:assert/strict';
import fc from 'fast-check';
import { objectType, plainValue, Reader, recordLine, site, Trace, traceLines, type Value } from '../../../server/trace';
import { anyValue, check, context } from './values';

const CALL_SITE = site('WSPTest', ['a', 'b', 'c', 'd'], ['CONN-1']);
const NOTE_SITE = site('remark', ['a']);
const MESSAGE_SITE = site('native test', ['a', 'b', 'c', 'd', 'e']);
const socket = objectType('socket', ['state', 'local', 'remote']);

/** -0 is a number like 0 once it has been through a trace file; in memory it may stay. */
function same(actual: unknown, expected: unknown): void {
	assert.deepEqual(JSON.stringify(plainValue(actual as Value)), JSON.stringify(plainValue(expected as Value)));
	assert.equal(actual instanceof Uint8Array, expected instanceof Uint8Array);
}

describe('A trace', () => {
	it('gives back every value that was put in', () => {
		check(
			fc.property(fc.array(anyValue, { minLength: 1, maxLength: 4 }), anyValue, (args, result) => {
				const trace = new Trace();
				const reader = new Reader(trace);
				const alice = context(trace.components.of('alice.client'));
				const [a, b, c, d] = args;
				const seq = trace.call(1, alice, CALL_SITE, trace.components.of('alice.switch'), a, b, c, d);
				trace.return(2, alice, CALL_SITE, alice.component, seq, result, undefined);
				const record = reader.record(seq);
				assert.deepEqual(Object.keys(record.args), ['a', 'b', 'c', 'd'].slice(0, args.length));
				args.forEach((value, index) => {
					same(Object.values(record.args)[index], value);
				});
				same(reader.record(seq + 1).result, result);
			}),
		);
	});

	it('gives bytes back as bytes inside a list or a record, too', () => {
		const trace = new Trace();
		const alice = context(trace.components.of('alice'));
		const block = new Uint8Array([104, 105]);
		trace.note(0, alice, CALL_SITE, 0, [block, 'text'], { part: block });
		const { a, b } = new Reader(trace).record(0).args;
		assert.deepEqual(plainValue(a as Value), ['hi', 'text']);
		assert.deepEqual(plainValue(b as Value), { part: 'hi' });
	});

	it('keeps a result apart from the out parameters', () => {
		const trace = new Trace();
		const reader = new Reader(trace);
		const alice = context(trace.components.of('alice'));
		const call = trace.call(0, alice, CALL_SITE, alice.component);
		trace.return(0, alice, NOTE_SITE, alice.component, call, undefined, undefined, 7);
		trace.return(0, alice, NOTE_SITE, alice.component, call, null, 'WSAEFAULT', 7);
		assert.equal('result' in reader.record(1), false);
		assert.deepEqual(reader.record(1).args, { a: 7 });
		assert.equal(reader.record(2).result, null);
		assert.equal(reader.record(2).error, 'WSAEFAULT');
		assert.deepEqual(reader.record(2).args, { a: 7 });
	});

	it('tells of a record who did what to whom, and why', () => {
		const trace = new Trace();
		const reader = new Reader(trace);
		const sources = trace.sources.of({ file: 'a.sanflow', line: 3, column: 5 });
		const alice = { ...context(trace.components.of('alice.client')), source: sources, phase: 2 };
		const seq = trace.call(12, alice, CALL_SITE, trace.components.of('alice.switch'), 1);
		const inner = { ...alice, call: seq, cause: seq, component: trace.components.of('alice.switch') };
		const message = trace.message(13, inner, MESSAGE_SITE, trace.components.of('bob.nic'), 1, 2, 3, 4, 5);
		assert.deepEqual(reader.record(message), {
			seq: message,
			time: 13,
			kind: 'message',
			name: 'native test',
			from: 'alice.switch',
			to: 'bob.nic',
			thread: 'alice.client',
			args: { a: 1, b: 2, c: 3, d: 4, e: 5 },
			within: seq,
			cause: seq,
			phase: 'negotiation',
			rules: [],
			source: { file: 'a.sanflow', line: 3, column: 5 },
		});
		assert.deepEqual(reader.record(seq).rules, ['CONN-1']);
	});

	it('records a change of a field with what it was before', () => {
		const trace = new Trace();
		const reader = new Reader(trace);
		const alice = context(trace.components.of('alice.switch'));
		const object = trace.object(socket, alice.component, 3);
		trace.change(1, alice, object, 'state', 'bound');
		trace.change(2, alice, object, 'state', 'bound');
		trace.change(3, alice, object, 'state', 'connecting');
		assert.equal(trace.length, 2);
		assert.equal(reader.record(0).name, 'alice.switch socket 3');
		assert.deepEqual(reader.record(0).args, { field: 'state', before: null, after: 'bound' });
		assert.deepEqual(reader.record(1).args, { field: 'state', before: 'bound', after: 'connecting' });
		assert.throws(() => trace.change(4, alice, object, 'colour', 'red'), /has no field colour/);
	});

	it('knows changes apart that only look alike', () => {
		const values: readonly Value[] = [
			null,
			0,
			false,
			'',
			'0',
			'false',
			true,
			1,
			'1',
			[],
			{},
			[0],
			new Uint8Array(),
			new Uint8Array([0]),
		];
		const trace = new Trace();
		const alice = context(0);
		trace.components.of('alice');
		const object = trace.object(socket, 0);
		for (const value of values) trace.change(0, alice, object, 'state', value);
		assert.equal(trace.length, values.length);
	});

	it('goes on beyond its first chunks without losing a value', () => {
		const trace = new Trace();
		const reader = new Reader(trace);
		const alice = context(trace.components.of('alice'));
		const object = trace.object(socket, 0);
		const count = 40_000;
		for (let n = 0; n < count; n++) {
			trace.note(n, alice, NOTE_SITE, 0, n);
			trace.change(n, alice, object, 'state', n);
		}
		assert.equal(reader.length, 2 * count);
		for (const n of [0, 8191, 8192, 16_383, 16_384, 16_385, 32_767, 32_768, count - 1]) {
			assert.deepEqual(reader.record(2 * n).args, { a: n });
			assert.deepEqual(reader.record(2 * n + 1).args, { field: 'state', before: n === 0 ? null : n - 1, after: n });
			assert.equal(reader.time(2 * n), n);
		}
	});

	it('writes one line of JSON for a record, its members always in the same order', () => {
		const trace = new Trace();
		const reader = new Reader(trace);
		const alice = context(trace.components.of('alice'));
		const seq = trace.call(0, alice, CALL_SITE, 0, new Uint8Array([104, 105]), new Uint8Array([0, 255]), [1, 'x']);
		trace.return(5, alice, CALL_SITE, 0, seq, -1, 'WSAEWOULDBLOCK');
		assert.equal(
			recordLine(reader.record(0)),
			'{"seq":0,"time":0,"kind":"call","name":"WSPTest","from":"alice","to":"alice","thread":"alice","args":{"a":"hi","b":"0x00ff","c":[1,"x"]},"within":null,"cause":null,"phase":"initialization","rules":["CONN-1"],"source":null}',
		);
		assert.deepEqual(Object.keys(JSON.parse([...traceLines(reader)][1] ?? '')).slice(7, 11), [
			'args',
			'result',
			'error',
			'call',
		]);
	});

	it('has no record before its first and after its last', () => {
		const reader = new Reader(new Trace());
		for (const seq of [-1, 0, 0.5, Number.NaN]) assert.throws(() => reader.record(seq), RangeError);
	});
});
