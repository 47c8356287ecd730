/** What-if branches of a run: the same records up to the intervention, and what it says from there on. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { type Intervention, type Run, startRun } from '../../../server/scenario/interpreter';
import { parseScenarioFile } from '../../../server/scenario/parse';
import { CALL, MESSAGE, type Reader, recordLine } from '../../../server/trace';

const file = path.resolve('test/fixtures/scenarios/ping.sanflow');
const scenario = parseScenarioFile(readFileSync(file, 'utf8'), file, () => undefined);
const title = 'ping over the SAN';

function run(interventions: readonly Intervention[] = []): Run {
	const made = startRun(scenario, title, { seed: 1, interventions });
	while (made.state.kind === 'running') made.advance(64);
	return made;
}

function lines(reader: Reader, count = reader.length): readonly string[] {
	return Array.from({ length: count }, (_, seq) => recordLine(reader.record(seq)));
}

/** The record of this name and kind whose sender begins with `from`. */
function find(reader: Reader, kind: number, name: string, from: string): number {
	for (let seq = 0; seq < reader.length; seq++) {
		if (reader.kind(seq) !== kind || reader.site(seq).name !== name) continue;
		if (reader.trace.components.at(reader.from(seq)).startsWith(from)) return seq;
	}
	return assert.fail(`no ${name} from ${from}`);
}

function has(reader: Reader, text: string): boolean {
	return lines(reader).some((line) => line.includes(text));
}

describe('what-if branches of a run', () => {
	const original = run();
	const { reader } = original;

	function branch(intervention: Intervention): Run {
		const made = run([intervention]);
		const shared = intervention.atRecord;
		assert.deepEqual(lines(made.reader, shared), lines(reader, shared), 'the branch departs too early');
		assert.deepEqual(made.unapplied, []);
		return made;
	}

	it('passes without interventions', () => assert.equal(original.state.kind, 'passed'));

	it('a provider’s WSPConnect that times out makes the switch fall back to TCP/IP', () => {
		const call = find(reader, CALL, 'WSPConnect', 'alice.switch');
		const made = branch({ kind: 'return', atRecord: call, outcome: 'WSAETIMEDOUT' });
		assert.ok(has(made.reader, '"fallback to TCP/IP"'));
		assert.ok(has(made.reader, '"what if"'));
		assert.equal(recordLine(made.reader.record(call)), recordLine(reader.record(call)));
	});

	it('so does another error code handed over by WSPEnumNetworkEvents', () => {
		const call = find(reader, CALL, 'WSPEnumNetworkEvents', 'alice.switch');
		const name = 'iErrorCode[FD_CONNECT_BIT]';
		const made = branch({ kind: 'output', atRecord: call, name, outcome: 'WSAETIMEDOUT' });
		assert.ok(has(made.reader, '"fallback to TCP/IP"'));
	});

	it('an application’s call fails without reaching the provider', () => {
		const call = find(reader, CALL, 'WSPConnect', 'alice.client');
		const made = branch({ kind: 'return', atRecord: call, outcome: 'WSAENETUNREACH' });
		assert.equal(made.state.kind, 'failed');
		assert.match(lines(made.reader)[call + 2] ?? '', /"return".*WSAENETUNREACH/);
	});

	it('a message is dropped, delayed, delivered twice', () => {
		const message = find(reader, MESSAGE, 'native connect request', 'alice.ib0');
		assert.ok(has(branch({ kind: 'message', atRecord: message, action: 'drop' }).reader, '"message lost"'));
		const delayed = branch({ kind: 'message', atRecord: message, action: 'delay', byNs: 2_000_000 });
		const arrives = (of: Reader): number => of.args(message).arrives as number;
		assert.equal(arrives(delayed.reader) - arrives(reader), 2_000_000);
		branch({ kind: 'message', atRecord: message, action: 'duplicate' });
	});

	it('a NIC goes down', () => {
		const message = find(reader, CALL, 'WSPConnect', 'alice.switch');
		const made = branch({ kind: 'nic', atRecord: message, target: 'bob.ib0', up: false });
		assert.ok(has(made.reader, '"NIC down"'));
	});

	it('a variable has another value', () => {
		const text = `lan office 192.168.7.0/24 { latency 200us }
host alice { nic eth0 on office at 192.168.7.1 }
scenario "count" { thread alice.client { let n = 1
 n = n + 1
 expect n == 11 } }`;
		const counting = parseScenarioFile(text, '/count.sanflow', () => undefined);
		const plain = startRun(counting, 'count');
		while (plain.state.kind === 'running') plain.advance(64);
		assert.equal(plain.state.kind, 'failed');
		const statement = lines(plain.reader).findIndex((line) => line.includes('n = n + 1'));
		const changed = startRun(counting, 'count', {
			interventions: [
				{ kind: 'variable', atRecord: statement, object: 'alice.client variables', name: 'n', value: 10 },
			],
		});
		while (changed.state.kind === 'running') changed.advance(64);
		assert.deepEqual(changed.unapplied, []);
		assert.equal(changed.state.kind, 'passed');
	});

	it('a thread ends where it is', () => {
		const call = find(reader, CALL, 'WSPSend', 'alice.client');
		const made = branch({ kind: 'crash', atRecord: call, thread: 'alice.client' });
		assert.ok(has(made.reader, '"crash alice.client"'));
		assert.equal(made.state.kind, 'failed');
	});

	it('bytes of registered memory are different', () => {
		const send = find(reader, CALL, 'post send', 'alice.ib0');
		const object = `alice.ib0 memory ${reader.args(send).handle}`;
		const made = branch({ kind: 'memory', atRecord: send, object, offset: 0, bytes: Uint8Array.of(0xff) });
		assert.ok(has(made.reader, `${object}[0..1]`));
	});

	it('whatever and wherever, the records before it are the same', () => {
		const kinds = fc.constantFrom<'return' | 'message' | 'nic' | 'crash' | 'choice'>(
			'return',
			'message',
			'nic',
			'crash',
			'choice',
		);
		fc.assert(
			fc.property(kinds, fc.nat(reader.length - 1), (kind, atRecord) => {
				const made = run([interventionOf(kind, atRecord)]);
				assert.deepEqual(lines(made.reader, atRecord), lines(reader, atRecord));
			}),
			{ numRuns: 30 },
		);
	});
});

function interventionOf(kind: 'return' | 'message' | 'nic' | 'crash' | 'choice', atRecord: number): Intervention {
	switch (kind) {
		case 'return':
			return { kind, atRecord, outcome: 'WSAENOBUFS' };
		case 'message':
			return { kind, atRecord, action: 'drop' };
		case 'nic':
			return { kind, atRecord, target: 'alice', up: false };
		case 'crash':
			return { kind, atRecord, thread: 'bob.server' };
		case 'choice':
			return { kind, atRecord, option: 0 };
	}
}
