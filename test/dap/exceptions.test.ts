/** What the client is told at an exception: the rule, the error, who waits for whom. */
import { strict as assert } from 'node:assert';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { adviceFor } from '../../server/debug/errorAdvice';
import { wsaErrorNames } from '../../server/winsock/errors';
import { useAdapter, useFolder } from './rig';

type Info = DebugProtocol.ExceptionInfoResponse['body'];

const topology = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
`;

/** Each waits for the other one to send. */
const deadlock = `${topology}
scenario "both receive" {
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 1)
    let peer = accept(listener)
    recv(peer, 4)
  }
  thread alice.client {
    let s = socket()
    sleep 1ms
    connect(s, 10.1.0.2:7000)
    recv(s, 4)
  }
}
`;

const refused = `${topology}
scenario "nobody listens" {
  thread alice.client {
    let s = socket()
    try connect(s, 10.1.0.2:7000)
  }
}
`;

const timedOut = `${topology}
scenario "times out" {
  fault alice.ib0 WSPConnect: return WSAETIMEDOUT
  thread alice.client {
    let s = socket()
    try connect(s, 10.1.0.2:7000)
  }
}
`;

const skipped = `${topology}
scenario "skips a call" {
  fault alice.ib0 WSPConnect: signal twice
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 1)
    let peer = accept(listener)
  }
  thread alice.client {
    let s = socket()
    sleep 1ms
    connect(s, 10.1.0.2:7000)
  }
}
`;

describe('exceptions over stdio', () => {
	const { write } = useFolder();
	const rig = useAdapter();

	/** Runs to the exception and asks about it. */
	async function infoOf(text: string, filterOptions: object[], initialize: object = {}): Promise<Info> {
		const { client } = rig;
		const program = write('scenario.sanflow', text);
		await client.send('initialize', { adapterID: 'sanflow', ...initialize });
		const [initialized, stopped] = [client.event('initialized'), client.event('stopped')];
		await client.send('launch', { program, stopOnEnd: true });
		await initialized;
		await client.send('setExceptionBreakpoints', { filters: [], filterOptions });
		await client.send('configurationDone');
		const { threadId, reason } = (await stopped).body;
		assert.equal(reason, 'exception', client.console);
		return client.send<Info>('exceptionInfo', { threadId });
	}

	it('an error: its number and meaning, what to do, whether the switch falls back, where it is documented', async () => {
		const filter = { filterId: 'error', condition: 'WSAECONNREFUSED, WSAECONNRESET' };
		const { exceptionId, description, details } = await infoOf(refused, [filter]);
		assert.match(exceptionId, /^WSAECONN(REFUSED|RESET)$/);
		assert.match(description ?? '', /\((10061|10054)\): /);
		assert.match(description ?? '', /Start the server first|nothing listens there/);
		assert.match(details?.evaluateName ?? '', /^record\(\d+\)$/);
		assert.match(details?.stackTrace ?? '', / at alice\.client$/);
	});

	it('an error of a provider’s connect says that TCP/IP follows, in the language of the client', async () => {
		const filter = { filterId: 'error', condition: 'WSAETIMEDOUT' };
		const { exceptionId, description } = await infoOf(timedOut, [filter], { locale: 'zh-CN' });
		assert.equal(exceptionId, 'WSAETIMEDOUT');
		assert.match(description ?? '', /\(10060\): .*[\u4e00-\u9fff]/);
		assert.match(description ?? '', /交换机会尝试 TCP\/IP/);
		assert.match(description ?? '', /WSPConnect/);
	});

	it('a broken rule: what it says and its page', async () => {
		const { exceptionId, description, details } = await infoOf(skipped, [{ filterId: 'violation' }]);
		assert.match(exceptionId, /^[A-Z]+-\d+$/);
		assert.match(description ?? '', new RegExp(`^${exceptionId}: .+ \\(.+\\)$`, 'm'));
		assert.equal(details?.fullTypeName, exceptionId);
	});

	it('a broken rule in the language of the client: the reason too, which the trace has in English', async () => {
		const { description, details } = await infoOf(skipped, [{ filterId: 'violation' }], { locale: 'zh-CN' });
		const [first] = (description ?? '').split('\n');
		assert.match(first ?? '', /rule violated\(.*reason: .*[\u4e00-\u9fff]/);
		assert.match(details?.message ?? '', /[\u4e00-\u9fff]/);
	});

	it('a deadlock: who waits for whom', async () => {
		const { description } = await infoOf(deadlock, [{ filterId: 'deadlock' }]);
		assert.match(description ?? '', /^alice\.client waits for session of socket \d+, on bob \(10\.1\.0\.2:7000\)$/m);
		assert.match(description ?? '', /^bob\.server waits for session of socket \d+, on alice \(10\.1\.0\.1:\d+\)$/m);
		const { threads } = await rig.client.send<DebugProtocol.ThreadsResponse['body']>('threads');
		assert.ok(
			threads.some(({ name }) => /^bob\.server — waiting for session of socket \d+, on alice /.test(name)),
			threads.map(({ name }) => name).join('\n'),
		);
	});

	it('there is something to do about every error, in both languages', () => {
		for (const error of wsaErrorNames) {
			assert.match(adviceFor(error, 'en'), /^[A-Z].*\.$/);
			assert.match(adviceFor(error, 'zh-cn'), /[\u4e00-\u9fff].*。$/);
		}
	});
});
