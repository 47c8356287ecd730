import { strict as assert } from 'node:assert';
import { findRule, seedRules } from '../../../server/rules/ruleBook';
import { procedureOfCall, procedures, stepOfRecord } from '../../../server/winsock/procedures';

describe('documented procedures', () => {
	it('cite only rules that exist', () => {
		for (const { id, steps } of procedures) {
			for (const rule of steps.flatMap((step) => step.rules)) assert.ok(findRule(rule), `${id} cites ${rule}`);
		}
	});

	it('cover every rule of the page "Initiating a Connection"', () => {
		const cited = new Set(procedures.flatMap(({ steps }) => steps.flatMap(({ rules }) => rules)));
		const missing = seedRules().filter(({ id }) => !cited.has(id));
		assert.deepEqual(
			missing.map(({ id }) => id),
			[],
		);
	});

	it('have texts in both languages and ids of their own', () => {
		assert.equal(new Set(procedures.map(({ id }) => id)).size, procedures.length);
		for (const { id, title, steps } of procedures) {
			for (const text of [title, ...steps.map((step) => step.text)]) {
				assert.ok(text.en.length > 0 && /[\u4e00-\u9fff]/.test(text['zh-cn']), `${id}: ${text.en}`);
			}
		}
	});

	it('serve each call of a role by one procedure', () => {
		const served = procedures.flatMap(({ role, calls }) => calls.map((call) => `${role} ${call}`));
		assert.deepEqual(
			served.filter((call, i) => served.indexOf(call) !== i),
			[],
		);
	});

	it('find the step that a record shows', () => {
		const procedure = procedureOfCall('switch', 'WSPConnect');
		assert.ok(procedure);
		const step = (name: string, ...rules: string[]): string =>
			procedure.steps[stepOfRecord(procedure, name, rules)]?.text.en.slice(0, 24) ?? '';
		assert.equal(step('WSPEventSelect', 'CONN-2', 'CONN-3'), 'Step 1. Register an even');
		assert.equal(step('WSPConnect', 'CONN-4', 'CONN-5'), 'Step 2. Call the provide');
		assert.equal(step('WSPCloseSocket', 'FALLBACK-3'), 'If the connect failed, d');
		assert.equal(step('nothing of the kind'), '');
	});
});
