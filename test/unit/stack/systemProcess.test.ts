/** A graceful close whose process ends before everything is sent: a system service process sends the rest (DUP-2). */
import assert from 'node:assert/strict';
import { parsed, playToSuccess } from '../../golden/play';
import { TraceView } from '../../golden/traceView';

interface Story {
	/** Of both NICs. */
	readonly settings?: string;
	/** Settings and faults of the scenario. */
	readonly faults?: string;
	/** What the client does after it has handed its data over. */
	readonly end?: string;
	readonly server?: string;
	/** More threads. */
	readonly more?: string;
	readonly bytes?: number;
}

const reads = (bytes: number) => `expect recv(s, ${bytes}, MSG_WAITALL) == fill(${bytes}, 3) expect recv(s, 1) == ""`;

/** A client that sends `bytes` in the background, closes its socket, and has nothing else to do. */
function leaving({ settings = '', faults = '', end = '', bytes = 200_000, server = reads(bytes), more = '' }: Story) {
	return `
san fabric 10.1.0.0/16 { latency 50us bandwidth 1Gbps }
host alice { nic ib0 on fabric at 10.1.0.1 { maxRdma 16384 ${settings} } }
host bob { nic ib0 on fabric at 10.1.0.2 { maxRdma 16384 ${settings} } }
scenario "leaving" {
  ${faults}
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    let s = accept(listener)
    ${server}
    closesocket(s)
    closesocket(listener)
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    setsockopt(s, SOL_SOCKET, SO_SNDBUF, 1000000)
    connect(s, 10.1.0.2:7000)
    send(s, fill(${bytes}, 3))
    ${end}
    closesocket(s)
  }
  ${more}
}`;
}

function plays(story: Story, seed = 1) {
	const run = playToSuccess(parsed(leaving(story)), undefined, { seed });
	return { run, view: TraceView.of(run.reader) };
}

const passedOn = (view: TraceView) => view.first(({ name }) => name === 'graceful close passed on');

/** What a switch sends, without the messages that only give credits back. */
function controls(view: TraceView, user: string, provider: string): readonly unknown[] {
	return view
		.calls(user, provider, 'WSPSend')
		.map(({ args }) => args.control)
		.filter((control) => control !== 'credit update');
}

function stillOpen(view: TraceView): readonly string[] {
	const open = new Set<string>();
	const seen = new Set<string>();
	for (const { kind, name, args } of view.records) {
		if (kind !== 'state' || !/^alice\.(\w+\.)?ib0 socket /.test(name) || args.field !== 'state') continue;
		seen.add(name);
		if (args.after === 'closed') open.delete(name);
		else open.add(name);
	}
	assert.ok(seen.size > 0, 'SAN sockets were seen');
	return [...open];
}

