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
