/** A long search backwards: it shows its progress and can be cancelled. */
import { strict as assert } from 'node:assert';
import { begin, openFakeSession } from './fakeSession';

describe('a search over a million records', () => {
	it('shows progress, is cancelled where it is, and ends its progress', async function () {
		this.timeout(30_000);
		const session = openFakeSession();
		const { client } = session;
		const atEnd = client.event('stopped');
		const initialize = { supportsProgressReporting: true };
		await begin(session, { scenario: 'long', launch: { stopOnEnd: true }, initialize });
		assert.equal((await atEnd).body.reason, 'end');
		// A condition that never holds, and is looked up in a record, makes every call worth a look.
		const breakpoints = [{ name: 'WSPSocket', condition: 'record(3).name == "nothing"' }];
		await client.send('setFunctionBreakpoints', { breakpoints });
		const [started, stopped] = [client.event('progressStart'), client.event('stopped')];
		await client.send('reverseContinue', { threadId: 1 });
		const { progressId, cancellable } = (await started).body;
		assert.equal(cancellable, true);
		const asked = performance.now();
		await client.send('cancel', { progressId });
		assert.equal((await stopped).body.reason, 'pause');
		assert.ok(performance.now() - asked < 500);
		assert.ok(client.events.some((event) => event.event === 'progressEnd' && event.body.progressId === progressId));
		await session.dispose();
	});
});
