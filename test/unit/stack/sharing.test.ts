/** A connection that moves to another process while the peer ends it: nothing that had arrived is lost. */

import assert from 'node:assert/strict';
import { STATE } from '../../../server/trace';
import { parsed, playToSuccess } from '../../golden/play';
import { TraceView } from '../../golden/traceView';

/** @param pause when the second process uses the socket first */
function moving(peer: string, pause: string, worker: string): string {
	return `
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 { credits 8 } }
host bob { nic ib0 on fabric at 10.1.0.2 { credits 8 } }
scenario "moving" {
  let shared = NULL
  let taken = false
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    let s = accept(listener)
    shared = WSADuplicateSocket(s, bob.worker)
    repeat 1 { while not taken { sleep 20us } }
    closesocket(s)
    closesocket(listener)
  }
  thread bob.worker in process second {
    repeat 1 { while shared == NULL { sleep 20us } }
    let s = WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, shared)
    taken = true
    sleep ${pause}
    ${worker}
    closesocket(s)
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    connect(s, 10.1.0.2:7000)
    ${peer}
  }
}`;
}

/** SAN sockets of bob that are still open at the end. */
function openSockets(view: TraceView): readonly string[] {
	const open = new Set<string>();
	let seen = 0;
	for (const { kind, name, from, args } of view.records) {
		if (kind !== 'state' || !/^bob\.(\w+\.)?ib0 socket /.test(name) || args.field !== 'state') continue;
		seen++;
		if (args.after === 'closed') open.delete(name);
		else open.add(name);
		assert.ok(from.startsWith('bob'));
	}
	assert.ok(
		view.first(({ name }) => name === 'swap finished'),
		'the socket has moved',
	);
	assert.ok(seen > 3, 'sockets were seen');
	return [...open];
}

describe('A connection that moves to another process', () => {
	for (const pause of ['0us', '1us', '3us', '10us', '1ms']) {
		it(`is read to its end there, although the peer has closed it (${pause} later)`, () => {
			const text = moving(
				'send(s, "last words") closesocket(s)',
				pause,
				'expect recv(s, 100) == "last words" expect length(recv(s, 100)) == 0',
			);
			for (let seed = 1; seed <= 4; seed++) {
				const run = playToSuccess(parsed(text), undefined, { seed });
				assert.deepEqual(openSockets(TraceView.of(run.reader)), []);
				assert.deepEqual(run.violations, []);
			}
		});
	}

	it('is read there too after the peer has only said that it sends no more', () => {
		const text = moving(
			'send(s, "last words") shutdown(s, SD_SEND) expect recv(s, 10) == "answer" closesocket(s)',
			'3us',
			'expect recv(s, 100) == "last words" expect length(recv(s, 100)) == 0 send(s, "answer")',
		);
		for (let seed = 1; seed <= 4; seed++) {
			const run = playToSuccess(parsed(text), undefined, { seed });
			assert.deepEqual(openSockets(TraceView.of(run.reader)), []);
		}
	});
});