describe('A process that ends while a socket is closed gracefully (DUP-2)', () => {
	for (const rdmaRead of ['on', 'off'] as const) {
		it(`leaves the rest of a large transfer to a system process (WSPRdmaRead ${rdmaRead})`, () => {
			for (let seed = 1; seed <= 4; seed++) {
				const { run, view } = plays({ settings: `rdmaRead ${rdmaRead}` }, seed);
				assert.deepEqual(run.violations, []);
				const [given] = view.calls('alice.switch', 'alice.ib0', 'WSPDuplicateSocket');
				assert.equal(given?.args.dwProcessId, 'services');
				const [taken] = view
					.calls('alice.services.switch', 'alice.services.ib0', 'WSPSocket')
					.filter(({ args }) => args.dwProviderReserved !== undefined);
				assert.ok(taken && taken.seq > given.seq);
				const rest = view.first(({ name }) => name === 'buffered data to send');
				assert.ok(Number(rest?.args.bytes) > 100_000, 'most of the data is left');
				// The process ends without waiting for the rest, which arrives after that.
				const ends = view.first(({ name, from }) => name === 'process ends' && from === 'alice.switch');
				const read = view.all(({ kind, name, from }) => {
					return kind === 'return' && name === 'WSPRecv' && from === 'bob.switch';
				});
				assert.ok(ends && ends.seq < (read.at(-2)?.seq ?? 0));
				assert.deepEqual(stillOpen(view), []);
				for (const rule of ['DUP-2', 'DUP-3', 'DUP-13', 'DUP-16', 'CLOSE-8'] as const) {
					assert.ok(run.ruleResults().get(rule)?.kept, rule);
				}
			}
		});
	}

	it('swaps the socket by the steps of the page, and says goodbye in the system process', () => {
		const { view } = plays({ settings: 'rdmaRead on' });
		const before = controls(view, 'alice.switch', 'alice.ib0');
		assert.deepEqual(before, ['negotiation offer', 'data with RDMA descriptor', 'suspend request']);
		const after = controls(view, 'alice.services.switch', 'alice.services.ib0');
		assert.deepEqual(after, ['resume', 'data with RDMA descriptor', 'no more data']);
		assert.ok(controls(view, 'bob.switch', 'bob.ib0').includes('suspended'));
		const last = view.calls('alice.services.switch', 'alice.services.ib0', 'WSPCloseSocket').at(-1);
		const former = view.calls('alice.switch', 'alice.ib0', 'WSPCloseSocket').at(-1);
		assert.ok(last && former && former.seq < last.seq);
	});

	it('is a process that expectations can name', () => {
		const scenario = leaving({
			more: `expect calls alice.services.switch -> alice.services.ib0 {
      ...
      WSPSend(control: "no more data")
      ...
      WSPCloseSocket
    }
    expect no calls alice.services.switch -> alice.services.ib0 { WSPConnect }`,
		});
		playToSuccess(parsed(scenario));
		assert.throws(() => playToSuccess(parsed(scenario.replace('{ WSPConnect }', '{ WSPSend }'))), /must not happen/);
	});

	it('leaves a rest below the threshold too, which goes in control messages', () => {
		const { run, view } = plays({ settings: 'rdmaRead off', bytes: 16_384 + 4064 + 900 });
		assert.deepEqual(run.violations, []);
		assert.equal(view.first(({ name }) => name === 'buffered data to send')?.args.bytes, 900);
		const after = controls(view, 'alice.services.switch', 'alice.services.ib0');
		assert.deepEqual(after, ['resume', 'data', 'no more data']);
	});

	it('leaves what it has shut down before, and the peer hears of its end once', () => {
		const { run, view } = plays({ end: 'shutdown(s, SD_SEND)' });
		assert.deepEqual(run.violations, []);
		assert.ok(passedOn(view));
		assert.ok(run.ruleResults().get('SHUT-1')?.kept);
		const said = view.all(({ kind, args }) => kind === 'call' && args.control === 'no more data');
		assert.equal(said.filter(({ from }) => from.startsWith('alice')).length, 1);
	});

	it('needs no system process while a thread of it goes on, nor for a mere goodbye', () => {
		const other = plays({ more: 'thread alice.other { sleep 50ms }' });
		assert.equal(passedOn(other.view), undefined);
		const small = plays({ bytes: 100 });
		assert.equal(passedOn(small.view), undefined);
		for (const { view } of [other, small]) {
			assert.equal(
				view.first(({ from }) => from.startsWith('alice.services')),
				undefined,
			);
		}
	});

	it('takes a process of its own, whatever the scenario calls its processes', () => {
		const { run, view } = plays({ more: 'thread alice.other in process services { sleep 10us }' });
		assert.deepEqual(run.violations, []);
		assert.equal(passedOn(view)?.args.process, 'services2');
	});

	it('closes everything where the swap fails, and the peer is told (DUP-19)', () => {
		const { run, view } = plays({
			faults: 'fault alice.ib0 WSPDuplicateSocket: WSAENOBUFS',
			server: 'recv(s, 200000, MSG_WAITALL) -> WSAECONNRESET',
		});
		assert.deepEqual(run.violations, []);
		assert.ok(passedOn(view));
		assert.deepEqual(stillOpen(view), []);
		assert.ok(view.first(({ name, from }) => name === 'process ends' && from === 'alice.switch'));
	});

	it('waits for a peer that does not suspend no longer than for one that does not read', () => {
		const { view } = plays({
			settings: 'rdmaRead off',
			faults: 'configure alice { guardTime 50ms } fault bob.ib0 WSPSend on calls 3..: pending forever',
			server: 'recv(s, 200000, MSG_WAITALL) -> WSAECONNRESET',
		});
		assert.ok(passedOn(view));
		assert.deepEqual(view.calls('alice.switch', 'alice.ib0', 'WSPDuplicateSocket'), []);
		assert.deepEqual(stillOpen(view), []);
		assert.ok(view.first(({ name, from }) => name === 'process ends' && from === 'alice.switch'));
	});
});
