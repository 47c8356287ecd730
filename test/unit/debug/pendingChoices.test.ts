/** What could go next is found by running again. Where that takes too long, the user is told so, and not that there is nothing. */
import { strict as assert } from 'node:assert';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { StartRun } from '../../../server/debug';
import { type Run, startRun } from '../../../server/scenario/interpreter';
import { begin, openFakeSession } from './fakeSession';

const text = `lan office 192.168.7.0/24 { latency 200us }
host alice { nic eth0 on office at 192.168.7.1 }
scenario "two" {
  thread alice.one { let a = 1 }
  thread alice.two { let b = 1 }
}
`;

/** The run under the debugger is an ordinary one; one that is made again writes nothing for as long as anybody waits. */
const neverAgain: StartRun = (file, title, options) => {
	const run = startRun(file, title, options);
	if (!options.interventions?.length) return run;
	const { reader } = startRun(file, title, options);
	const stuck: Run = {
		title: run.title,
		source: run.source,
		seed: run.seed,
		reader,
		state: { kind: 'running' },
		violations: [],
		ruleResults: () => run.ruleResults(),
		advance: () => ({ kind: 'running' }),
	};
	return stuck;
};

describe('choices that take too long to find', () => {
	for (const [locale, label, message] of [
		[
			'en',
			/^next: not known; making the run again up to record \d+ takes more than 1\.5 s$/,
			/not found within 1\.5 s/,
		],
		['zh-cn', /^接下来：未知；.*1\.5 秒$/, /未能在 1\.5 秒内/],
	] as const) {
		it(`are told of among the targets, and refused with a sentence (${locale})`, async () => {
			const session = openFakeSession(text, neverAgain);
			const { client } = session;
			const stopped = client.event('stopped');
			await begin(session, { scenario: 'two', launch: { stopOnEntry: true }, initialize: { locale } });
			const { threadId } = (await stopped).body;
			const [frame] = await session.frames(threadId);
			const { targets } = await client.send<DebugProtocol.StepInTargetsResponse['body']>('stepInTargets', {
				frameId: frame?.id,
			});
			const last = targets.at(-1);
			assert.match(last?.label ?? '', label);
			const refused = await client.request('stepIn', { threadId, targetId: last?.id });
			assert.equal(refused.success, false);
			assert.equal(refused.body.error.id, 3019);
			assert.match(refused.message ?? '', message);
			await session.dispose();
		});
	}
});