describe('Objects of a run', () => {
	/** Of objects other than the variables of functions: no name is given twice. */
	function namesAreUnique(text: string): void {
		const { reader } = playToSuccess(parsed(text), undefined, { seed: 1 });
		const ids = new Map<string, number>();
		for (let seq = 0; seq < reader.length; seq++) {
			if (reader.kind(seq) !== STATE) continue;
			const id = reader.objectOfKey(reader.siteId(seq));
			const name = reader.objectName(id);
			if (name.includes(' variables')) continue;
			assert.equal(ids.get(name) ?? id, id, `two objects are called ${name}`);
			ids.set(name, id);
		}
	}

	it('have names of their own where a process opens a shared socket twice', () => {
		namesAreUnique(`
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 { credits 8 } }
host bob { nic ib0 on fabric at 10.1.0.2 { credits 8 } }
scenario "twice" {
  let shared = NULL
  let taken = false
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    let s = accept(listener)
    shared = WSADuplicateSocket(s, bob.worker)
    repeat 1 { while not taken { sleep 20us } }
    taken = false
    shared = WSADuplicateSocket(s, bob.worker)
    repeat 1 { while not taken { sleep 20us } }
    send(s, "x")
    closesocket(s)
    closesocket(listener)
  }
  thread bob.worker in process second {
    repeat 1 { while shared == NULL { sleep 20us } }
    let s = WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, shared)
    shared = NULL
    send(s, "y")
    closesocket(s)
    taken = true
    repeat 1 { while shared == NULL { sleep 20us } }
    let o = WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, shared)
    taken = true
    send(o, "z")
    closesocket(o)
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    connect(s, 10.1.0.2:7000)
    expect recv(s, 3, MSG_WAITALL) == "yzx"
    closesocket(s)
  }
}`);
	});

	it('have names of their own where two threads of a host make overlapped requests', () => {
		const client = (name: string) => `thread alice.${name} {
    sleep 100us
    let s = socket()
    connect(s, 10.1.0.2:7000)
    let o = WSAOVERLAPPED(WSACreateEvent())
    WSASend(s, "x", 0, o) -> WSA_IO_PENDING
    WSAGetOverlappedResult(s, o, true)
    recv(s, 1)
    closesocket(s)
  }`;
		namesAreUnique(`
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "two threads" {
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    repeat 2 { let s = accept(listener) recv(s, 1) closesocket(s) }
    closesocket(listener)
  }
  ${client('one')}
  ${client('other')}
}`);
	});
});

/**
 * A connection that goes to another process and comes back.
 * @param revive setting of the provider
 * @param duplicate how the second process gets its descriptor: what the first one shares, and what becomes of it there
 */
function backAgain(revive: 'on' | 'off', duplicate: readonly [string, string]): string {
	return `
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 { revive ${revive} } }
scenario "back again" {
  let shared = NULL
  let step = 0
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    let peer = accept(listener)
    expect recv(peer, 100) == "one"
    shared = ${duplicate[0]}
    while step < 1 { sleep 100us }
    expect recv(peer, 100) == "three"
    step = 2
    expect recv(peer, 100) == ""
    closesocket(peer)
    closesocket(listener)
  }
  thread bob.worker in process second {
    while shared == NULL { sleep 100us }
    let peer = ${duplicate[1]}
    expect recv(peer, 100) == "two"
    send(peer, "from the worker")
    step = 1
    while step < 2 { sleep 100us }
    closesocket(peer)
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    connect(s, 10.1.0.2:7000)
    send(s, "one")
    sleep 2ms
    send(s, "two")
    expect recv(s, 100) == "from the worker"
    send(s, "three")
    while step < 2 { sleep 100us }
    closesocket(s)
  }
}`;
}

const byProtocolInfo = [
	'WSADuplicateSocket(peer, bob.worker)',
	'WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, shared)',
] as const;
const byDuplicateHandle = ['DuplicateHandle(peer, bob.worker)', 'shared'] as const;
const byInheritance = ['peer', 'inherit(shared)'] as const;

