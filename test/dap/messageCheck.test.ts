import { strict as assert } from 'node:assert';
import { checkMessage } from './messageCheck';
import { readProtocolTypes } from './protocolTypes';

describe('the check of messages', () => {
	const stopped = { seq: 1, type: 'event', event: 'stopped' };

	it('knows the types of the protocol', () => {
		const { definitions, members } = readProtocolTypes();
		assert.ok(Object.keys(definitions).length > 150);
		assert.equal(members('Capabilities')?.length, 42);
		assert.ok(members('StackFrame')?.some(({ name, optional }) => name === 'line' && !optional));
	});

	it('takes what the protocol says', () => {
		checkMessage({ ...stopped, body: { reason: 'step', threadId: 1, allThreadsStopped: true } } as never);
	});

	it('refuses missing members, wrong types, members that are not declared, unknown events', () => {
		const wrong = [
			{ ...stopped, body: {} },
			{ ...stopped, body: { reason: 'step', threadId: '1' } },
			{ ...stopped, body: { reason: 'step', thread: 1 } },
			{ ...stopped, event: 'stoped', body: { reason: 'step' } },
		];
		for (const message of wrong) assert.throws(() => checkMessage(message as never));
		const response = { seq: 2, type: 'response', request_seq: 1, success: true, command: 'threads' };
		assert.throws(() => checkMessage({ ...response, body: { threads: [{ id: 1 }] } } as never, 'threads'));
		checkMessage({ ...response, body: { threads: [{ id: 1, name: 'a' }] } } as never, 'threads');
	});
});
