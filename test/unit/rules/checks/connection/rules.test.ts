import assert from 'node:assert/strict';
import { connectionChecks } from '../../../../../server/rules/checks/connection';
import { rule, rulesOfFamily } from '../../../../../server/rules/ruleBook';
import { acceptBreaches } from './breaches/accepting';
import { connectBreaches, connectKeeps } from './breaches/connecting';
import { socketBreaches, socketKeeps } from './breaches/sockets';
import { startingBreaches, startingKeeps } from './breaches/starting';
import { Edit, judge, written } from './replay';
import { realRun, recording, scenarioNames } from './scenarios';

const breaches = [...startingBreaches, ...socketBreaches, ...connectBreaches, ...acceptBreaches];
const keeps = [...startingKeeps, ...socketKeeps, ...connectKeeps];

const families = [
	'INST',
	'INIT',
	'ADDR',
	'SWITCH',
	'SOCK',
	'BIND',
	'OPT',
	'CONN',
	'FALLBACK',
	'SESS',
	'LISTEN',
	'ACC',
	'EVT',
	'BLOCK',
	'PROXY',
] as const;

/** Permissions: a trace can show that they are used, and nothing that breaks them. */
const permissions: ReadonlySet<string> = new Set(['INIT-8', 'OPT-7', 'OPT-11', 'BLOCK-6']);

const observable = families.flatMap(rulesOfFamily).filter((entry) => entry.observable);

describe('checks of the connection rules', () => {
	it('cover every observable rule of their families, and no other', () => {
		const checked = new Set(connectionChecks.flatMap((make) => make().rules));
		assert.deepEqual([...checked].sort(), observable.map(({ id }) => id).sort());
	});

	it('find what they find in a run also in a copy of it', () => {
		const original = recording('first');
		assert.deepEqual(judge(written(original, original.drafts)), judge(realRun('first')));
	});

	it('say for every rule in some trace that it was kept', () => {
		const kept = new Set(scenarioNames.flatMap((name) => [...judge(realRun(name)).kept]));
		for (const { rule: id } of keeps) kept.add(id);
		assert.deepEqual(
			observable.filter(({ id }) => !kept.has(id)).map(({ id }) => id),
			[],
		);
	});

	it('say for every rule but permissions in some trace that it was broken', () => {
		const broken = new Set<string>(breaches.map(({ rule: id }) => id));
		const missing = observable.filter(({ id }) => !broken.has(id)).map(({ id }) => id);
		assert.deepEqual(new Set<string>(missing), permissions);
		for (const id of missing) assert.equal(rule(id).level, 'may');
	});

	for (const { rule: id, run: name, how, edit } of breaches) {
		it(`${id} is broken: ${how}`, () => {
			const changed = new Edit(recording(name));
			edit(changed);
			const { violations } = changed.judge();
			const found = violations.filter((violation) => violation.rule === id);
			assert.ok(
				found.length > 0,
				`found only ${violations.map((violation) => violation.rule).join(', ') || 'nothing'}`,
			);
			for (const { reason } of found) {
				assert.equal(new Set(reason.text.match(/\{\d\}/g)).size, reason.args.length, `places of “${reason.text}”`);
			}
		});
	}

	for (const { rule: id, run: name, how, edit } of keeps) {
		it(`${id} is kept: ${how}`, () => {
			const changed = new Edit(recording(name));
			edit(changed);
			const { kept, violations } = changed.judge();
			assert.ok(kept.has(id));
			assert.deepEqual(
				violations.filter((violation) => violation.rule === id),
				[],
			);
		});
	}
});