describe('A socket that comes back to a process (DUP-15)', () => {
	/** Names of the calls below WSPSocket with dwProviderReserved in the first process, and what it returns. */
	function takeover(view: TraceView) {
		const [call] = view
			.calls('bob.switch', 'bob.ib0', 'WSPSocket')
			.filter(({ args }) => args.dwProviderReserved !== undefined);
		assert.ok(call, 'the socket has come back');
		return { inside: view.directlyWithin(call.seq).map(({ name }) => name), made: view.returnOf(call) };
	}

	/** The SAN socket of the first accept. */
	function accepted(view: TraceView) {
		return view.first(({ kind, name, from }) => kind === 'return' && name === 'WSPAccept' && from === 'bob.ib0')
			?.result;
	}

	it('is revived by a provider that does that: by the context of its handle, without a new one', () => {
		for (let seed = 1; seed <= 4; seed++) {
			const run = playToSuccess(parsed(backAgain('on', byProtocolInfo)), undefined, { seed });
			const view = TraceView.of(run.reader);
			const { inside, made } = takeover(view);
			assert.deepEqual(inside, ['WPUQuerySocketHandleContext', 'WPUQuerySocketHandleContext']);
			assert.equal(made?.result, accepted(view));
			assert.ok(made?.rules.includes('DUP-15'));
			assert.deepEqual(openSockets(view), []);
			assert.deepEqual(run.violations, []);
			assert.equal(run.ruleResults().get('DUP-15')?.kept, 1);
		}
	});

	it('gets a new descriptor from any other provider, and the switch closes the former one', () => {
		for (let seed = 1; seed <= 4; seed++) {
			const run = playToSuccess(parsed(backAgain('off', byProtocolInfo)), undefined, { seed });
			const view = TraceView.of(run.reader);
			const { inside, made } = takeover(view);
			assert.deepEqual(inside, ['WPUCreateSocketHandle', 'WPUCreateSocketHandle']);
			const former = accepted(view);
			assert.notEqual(made?.result, former);
			const close = view.calls('bob.switch', 'bob.ib0', 'WSPCloseSocket').find(({ args }) => args.s === former);
			assert.ok(close && made && close.seq > made.seq && close.rules.includes('DUP-15'));
			assert.deepEqual(openSockets(view), []);
			assert.deepEqual(run.violations, []);
		}
	});

	it('is not revived where the handle is no longer known to the switch', () => {
		const text = backAgain('on', byProtocolInfo).replace(
			'let shared = NULL',
			'fault bob.switch WPUQuerySocketHandleContext: WSAENOTSOCK\n  let shared = NULL',
		);
		const view = TraceView.of(playToSuccess(parsed(text), undefined, { seed: 1 }).reader);
		const { inside, made } = takeover(view);
		assert.deepEqual([...new Set(inside)], ['WPUQuerySocketHandleContext', 'WPUCreateSocketHandle']);
		assert.equal(typeof made?.result, 'number');
		assert.notEqual(made?.result, accepted(view));
	});

	it('keeps a removed provider in a process no longer than that has a descriptor', () => {
		const text = backAgain('off', byProtocolInfo)
			.replace('let shared = NULL', 'uninstall bob.ib0 at 1ms\n  let shared = NULL')
			.replace('while step < 1 { sleep 100us }', 'while step < 1 { sleep 100us } closesocket(peer) sleep 9ms')
			.replace(
				'expect recv(peer, 100) == "three"\n    step = 2\n    expect recv(peer, 100) == ""\n    closesocket(peer)',
				'',
			)
			.replace('while step < 2 { sleep 100us }\n    closesocket(peer)', 'sleep 3ms closesocket(peer)')
			.replace('send(s, "three")\n    while step < 2 { sleep 100us }', '');
		const view = TraceView.of(playToSuccess(parsed(text), undefined, { seed: 1 }).reader);
		const [cleanup] = view.calls('bob.switch', 'bob.ib0', 'WSPCleanup');
		const end = view.first(({ name, from }) => name === 'process ends' && from === 'bob.switch');
		assert.ok(cleanup && end && cleanup.seq < end.seq, 'the provider is cleaned up with its last socket');
		assert.deepEqual(openSockets(view), []);
	});

	for (const revive of ['on', 'off'] as const) {
		it(`goes on listening there (revive ${revive})`, () => {
			const text = `
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 { revive ${revive} } }
scenario "listening" {
  let shared = NULL
  let step = 0
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    closesocket(accept(listener))
    shared = WSADuplicateSocket(listener, bob.worker)
    while step < 1 { sleep 100us }
    let last = accept(listener)
    expect last.provider == "ib0"
    closesocket(last)
    closesocket(listener)
  }
  thread bob.worker in process second {
    while shared == NULL { sleep 100us }
    let listener = WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, shared)
    closesocket(accept(listener))
    step = 1
    sleep 20ms
    closesocket(listener)
  }
  thread alice.client {
    sleep 100us
    repeat 3 {
      let s = socket()
      connect(s, 10.1.0.2:7000)
      sleep 2ms
      closesocket(s)
    }
  }
}`;
			for (let seed = 1; seed <= 4; seed++) {
				const run = playToSuccess(parsed(text), undefined, { seed });
				assert.deepEqual(run.violations, []);
				assert.deepEqual(openSockets(TraceView.of(run.reader)), []);
				assert.ok(run.ruleResults().get('DUP-15')?.kept);
			}
		});
	}
});

