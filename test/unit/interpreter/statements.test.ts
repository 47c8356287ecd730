import assert from 'node:assert/strict';
import { parsed, play } from '../../golden/play';
import { logged, runItems, runStatements } from './scenarios';

const fails = (statements: string, before = ''): string => runStatements(statements, before).failures.join();

describe('Statements', () => {
	it('declare and change variables', () => {
		assert.deepEqual(logged('let a = 1\na = a + 1\na += 5\na -= 3\nlog a\nlet t = "x"\nt += "y"\nlog t'), ['4', 'xy']);
	});

	it('choose', () => {
		const choose =
			'function size(n) { if n < 10 { return "small" } else if n < 100 { return "middle" } else { return "large" } }';
		assert.deepEqual(logged('log size(5), size(50), size(500)', choose), ['small middle large']);
	});

	it('of a scenario compute its variables before anything runs, also with functions', () => {
		const { logs, failures } = runItems(
			'let data = fill(3, 7)\nlet size = length(data) + 1\nthread alice.client { log length(data), size }',
		);
		assert.deepEqual(failures, []);
		assert.deepEqual(logs, ['3 4']);
	});

	it('repeat a number of times, counting from 0', () => {
		assert.deepEqual(
			logged('repeat 3 as i { log i }\nrepeat 0 { log "never" }\nlet n = 0\nrepeat 4 { n += 1 }\nlog n'),
			['0', '1', '2', '4'],
		);
	});

	it('repeat while a condition holds', () => {
		assert.deepEqual(logged('let n = 3\nwhile n > 0 { log n n -= 1 }'), ['3', '2', '1']);
	});

	it('go through a list', () => {
		assert.deepEqual(logged('for item in [1, "two", b"three", [4]] { log item }'), ['1', 'two', 'three', '[4]']);
	});

	it('leave and continue the innermost loop', () => {
		const statements = `repeat 3 as i {
  for j in [0, 1, 2, 3] {
    if j == 1 { continue }
    if j == 3 { break }
    log i, j
  }
  if i == 1 { break }
}`;
		assert.deepEqual(logged(statements), ['0 0', '0 2', '1 0', '1 2']);
	});

	it('call functions with values, and return from the middle of loops', () => {
		const before =
			'function find(list, wanted) { let at = 0 for item in list { if item == wanted { return at } at += 1 } return -1 }';
		assert.deepEqual(logged('log find([5, 6, 7], 7), find([5], 9)', before), ['2 -1']);
	});

	it('call functions recursively, each activation with variables of its own', () => {
		const before = 'function factorial(n) { let below = 1 if n > 1 { below = factorial(n - 1) } return n * below }';
		assert.deepEqual(logged('log factorial(10)', before), ['3628800']);
		const fibonacci = 'function fibonacci(n) { if n < 2 { return n } return fibonacci(n - 1) + fibonacci(n - 2) }';
		assert.deepEqual(logged('log fibonacci(12)', fibonacci), ['144']);
	});

	it('sleep in virtual time', () => {
		assert.deepEqual(logged('sleep 2ms\nlog now()\nlet pause = 3us\nsleep pause * 2\nlog now()'), [
			'2000000',
			'2006000',
		]);
	});

	it('log several values in one line', () => {
		assert.deepEqual(logged('log "a", 1, true, NULL, [1, "x"], 10.1.0.1:80'), ['a 1 true NULL [1, "x"] 10.1.0.1:80']);
	});

	it('share the variables of the scenario between threads', () => {
		const { logs, failures } = runItems(`let turn = 0
thread alice.one { while turn == 0 { sleep 1us } log "one" }
thread bob.two { sleep 5us log "two" turn = 1 }
expect turn == 1`);
		assert.deepEqual(failures, []);
		assert.deepEqual(logs, ['two', 'one']);
	});
});

