import assert from 'node:assert/strict';
import { isRuleId } from '../../../server/rules/ruleBook';
import { findCall } from '../../../server/winsock/calls';
import { isCall, sequence, sequences } from './sequences';

describe('documented call tables', () => {
	it('are 31 with distinct IDs and at least one step each', () => {
		assert.equal(sequences.length, 31);
		assert.equal(new Set(sequences.map((table) => table.id)).size, 31);
		for (const table of sequences) assert.ok(table.steps.length > 0 && table.title !== '', table.id);
	});

	it('name only documented functions and existing rules', () => {
		for (const table of sequences) {
			for (const step of table.steps) {
				if (isCall(step)) assert.ok(findCall(step.call), `${table.id}: ${step.call}`);
				for (const id of step.rules) assert.ok(isRuleId(id), `${table.id}: ${id}`);
				assert.ok(step.caller !== '' && step.callee !== '', table.id);
			}
		}
	});

	it('show the documented order of a connect that finishes at once', () => {
		const calls = sequence('SEQ-CONN-1')
			.steps.filter((step) => step.callee === 'SAN provider' && isCall(step))
			.map((step) => step.call);
		assert.deepEqual(calls, [
			'WSPSocket',
			'WSPBind',
			'WSPSetSockOpt',
			'WSPEventSelect',
			'WSPConnect',
			'WSPRegisterMemory',
			'WSPRecv',
			'WSPSend',
		]);
	});

	it('are not found under an unknown ID', () => {
		assert.throws(() => sequence('SEQ-CONN-0'), /SEQ-CONN-0/);
	});
});
