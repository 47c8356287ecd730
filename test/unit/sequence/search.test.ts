/** Looking for words in a view whose repeated messages are folded away. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DiagramAnswers, DiagramQuery, ViewSettings } from '../../../server/protocol/diagram';
import { answerQuery, defaultView, SequenceView } from '../../../server/sequence';
import { looped, written } from './randomTrace';
import { loopTrace, sampleTrace } from './sampleTrace';

const unfolded: ViewSettings = { ...defaultView, unfolded: ['initialization', 'repeats'] };
/** Returns of calls that are folded into one row with their like are no messages of their own. */
const folded: ViewSettings = { ...defaultView, unfolded: ['initialization'] };
const drawings = { svg: () => '', text: () => '' };

function ask<K extends DiagramQuery['kind']>(
	view: SequenceView,
	query: Extract<DiagramQuery, { readonly kind: K }>,
	limit?: number,
): DiagramAnswers[K] {
	return answerQuery(
		{ view, title: '', drawings, ...(limit === undefined ? {} : { limit }) },
		query,
	) as DiagramAnswers[K];
}

function seqs(view: SequenceView, text: string, limit?: number): readonly number[] {
	return ask(view, { kind: 'search', text }, limit).messages.map(({ seq }) => seq);
}

describe('a search', () => {
	const { reader } = loopTrace(40);
	const view = new SequenceView(reader);

	it('finds a message in every round of a loop, and says which round it is', () => {
		const found = ask(view, { kind: 'search', text: 'WSA_IO_PENDING' });
		assert.equal(view.rowCount(), 4);
		assert.equal(found.total, 40);
		assert.deepEqual(found.rows, [2]);
		assert.deepEqual(
			found.messages.map(({ round }) => round),
			Array.from({ length: 40 }, (_, at) => ({ number: at + 1, of: 40 })),
		);
		assert.deepEqual(
			found.messages.map(({ isFolded }) => isFolded ?? false),
			Array.from({ length: 40 }, (_, at) => at > 0),
		);
	});

	it('finds what only a later round says, and that message can be told', () => {
		// A round is eight records: two calls and their returns.
		const found = ask(view, { kind: 'search', text: 'lpBuffers 33' }).messages;
		assert.ok(found.length > 0 && found.every(({ round }) => round?.number === 34), JSON.stringify(found));
		const seq = found[0]?.seq ?? -1;
		const { row } = ask(view, { kind: 'message', seq });
		assert.ok(row);
		assert.equal(row.seq, seq);
		assert.match(row.fullText, /lpBuffers = 33/);
		assert.deepEqual(row.round, { number: 34, of: 40 });
		assert.equal(row.row, found[0]?.row);
		assert.equal(row.returnSeq === null ? null : reader.callOf(row.returnSeq), seq);
	});

	it('knows no message beyond what was shown', () => {
		const found = seqs(view, 'WSA_IO_PENDING');
		assert.deepEqual(seqs(view, 'WSA_IO_PENDING', found[9]), found.slice(0, 10));
		assert.equal(ask(view, { kind: 'message', seq: found[10] as number }, found[9]).row, null);
		const { messages } = ask(view, { kind: 'search', text: 'WSA_IO_PENDING' }, found[9]);
		assert.deepEqual(messages.at(-1)?.round, { number: 10, of: 10 });
	});

	it('finds what is folded into one row', () => {
		const sample = new SequenceView(sampleTrace().reader);
		const [found] = ask(sample, { kind: 'search', text: 'WSPRdmaRead' }).messages;
		assert.equal(found?.isFolded, true);
		const { row } = ask(sample, { kind: 'message', seq: found?.seq ?? -1 });
		assert.equal(row?.name, 'WSPIoctl');
		assert.equal(row?.folded, undefined);
	});

	it('finds the same messages whether they are folded or not, at once or while the run grows', () => {
		fc.assert(
			fc.property(looped, fc.constantFrom('WSPSend', 'alice', 'WSAE', 'bob ib0'), (list, text) => {
				const trace = written(list).reader;
				const whole = seqs(new SequenceView(trace, unfolded), text);
				assert.deepEqual(seqs(new SequenceView(trace, folded), text), whole);
				const growing = new SequenceView(trace, folded);
				for (let limit = 0; limit < trace.length; limit += 7) {
					assert.deepEqual(
						seqs(growing, text, limit),
						whole.filter((seq) => seq <= limit),
					);
				}
			}),
			{ numRuns: 100 },
		);
	});
});