describe('Expected outcomes', () => {
	it('let the expected error pass', () => {
		assert.equal(
			fails('let s = socket()\nlisten(s, 1) -> WSAEINVAL\nlisten(s, 1) -> WSAEFAULT or WSAEINVAL\nclosesocket(s) -> 0'),
			'',
		);
	});

	it('fail for another outcome, with what was expected and what came', () => {
		assert.equal(
			fails('let s = socket()\nlisten(s, 1) -> WSAEFAULT'),
			'line 3: listen failed with WSAEINVAL, but WSAEFAULT was expected',
		);
		assert.equal(
			fails('let s = socket()\nbind(s, 10.1.0.1:5000) -> WSAEINVAL'),
			'line 3: bind returned 0, but WSAEINVAL was expected',
		);
	});

	it('fail for an error that nobody expected', () => {
		assert.equal(
			fails('let s = socket()\nlog "here"\nlisten(s, 1)'),
			'line 4: listen failed with WSAEINVAL, and nothing else was expected',
		);
		assert.equal(
			fails('let s = socket()\nlet n = send(s, "x")'),
			'line 3: send failed with WSAENOTCONN, and nothing else was expected',
		);
	});
});

describe('Expectations', () => {
	it('on values say what they found', () => {
		assert.equal(
			fails('expect 1 + 1 == 2\nexpect "a" + "b" == "abc"'),
			'line 3: expected "a" + "b" == "abc", but the left side is "ab"',
		);
		assert.equal(fails('let none = 0\nexpect none'), 'line 3: expected none, but it is 0');
	});

	it('with a time wait until they hold', () => {
		const items = (within: string) => `let ready = false
thread alice.waiter { expect ready == true within ${within} log now() }
thread bob.worker { sleep 3ms ready = true }`;
		assert.deepEqual(runItems(items('10ms')).failures, []);
		assert.deepEqual(runItems(items('1ms')).failures, ['line 3: expected ready == true, but the left side is false']);
	});

	it('on calls find them in their order, with arguments and results', () => {
		const expecting = (pattern: string): readonly string[] =>
			runItems(`thread alice.client { let s = socket() connect(s, 10.1.0.2:9) -> WSAECONNRESET closesocket(s) }
expect calls alice.switch -> alice.ib0 { ${pattern} }`).failures;
		const whole =
			'WSPSocket WSPBind WSPEventSelect(FD_CONNECT) WSPConnect(10.1.0.2:9) -> WSAEWOULDBLOCK WSPEnumNetworkEvents WSPCloseSocket';
		assert.deepEqual(expecting(whole), []);
		assert.deepEqual(expecting('WSPSocket ... WSPCloseSocket'), []);
		assert.deepEqual(expecting('... WSPConnect ...'), []);
		assert.deepEqual(expecting('WSPSocket WSPBind ? WSPRecv * WSPEventSelect + WSPConnect ...'), []);
		assert.deepEqual(expecting('WSPSocket unordered { WSPEventSelect WSPBind } WSPConnect ...'), []);
		assert.match(
			expecting('WSPConnect WSPSocket ...').join(),
			/^line 3: calls from alice\.switch to alice\.ib0: expected WSPSocket, found WSPEnumNetworkEvents \(record \d+\)$/,
		);
		assert.match(expecting('... WSPConnect(10.1.0.2:10) ...').join(), /expected WSPConnect\(10\.1\.0\.2:10\)/);
		assert.match(expecting('... WSPConnect -> 0 ...').join(), /expected WSPConnect -> 0/);
		assert.match(expecting(`${whole} WSPSend`).join(), /expected WSPSend, but there was no further call/);
		// The pattern must reach the end unless it says otherwise.
		assert.match(expecting('WSPSocket WSPBind').join(), /expected the end, found WSPEventSelect/);
	});

	it('on the absence of calls name the call that must not be', () => {
		const { failures } = runItems(`thread alice.client { let s = socket() closesocket(s) }
expect no calls alice.switch -> alice.tcpip { WSPConnect }
expect no calls alice.switch -> alice.tcpip { WSPSocket }`);
		assert.equal(failures.length, 1);
		assert.match(
			failures.join(),
			/^line 4: alice\.switch called WSPSocket of alice\.tcpip \(record \d+\), which must not happen$/,
		);
	});

	it('in any order look for each line once', () => {
		const { failures } = runItems(`thread alice.client { let s = socket() bind(s, 10.1.0.1:5000) closesocket(s) }
expect unordered calls alice.switch -> alice.tcpip { WSPCloseSocket WSPSocket }
expect unordered calls alice.switch -> alice.tcpip { WSPSocket WSPSocket }`);
		assert.equal(failures.length, 1);
		assert.match(failures.join(), /^line 4: /);
	});

	it('on violations fail if the rule was kept', () => {
		const { failures } = runItems('thread alice.client { log "nothing" }\nexpect violates CONN-3');
		assert.deepEqual(failures, ['line 3: expected a violation of CONN-3, but the rule was kept']);
	});
});

