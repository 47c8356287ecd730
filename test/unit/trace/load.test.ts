import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { startRun } from '../../../server/scenario/interpreter';
import { parseScenarioFile } from '../../../server/scenario/parse';
import { loadTrace, Reader, TraceFileError, traceLines } from '../../../server/trace';
import { sampleTrace } from '../sequence/sampleTrace';

function linesOf(reader: Reader): readonly string[] {
	return [...traceLines(reader)];
}

function textOf(reader: Reader): string {
	return `${linesOf(reader).join('\n')}\n`;
}

describe('a trace that is read back from its lines', () => {
	const examples = readdirSync('examples').filter((name) => name.endsWith('.sanflow'));

	for (const name of examples) {
		it(`gives the same lines again: ${name}`, () => {
			const file = parseScenarioFile(readFileSync(path.join('examples', name), 'utf8'), name);
			const run = startRun(file);
			while (run.advance(10_000).kind === 'running') {
				// To its end.
			}
			const lines = linesOf(run.reader);
			assert.ok(lines.length > 20);
			assert.deepEqual(linesOf(new Reader(loadTrace(`${lines.join('\n')}\n`))), lines);
		});
	}

	it('may begin with a byte order mark and end without a line break', () => {
		const { reader } = sampleTrace();
		assert.deepEqual(linesOf(new Reader(loadTrace(`\ufeff${textOf(reader).trimEnd()}`))), linesOf(reader));
	});
});

describe('a file that is no trace', () => {
	const lines = linesOf(sampleTrace().reader);

	/** The sample with one line changed. */
	function changed(line: number, change: (record: Record<string, unknown>) => unknown): string {
		return lines.map((text, i) => (i === line - 1 ? JSON.stringify(change(JSON.parse(text))) : text)).join('\n');
	}

	const broken: readonly (readonly [string, string, number, string])[] = [
		['nothing', '', 1, 'empty'],
		['only blank lines', '\n\n', 1, 'empty'],
		['prose', 'Dear diary,\n', 1, 'json'],
		['a list', '[1, 2]', 1, 'json'],
		['a line cut off', lines.map((line, i) => (i === 4 ? line.slice(0, 40) : line)).join('\n'), 5, 'json'],
		['a line left out', lines.filter((_, i) => i !== 2).join('\n'), 3, 'seq'],
		['a kind that there is not', changed(2, (record) => ({ ...record, kind: 'thought' })), 2, 'member'],
		['a time before the start', changed(3, (record) => ({ ...record, time: -1 })), 3, 'member'],
		['arguments as a list', changed(3, (record) => ({ ...record, args: [] })), 3, 'member'],
		['a cause in the future', changed(3, (record) => ({ ...record, cause: 9 })), 3, 'reference'],
		['a call that is none', changed(6, (record) => ({ ...record, within: 0 })), 6, 'reference'],
		[
			'a change of nothing',
			changed(1, (record) => ({ ...record, kind: 'state', name: 'a.b thread', args: {} })),
			1,
			'record',
		],
	];

	for (const [what, text, line, problem] of broken) {
		it(`is told with its line: ${what}`, () => {
			assert.throws(
				() => loadTrace(text),
				(error) => error instanceof TraceFileError && error.line === line && error.problem === problem,
			);
		});
	}

	it('never throws anything else, however it is broken', () => {
		const text = lines.join('\n');
		for (let at = 0; at < text.length; at += 97) {
			for (const piece of [
				text.slice(0, at),
				text.slice(0, at) + text.slice(at + 3),
				`${text.slice(0, at)}"${text.slice(at)}`,
			]) {
				try {
					loadTrace(piece);
				} catch (error) {
					assert.ok(error instanceof TraceFileError, `${error}`);
				}
			}
		}
	});
});