describe('A duplicate of a socket (DUP-2)', () => {
	for (const [name, ways] of [
		['by DuplicateHandle', byDuplicateHandle],
		['by inheritance', byInheritance],
	] as const) {
		it(`can be made ${name}, and moves the socket when it is used`, () => {
			for (let seed = 1; seed <= 4; seed++) {
				const run = playToSuccess(parsed(backAgain('off', ways)), undefined, { seed });
				const view = TraceView.of(run.reader);
				assert.deepEqual(openSockets(view), []);
				assert.deepEqual(run.violations, []);
				assert.deepEqual(view.calls('bob.server', 'bob.switch', 'WSPDuplicateSocket'), []);
				assert.equal(view.calls('bob.switch', 'bob.ib0', 'WSPDuplicateSocket').length, 1);
				const results = run.ruleResults();
				for (const rule of ['DUP-2', 'DUP-3']) assert.ok(results.get(rule)?.kept, rule);
			}
		});
	}

	it('can be made by a process that has never controlled the socket, for a third one', () => {
		const text = `
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "three processes" {
  let first = NULL
  let second = NULL
  let finished = false
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    first = accept(listener)
    while not finished { sleep 100us }
    closesocket(first)
    closesocket(listener)
  }
  thread bob.middle in process second {
    while first == NULL { sleep 100us }
    let own = inherit(first)
    second = DuplicateHandle(own, bob.last)
    closesocket(own)
  }
  thread bob.last in process third {
    while second == NULL { sleep 100us }
    send(second, "from the third process")
    finished = true
    closesocket(second)
  }
  thread alice.client {
    sleep 100us
    let s = socket()
    connect(s, 10.1.0.2:7000)
    expect recv(s, 100) == "from the third process"
    expect recv(s, 100) == ""
    closesocket(s)
  }
}`;
		for (let seed = 1; seed <= 4; seed++) {
			const run = playToSuccess(parsed(text), undefined, { seed });
			assert.deepEqual(run.violations, []);
			const view = TraceView.of(run.reader);
			assert.deepEqual(openSockets(view), []);
			assert.equal(view.calls('bob.middle', 'bob.second.switch', 'DuplicateHandle').length, 1);
		}
	});

	it('is needed: the descriptor of another process means nothing', () => {
		const text = `
san fabric 10.1.0.0/16 { latency 5us }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "whose socket" {
  let s = NULL
  thread bob.server { s = socket() sleep 1ms bind(s, 10.1.0.2:7000) closesocket(s) }
  thread bob.worker in process second {
    while s == NULL { sleep 10us }
    bind(s, 10.1.0.2:7000) -> WSAENOTSOCK
    closesocket(s) -> WSAENOTSOCK
    let own = inherit(s)
    closesocket(own)
  }
}`;
		playToSuccess(parsed(text), undefined, { seed: 1 });
	});

	it('cannot be made of a socket that its process has closed, nor for the same process', () => {
		const text = `
san fabric 10.1.0.0/16 { latency 5us }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "no duplicates" {
  let gone = NULL
  thread bob.server {
    let s = socket()
    expect DuplicateHandle(s, bob.server) == NULL
    gone = s
    closesocket(s)
    expect DuplicateHandle(s, bob.worker) == NULL
  }
  thread bob.worker in process second {
    sleep 1ms
    expect inherit(gone) == NULL
  }
}`;
		playToSuccess(parsed(text), undefined, { seed: 1 });
	});
});