describe('A scenario that cannot go on', () => {
	it('is a deadlock that names its threads, what they wait for and their lines', () => {
		const { failures } = runItems(`thread alice.client {
  let event = WSACreateEvent()
  WSAWaitForMultipleEvents([event], false)
}
thread bob.server {
  let listener = socket()
  bind(listener, 10.1.0.2:7000)
  listen(listener, 1)
  accept(listener)
}
thread alice.done { log "fine" }`);
		assert.equal(
			failures.join(),
			'line 4: deadlock: nothing can happen any more, but alice.client waits for event 1 (line 4); bob.server waits for TCP/IP socket 100 in WSPAccept (line 10)',
		);
	});

	it('is stopped when its budget is used up, even if its loop is empty', () => {
		for (const loop of [
			'while true { }',
			'while true { log "again" }',
			'while true { sleep 1us }',
			'while true { let n = 1 }',
		]) {
			const { failures } = runStatements(`log "start"\n${loop}`, '', { budget: 2000 });
			assert.match(
				failures.join(),
				/^line 3: the run was stopped after 2000 steps: is there an endless loop\? alice\.client is \w+ \(line 3\)$/,
				loop,
			);
		}
	});

	it('tells of every thread of a livelock what it does and waits for, and where', () => {
		const { failures } = runItems(
			`thread bob.server {
let listener = socket()
bind(listener, 10.1.0.2:7000)
listen(listener, 4)
let peer = accept(listener)
while true { send(peer, recv(peer, 4)) }
}
thread alice.client {
let s = socket()
connect(s, 10.1.0.2:7000)
while true {
  send(s, "ping")
  recv(s, 4)
}
}`,
			{ budget: 5000 },
		);
		assert.equal(failures.length, 1);
		assert.match(failures.join(), /the run was stopped after 5000 steps: is there an endless loop\?/);
		const waits = /(waits for session of socket \d+ in WSPRecv|is runnable( in \w+)?) \(line/;
		for (const [thread, lines] of [
			['bob.server', '7'],
			['alice.client', '1[345]'],
		]) {
			assert.match(failures.join(), new RegExp(`${thread} ${waits.source} ${lines}\\)`));
		}
	});

	it('is stopped at its time limit and at its record limit', () => {
		const limited = (limit: string) =>
			runItems(`${limit}\nthread alice.client { while true { sleep 1s } }`).failures.join();
		assert.match(limited('timeLimit 10s'), /stopped after 10000000000 ns of virtual time/);
		assert.match(limited('recordLimit 500'), /stopped after 500 records/);
	});

	it('is over when all threads are, though timers of the stack are due past its time limit', () => {
		const { failures } = runItems(`timeLimit 1s
thread bob.server { let l = socket() bind(l, 10.1.0.2:7000) listen(l, 1) let p = accept(l) closesocket(p) closesocket(l) }
thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) recv(s, 1) closesocket(s) }`);
		assert.deepEqual(failures, []);
	});

	it('fails at a variable or an expectation of the scenario that has no value', () => {
		const thread = 'thread alice.client { log 1 }';
		const failed = (items: string) => runItems(`${items}\n${thread}`).failures;
		assert.deepEqual(failed('let a = 1 / 0'), ['line 2: division by zero']);
		assert.deepEqual(failed('let a = [1][7]'), ['line 2: there is no element 7; the length is 1']);
		assert.deepEqual(failed('expect 1 / 0 == 1'), ['line 2: division by zero']);
		assert.deepEqual(failed('let s = NULL\nexpect s.state == "closed"'), ['line 3: NULL has no member state']);
		assert.throws(() => failed('let s = recv(NULL, 1)'), /:2:9: 'recv' cannot be called here/);
		const calling = () => runItems(`let a = f()\n${thread}`, {}, 'function f() { return 1 }');
		assert.throws(calling, /:2:9: 'f' cannot be called here/);
	});

	it('fails where a condition function does, whichever thread asks it', () => {
		const { failures } = runItems(
			`thread bob.server { let l = socket() bind(l, 10.1.0.2:7000) listen(l, 1) WSAAccept(l, wrong) }
thread alice.client { sleep 1ms let s = socket() connect(s, 10.1.0.2:7000) }`,
			{},
			'function wrong() { return 1 / 0 }',
		);
		assert.deepEqual(failures, ['line 1: division by zero']);
	});

	it('judges the time of its end by the last thing that happened', () => {
		const { failures } = runItems(`expect now() == 100us
thread alice.client { let s = socket() ioctlsocket(s, FIONBIO, 1) connect(s, 10.1.0.2:7000) -> WSAEWOULDBLOCK sleep 100us }`);
		assert.deepEqual(failures, []);
	});

	it('is stopped at a value that grows without end', () => {
		const grows = (start: string, more: string) =>
			runStatements(`let x = ${start}\nwhile true { x = ${more} }`).failures.join();
		assert.match(grows('"a"', 'x + x'), /line 3: a value of 134217728 bytes or characters is too large/);
		assert.match(grows('fill(9)', 'x + x'), /line 3: a value of \d+ bytes or characters is too large/);
		assert.match(grows('fill(9)', 'bytes(x, x, x)'), /line 3: a value of \d+ bytes or characters is too large/);
		assert.match(grows('[1]', 'x + x'), /line 3: a list of 1048576 elements is too long/);
		assert.match(grows('[1]', '[slice(x, 0)]'), /line 3: lists lie more than 100 deep in each other/);
	});

	it('joins with += what + joins', () => {
		assert.deepEqual(
			logged('let a = "a" a += "b" log a let b = b"\\x01" b += b"\\x02" log b let c = [1] c += [2] log c'),
			['ab', '0x0102', '[1, 2]'],
		);
	});

	it('is stopped in a recursion without end', () => {
		const { failures } = runStatements('forever(0)', 'function forever(n) { return forever(n + 1) }', {
			budget: 100_000,
		});
		assert.equal(failures.length, 1);
	});
});

describe('What a thread records', () => {
	it('is one note for each statement that it executes, at its place, before its effects', () => {
		const run = play(
			parsed(
				'host alice { }\nscenario "t" {\n thread alice.client {\n  let a = 1\n  repeat 2 { a += 1 }\n  log a\n }\n}',
			),
		);
		const records = Array.from({ length: run.reader.length }, (_, seq) => run.reader.record(seq)).filter(
			({ from }) => from === 'alice.client',
		);
		const shown = records.flatMap(({ kind, name, args, source }) => {
			if (kind === 'note') return [`${source?.line}:${source?.column} ${name} ${String(args.text)}`];
			return args.field === 'a' ? [`a: ${String(args.before)} -> ${String(args.after)}`] : [];
		});
		assert.deepEqual(shown, [
			'4:3 statement let a = 1',
			'a: null -> 1',
			'5:3 statement repeat 2 { a += 1 }',
			'5:14 statement a += 1',
			'a: 1 -> 2',
			'5:14 statement a += 1',
			'a: 2 -> 3',
			'6:3 statement log a',
			'6:3 log 3',
		]);
	});
});
