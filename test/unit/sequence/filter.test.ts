import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ViewSettings } from '../../../server/protocol/diagram';
import { answerQuery, defaultView, SequenceView } from '../../../server/sequence';
import { hostileTexts } from './hostileTexts';
import { loopTrace, sampleTrace } from './sampleTrace';

const { reader } = sampleTrace();

/** Names of the rows that are left. */
function names(settings: Partial<ViewSettings>): readonly string[] {
	const view = new SequenceView(reader, { ...defaultView, ...settings });
	return view.pages(0, 100).flatMap(({ rows }) => rows.map(({ name, kind }) => `${kind} ${name}`));
}

describe('a filter', () => {
	it('keeps calls by name, with the returns that tell something', () => {
		const left = names({ filter: ['call:WSPConnect'] });
		assert.deepEqual(left, ['call WSPConnect', 'call WSPConnect', 'return WSPConnect', 'return WSPConnect']);
	});

	it('takes terms of one key as alternatives, and of several together', () => {
		assert.equal(names({ filter: ['call:SetEvent', 'call:WSPBind'] }).length, 2);
		assert.deepEqual(names({ filter: ['call:WSP*', 'error:WSA_IO_PENDING'] }), ['return WSPRecv', 'return WSPSend']);
	});

	it('excludes', () => {
		assert.ok(names({ filter: ['-call:WSP*'] }).every((name) => !name.includes(' WSP')));
	});

	it('knows threads, components, phases, rules, sockets and times', () => {
		assert.ok(names({ filter: ['thread:client'] }).every((name) => !name.startsWith('message')));
		assert.deepEqual(names({ filter: ['at:bob'] }).slice(0, 2), [
			'message native connect request',
			'message native accept',
		]);
		assert.ok(names({ filter: ['phase:negotiation'] }).includes('call WSPRegisterMemory'));
		assert.deepEqual(names({ filter: ['rule:SWITCH'] }), ['note subnet table lookup']);
		assert.ok(names({ filter: ['socket:7'] }).includes('call WSPBind'));
		assert.ok(names({ filter: ['time:>10us'] }).length < names({}).length);
		assert.deepEqual(names({ filter: ['time:whenever'] }), []);
	});

	it('finds words anywhere in what a message says', () => {
		assert.deepEqual(names({ filter: ['10.1.0.1:0'] }), ['call WSPBind']);
		assert.deepEqual(names({ filter: ['no such thing'] }), []);
	});

	it('takes whatever is typed', () => {
		const all = names({ filter: [''] });
		/** What is left stands in the whole, in this order. */
		const isPart = (left: readonly string[]): boolean => {
			let next = 0;
			for (const name of all) if (name === left[next]) next++;
			return next === left.length;
		};
		for (const text of hostileTexts)
			assert.ok(isPart(names({ filter: [text, `-${text}`, `call:${text}`, `time:${text}`, `rule:${text}`] })), text);
		const term = fc.oneof(
			fc.string(),
			fc.tuple(fc.constantFrom('', '-', 'call:', 'at:'), fc.string()).map((two) => two.join('')),
		);
		fc.assert(fc.property(fc.array(term, { minLength: 1, maxLength: 4 }), (filter) => isPart(names({ filter }))));
	});
});

describe('lifelines', () => {
	const ids = (settings: Partial<ViewSettings>): readonly string[] =>
		new SequenceView(reader, { ...defaultView, ...settings })
			.info({ title: '', status: 'passed', statusText: '', seed: 1, cursor: null })
			.lifelines.map(({ id }) => id);

	it('stand in the order that somebody chose, others beside their neighbour', () => {
		assert.deepEqual(ids({ order: ['bob.ib0', 'alice.client'] }), [
			'bob.ib0',
			'alice.client',
			'alice.switch',
			'alice.tcpip',
			'alice.ib0',
		]);
	});

	it('are one for a host that is collapsed, without what happens inside of it', () => {
		assert.deepEqual(ids({ collapsed: ['alice'] }), ['alice', 'bob.ib0']);
		const left = names({ collapsed: ['alice'] });
		assert.ok(left.includes('message native connect request') && !left.includes('call WSPBind'));
	});
});

describe('what is asked about a view', () => {
	const view = new SequenceView(reader);
	const drawings = { svg: () => '<svg/>', text: () => '+-+' };
	const asked = { view, title: 't', drawings };
	const rows = view.pages(0, 100).flatMap((page) => page.rows);

	it('finds rows by all of the words', () => {
		const answer = answerQuery(asked, { kind: 'search', text: 'wspconnect  IB0' });
		assert.ok('rows' in answer && answer.rows.length === 2 && answer.total === 2);
	});

	it('leads back to causes and on to effects', () => {
		const connect = rows.filter(({ name, kind }) => name === 'WSPConnect' && kind === 'call')[1];
		const answer = answerQuery(asked, { kind: 'causes', seq: connect?.seq ?? -1 });
		assert.ok('causes' in answer);
		assert.deepEqual(
			answer.causes.map((row) => rows[row]?.name),
			['WSPConnect'],
		);
		assert.ok(answer.effects.some((row) => rows[row]?.error === 'WSAEWOULDBLOCK'));
	});

	it('gives bands and marks for an overview', () => {
		const answer = answerQuery(asked, { kind: 'overview' });
		assert.ok('bands' in answer);
		assert.equal(answer.rowCount, rows.length);
		assert.deepEqual(
			answer.bands.map(({ phase }) => phase),
			['initialization', 'setup', 'negotiation'],
		);
	});

	it('counts more rows than it names', () => {
		const long = new SequenceView(loopTrace(4000).reader, { ...defaultView, unfolded: ['repeats'] });
		const answer = answerQuery({ ...asked, view: long }, { kind: 'search', text: 'WSPSend' });
		assert.ok('total' in answer && answer.total === 16_000 && answer.rows.length === 5000);
	});

	it('exports a part', () => {
		const part = { first: 5, last: 8 };
		const text = (format: 'mermaid' | 'plantuml' | 'json' | 'markdown'): string => {
			const answer = answerQuery(asked, { kind: 'export', format, ...part });
			assert.ok('text' in answer);
			return answer.text;
		};
		assert.equal(text('mermaid').match(/^p\d+(->>|-->>)/gm)?.length, 3);
		assert.equal(text('json').trim().split('\n').length, 4);
		assert.match(text('plantuml'), /^@startuml\n[\s\S]*\n@enduml\n$/);
		assert.equal(text('plantuml').match(/^activate/gm)?.length, text('plantuml').match(/^deactivate/gm)?.length);
		assert.match(text('markdown'), /```mermaid\nsequenceDiagram\n/);
	});
});
