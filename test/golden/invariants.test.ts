/** What holds for the trace of every run: looked at in all examples and in the scenarios of all call tables. */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { isRuleId } from '../../server/rules/ruleBook';
import { History, type TraceRecord } from '../../server/trace';
import { playToSuccess, readScenarios, titles } from './play';
import { TraceView } from './traceView';

const folders = ['examples', 'test/fixtures/scenarios/tables'];
const seeds = [1, 2, 3];

const scenarios = folders.flatMap((folder) =>
	readdirSync(folder)
		.filter((name) => name.endsWith('.sanflow'))
		.sort()
		.flatMap((name) => {
			const file = readScenarios(`${folder}/${name}`);
			return titles(file).map((title) => ({ file, title }));
		}),
);

const runs = scenarios.flatMap(({ file, title }) =>
	seeds.map((seed) => {
		const { reader } = playToSuccess(file, title, { seed });
		return { name: `${file.uri} "${title}" seed ${seed}`, file, reader, view: TraceView.of(reader) };
	}),
);

/** A record with its run, for messages. */
function at(name: string, record: TraceRecord): string {
	return `${name}: #${record.seq} ${record.kind} ${record.from} -> ${record.to} ${record.name}`;
}

describe('Every trace', () => {
	it('has records in the order of virtual time', () => {
		for (const { name, view } of runs) {
			view.records.forEach((record, index) => {
				assert.equal(record.seq, index);
				assert.ok(
					Number.isInteger(record.time) && record.time >= (view.records[index - 1]?.time ?? 0),
					at(name, record),
				);
			});
		}
	});

	it('has causes that come before their effects', () => {
		for (const { name, view } of runs) {
			for (const record of view.records) {
				assert.ok(record.cause === null || record.cause < record.seq, at(name, record));
				const cause = view.records[record.cause ?? -1];
				assert.ok(!cause || cause.time <= record.time, at(name, record));
			}
		}
	});

	it('has calls that return to their caller, in their thread, innermost first', () => {
		for (const { name, view } of runs) {
			const stacks = new Map<string, TraceRecord[]>();
			for (const record of view.records) {
				const stack = stacks.get(record.thread) ?? [];
				stacks.set(record.thread, stack);
				if (record.kind === 'return') {
					const call = stack.pop();
					assert.equal(record.call, call?.seq, at(name, record));
					assert.equal(record.name, call?.name, at(name, record));
					assert.deepEqual([record.from, record.to], [call?.to, call?.from], at(name, record));
				}
				assert.equal(record.within, stack.at(-1)?.seq ?? null, at(name, record));
				if (record.kind === 'call') stack.push(record);
			}
			for (const [thread, stack] of stacks)
				assert.deepEqual(
					stack.map(({ name: call }) => call),
					[],
					`${name}: calls left open in ${thread}`,
				);
		}
	});

	it('has calls that come from the component that the thread is in', () => {
		for (const { name, view } of runs) {
			for (const record of view.records) {
				const call = view.records[record.within ?? -1];
				if (!call || record.kind === 'return' || record.kind === 'message') continue;
				assert.equal(record.from, call.to, at(name, record));
			}
		}
	});

	it('has a return or a signal for each failure, with a known error', () => {
		for (const { name, view } of runs) {
			for (const record of view.records) {
				if (record.error === undefined) continue;
				assert.match(record.error, /^WSA[A-Z_]+$/, at(name, record));
				assert.ok(record.kind === 'return' || record.kind === 'signal', at(name, record));
			}
		}
	});

	it('has state changes that change something, from what it was', () => {
		for (const { name, view } of runs) {
			const last = new Map<string, unknown>();
			for (const record of view.records) {
				if (record.kind !== 'state') continue;
				const key = `${record.name}.${String(record.args.field)}`;
				assert.deepEqual(record.args.before, last.get(key) ?? null, at(name, record));
				assert.notDeepEqual([record.args.after, last.has(key)], [record.args.before, true], at(name, record));
				last.set(key, record.args.after);
			}
		}
	});

	it('names only rules that exist', () => {
		for (const { name, view } of runs) {
			for (const record of view.records)
				for (const rule of record.rules) assert.ok(isRuleId(rule), `${at(name, record)}: ${rule}`);
		}
	});

	it('points to a statement of the scenario', () => {
		for (const { name, view } of runs) {
			for (const record of view.records) assert.ok(record.source && record.source.line > 0, at(name, record));
		}
	});

	it('has no violation that the scenario does not expect', () => {
		for (const { name, view } of runs)
			for (const record of view.records) assert.notEqual(record.kind, 'violation', at(name, record));
	});

	it('gives every descriptor of the switch back, each once (CLOSE-4)', () => {
		for (const { name, view } of runs) {
			const open = new Set<string>();
			for (const record of view.records) {
				if (record.kind !== 'return' || record.error !== undefined) continue;
				if (record.name === 'WPUCreateSocketHandle') open.add(`${record.from} ${String(record.result)}`);
				if (record.name === 'WPUCloseSocketHandle') {
					const call = view.records[record.call ?? -1];
					assert.ok(open.delete(`${record.from} ${String(call?.args.s)}`), at(name, record));
				}
			}
			assert.deepEqual([...open], [], `${name}: descriptors that nobody gave back`);
		}
	});

	it('leaves no memory registered and no socket open', () => {
		for (const { name, reader } of runs) {
			const history = new History(reader);
			const last = reader.length - 1;
			for (const id of history.objectsAt(last)) {
				const fields = Object.fromEntries(history.fieldsAt(id, last).map((field) => [field.name, field.value]));
				const object = reader.objectName(id);
				if (/ memory \d+$/.test(object)) assert.equal(fields.registered, false, `${name}: ${object}`);
				if (/ socket \d+$/.test(object)) assert.equal(fields.state, 'closed', `${name}: ${object}`);
			}
		}
	});

	it('reports a completion for a descriptor that is open (COMP-9)', () => {
		for (const { name, view } of runs) {
			for (const record of view.records) {
				if (record.name === 'WPUCompleteOverlappedRequest') assert.equal(record.error, undefined, at(name, record));
			}
		}
	});

	it('has no more receives completed than posted, and none twice', () => {
		for (const { name, view } of runs) {
			const posted = new Map<string, number>();
			for (const record of view.records) {
				if (record.kind !== 'state' || record.args.field !== 'postedReceives') continue;
				posted.set(record.name, Number(record.args.after));
				assert.ok(Number(record.args.after) >= 0, at(name, record));
			}
			const notes = view.all((record) => record.name === 'no receive buffer posted');
			assert.deepEqual(
				notes.map(({ seq }) => seq),
				[],
				name,
			);
		}
	});
});
