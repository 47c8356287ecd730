import assert from 'node:assert/strict';
import { inScenario, inThread, lab, problemsOf } from './problems';

/** Source and the problems that it must have, in order. */
type Case = readonly [source: string, ...problems: string[]];

function table(title: string, cases: readonly Case[], wrap: (source: string) => string = (source) => source): void {
	describe(title, () => {
		for (const [source, ...expected] of cases) {
			it(source.replaceAll('\n', ' ⏎ '), () => {
				assert.deepEqual(problemsOf(wrap(source)), expected);
			});
		}
	});
}

describe('scenario checks', () => {
	table('topology', [
		['san a 10.1.0.0/16\nsan a 10.2.0.0/16', '2:5-6 duplicate-name'],
		['san a 10.1.0.0', '1:7-15 subnet-expected'],
		['san a 10.1.0.7:80', '1:7-18 subnet-expected'],
		['san a 10.1.0.7/16', '1:7-18 warning subnet-host-bits'],
		['san a 10.1.0.0/40', '1:7-18 bad-address'],
		['san a 10.1.0.300/16', '1:7-20 bad-address'],
		['san a fd00::/64', ...[]],
		['san fabric 10.1.0.0/16 host h {\nnic n on fabrik at 10.1.0.1 }', '2:10-16 unknown-network (fabric)'],
		['san a 10.1.0.0/16 host h {\nnic n on a at 10.2.0.1 }', '2:15-23 address-outside-subnet'],
		['san a 10.1.0.0/16 host h {\nnic n on a at 10.1.0.1/16 }', '2:15-26 plain-address-expected'],
		['san a 10.1.0.0/16 host h {\nnic n on a at 10.1.0.1\nnic n on a at 10.1.0.2 }', '3:5-6 duplicate-name'],
		['san a 10.1.0.0/16 host h {\nnic n on a at 10.1.0.1\nnic m on a at 10.1.0.1 }', '3:15-23 duplicate-address'],
		['san a fd00::/64 host h {\nnic n on a at fd00::1, fd00:0::1 }', '2:24-33 duplicate-address'],
		['san a 10.1.0.0/16 host h {\nnic switch on a at 10.1.0.1 }', '2:5-11 reserved-name'],
		['host h { }\nhost h { }', '2:6-7 duplicate-name'],
		['function connect() { }', '1:10-17 reserved-name'],
		['function f() { }\nfunction f() { }', '2:10-11 duplicate-name'],
		['scenario "a" { }', '1:10-13 no-hosts'],
		['host a { } scenario "a" { }', '1:21-24 warning no-threads'],
		['host h { } scenario "a" { thread h.t { } }\nscenario "a" { thread h.t { } }', '2:10-13 duplicate-name'],
	]);

	table('settings', [
		['san a 10.1.0.0/16 { latncy 5us }', '1:21-27 unknown-setting (latency)'],
		['san a 10.1.0.0/16 { latency 5 }', '1:21-30 setting-value'],
		['san a 10.1.0.0/16 { latency 5sec }', '1:30-33 unknown-unit (s)'],
		['san a 10.1.0.0/16 { loss 1% loss 2% }', '1:29-33 duplicate-name'],
		['san a 10.1.0.0/16 { loss 101% }', '1:21-30 setting-value'],
		['seed 7', ...[]],
		['seed x', '1:1-7 setting-value'],
		['sead 7', '1:1-5 unknown-setting (seed)'],
		['san f 10.1.0.0/16 host h { nic n on f at 10.1.0.1 {\nconnect asynchronous 3ms, credits 8 rdmaRead off } }'],
		['san f 10.1.0.0/16 host h { nic n on f at 10.1.0.1 {\nconnect asynchronous 3 } }', '2:1-23 setting-value'],
		['san f 10.1.0.0/16 host h { nic n on f at 10.1.0.1 {\nnobodyListens WSAETIMEDOUT } }', '2:1-27 setting-value'],
		['lan f 10.1.0.0/16 host h { nic n on f at 10.1.0.1 {\ncredits 8 } }', '2:1-8 warning setting-needs-san'],
	]);

	table(
		'threads and scenario settings',
		[
			['thread alise.other { }', '2:8-13 unknown-host (alice)'],
			['thread alice.client { }', '3:14-20 duplicate-name'],
			['thread alice.ib0 { }', '2:14-17 reserved-name'],
			['configure bob.ib0 { credits 2 }'],
			['configure fabric { latency 1us }'],
			['configure bob.ib0 { credits 0 }', '2:21-30 setting-value'],
			['configure bob.ib1 { credits 2 }', '2:15-18 unknown-component (ib0)'],
			['configure bob.switch { }', '2:11-21 configure-target'],
		],
		inScenario,
	);

	table(
		'literals',
		[
			['log "open', '2:5-10 unterminated-string'],
			['log "a\\qb"', '2:7-9 bad-escape'],
			['log b"\\x4"', '2:7-9 bad-escape'],
			['log 3msec', '2:6-10 unknown-unit (ms)'],
			['log 999.1.0.2', '2:5-14 bad-address'],
			['log 10.1.0.2:70000', '2:5-19 bad-address'],
			['log 99999999999999999', '2:5-22 integer-range'],
			['log 0xff_ff, 1_000'],
		],
		inThread,
	);

	table(
		'names',
		[
			['x = 1', '2:1-2 undeclared-variable'],
			['let count = 1\ncuont = count', '3:1-6 undeclared-variable (count)'],
			['let x = 1', '2:5-6 warning unused-variable'],
			['let _x = 1'],
			['let x = 1\nlet x = x', '3:5-6 duplicate-name'],
			['let x = 1\nif x > 0 { let x = 2 log x }'],
			['log pear', '2:5-9 unknown-name'],
			['let peer = 1\nlog pear, peer', '3:5-9 unknown-name (peer)'],
			['log FD_CONECT', '2:5-14 unknown-name (FD_CONNECT)'],
			['let s = socket()\nconnect(s, 10.1.0.2:7) -> WSAECONREFUSED', '3:27-41 unknown-error (WSAECONNREFUSED)'],
			['log alice', '2:5-10 host-as-value'],
			['log alice.other', '2:11-16 unknown-component'],
		],
		inThread,
	);

	table(
		'calls',
		[
			['soket()', '2:1-6 unknown-function (socket)'],
			['WSPConnect()', '2:1-11 not-an-application-call (connect)'],
			['listen(socket())', '2:1-7 argument-count'],
			['listen(socket(), 1, 2)', '2:1-7 argument-count'],
			['listen(1, 2)', '2:8-9 argument-type'],
			['listen(socket(), "four")', '2:18-24 argument-type'],
			['connect(socket(), 10.1.0.2)', '2:19-27 port-expected'],
			['connect(socket(), "10.1.0.2:7")', '2:19-31 argument-type'],
			['shutdown(socket(), how: SD_SEND)'],
			['shutdown(socket(), haw: SD_SEND)', '2:1-9 argument-count', '2:20-23 unknown-parameter (how)'],
			['shutdown(socket(), s: socket())', '2:1-9 argument-count', '2:20-31 argument-twice'],
			['shutdown(s: socket(), SD_SEND)', '2:23-30 positional-after-named'],
			['shutdown(socket(), MSG_OOB)', '2:20-27 argument-type'],
			['WSAEventSelect(socket(), WSACreateEvent(), FD_READ | FD_WRITE)'],
			['log bytes(), bytes(1, "a", b"b")'],
			['log length()', '2:5-11 argument-count'],
			['log length(3)', '2:12-13 argument-type'],
		],
		inThread,
	);

	table(
		'types',
		[
			['if "text" { }', '2:4-10 type-mismatch'],
			['if FD_READ & 1 { }'],
			['while 3ms { }', '2:7-10 type-mismatch'],
			['repeat "3" { }', '2:8-11 type-mismatch'],
			['sleep 3', '2:7-8 type-mismatch'],
			['for x in 3 { log x }', '2:10-11 type-mismatch'],
			['log 1 + "a"', '2:5-12 operator-types'],
			['log 1 + 2 + "a"', '2:5-16 operator-types'],
			['log 3ms * 2 + 1us, 4ms / 2ms + 1'],
			['log 3ms < 4', '2:5-12 operator-types'],
			['expect socket() == 3ms', '2:8-23 warning never-equal'],
			['expect recv(socket(), 4) == "ping"'],
			['expect WSAGetLastError() == 0'],
			['expect socket().provider == "ib1"', '2:29-34 warning never-a-provider ("ib0")'],
			['expect socket().provder == "ib0"', '2:17-24 unknown-member (provider)'],
			['log (3).length', '2:9-15 no-members'],
			['expect not socket().state == "bound" or true'],
			['let x = 1\nx = "now text"\nexpect x == "now text"'],
		],
		inThread,
	);

	table(
		'flow',
		[
			['break', '2:1-6 jump-outside-loop'],
			['repeat 2 { continue }'],
			['return\n(1)', '3:1-4 return-value-on-next-line'],
			['return\nsleep 1ms', '3:1-10 warning unreachable-statement'],
			['return 1', '2:8-9 warning return-value-ignored'],
			['while true { }\nsleep 1ms', '3:1-10 warning unreachable-statement'],
			['while true { break }\nsleep 1ms'],
			['repeat 2 { break sleep 1ms }', '2:18-27 warning unreachable-statement'],
			['if true { return } else { return }\nsleep 1ms', '3:1-10 warning unreachable-statement'],
		],
		inThread,
	);

	table(
		'faults',
		[
			['fault alice.ib0 WSPConnect: pending 2ms, then WSAETIMEDOUT'],
			['fault alice.ib0 WSPConect: success', '2:17-26 unknown-call (WSPConnect)'],
			['fault alice.ib0 connect: success', '2:17-24 not-a-provider-call (WSPConnect)'],
			['fault alice.ib9 WSPConnect: success', '2:13-16 unknown-component (ib0)'],
			['fault alise.ib0 WSPConnect: success', '2:7-12 unknown-host (alice)'],
			['fault alice WSPConnect: success', '2:7-12 fault-target'],
			['fault WSPConnect: success', '2:7-17 fault-target-missing'],
			['fault alice.ib0 WSPConnect: WSAETIMEDOT', '2:29-40 unknown-error (WSAETIMEDOUT)'],
			['fault alice.ib0 WSPConnect: success, pending 1ms', '2:38-49 second-outcome'],
			['fault alice.ib0 WSPConnect: pending forever, then success', '2:51-58 forever-then'],
			['fault alice.ib0 WSPConnect: pending 2KiB', '2:37-41 duration-expected'],
			['fault alice.ib0 WSPConnect on call 0: success', '2:36-37 bad-range'],
			['fault alice.ib0 WSPConnect #4..2: success', '2:29-33 bad-range'],
			['fault alice.ib0 WSPAccept: skip WPUCreateSocketHandel', '2:33-54 unknown-call (WPUCreateSocketHandle)'],
			['partition fabrik', '2:11-17 unknown-partition (fabric)'],
			['partition alice from bob at 3ms for 2ms'],
			['fault alice.ib0 WSPBind: pending 1ms', '2:26-37 fault-clause-unfit'],
			['fault alice.ib0 WSPSend: signal never', '2:26-38 fault-clause-unfit'],
			['fault alice.ib0 WSPBind: skip WPUCreateSocketHandle', '2:26-52 fault-clause-unfit'],
			['fault alice.tcpip WSPSocket: return 0', '2:30-38 fault-clause-unfit'],
			['fault alice.tcpip WSPSocket: return WSAENOBUFS'],
			['fault alice.tcpip WSPRegisterMemory: WSAENOBUFS', '2:19-36 fault-call-elsewhere'],
			['fault alice.ib0.proxy WSPBind: WSAENOBUFS', '2:23-30 fault-call-elsewhere'],
			['install alice.ib0 at 2ms'],
			['uninstall alice.eth0', '2:11-21 network-fault-target'],
			['add 10.1.0.9 to alice.ib0 remove 10.1.0.9 from alice.ib0 for 1ms'],
			['add 10.1.0.2 to alice.ib0', '2:5-13 duplicate-address'],
			['add 10.9.0.2 to alice.ib0', '2:5-13 address-outside-subnet'],
			['add 10.1.0.9:7 to alice.ib0', '2:5-15 plain-address-expected'],
			['add 10.1.0.9 to alice', '2:17-22 network-fault-target'],
			['partition alice.ib0', '2:11-20 network-fault-target'],
			['down alice', '2:6-11 network-fault-target'],
			['down alice.eth0 for 3KiB', '2:21-25 duration-expected'],
			['crash bob.ib0', '2:7-14 network-fault-target'],
			['drop message #1 from alise to bob', '2:22-27 unknown-host (alice)'],
			['delay messages from alice.switch by 2ms', '2:21-33 network-fault-target'],
		],
		inScenario,
	);

	table('variables of a scenario', [
		[`${lab} scenario "t" { let _s =\nsocket() thread alice.client { } }`, '2:1-7 call-before-start'],
		[
			`${lab} scenario "t" { let _n = [1,\ntry double(2)] thread alice.client { } }\nfunction double(n) { return 2 * n }`,
			'2:5-11 call-before-start',
		],
		[`${lab} scenario "t" { let _s =\ninherit(NULL) thread alice.client { } }`, '2:1-8 call-before-start'],
		[`${lab} scenario "t" { let _s = [fill(3, 1), WSAOVERLAPPED(), WSACreateEvent()] thread alice.client { } }`],
	]);

	table(
		'expectations',
		[
			['expect calls alice.switch -> alice.ib0 { WSPSocket WSPRecv + ... }'],
			['expect calls alice.swich -> alice.ib0 { }', '2:20-25 unknown-component (switch)'],
			['expect calls alice.services.switch -> alice.services.ib0 { ... WSPSend ... }'],
			['expect calls alice.service.switch -> alice.ib0 { }', '2:20-27 unknown-component'],
			['expect calls alice.client -> alice.ib0 { }', '2:14-26 warning never-talk'],
			['expect calls alice.switch -> bob.ib0 { }', '2:14-26 warning never-talk'],
			['expect calls alice.switch -> alice.ib0 { WSPConect }', '2:42-51 warning never-called (WSPConnect)'],
			['expect calls alice.ib0 -> alice.switch { WSPConnect }', '2:42-52 warning never-passes'],
			['expect calls alice.client -> alice.switch { connect }'],
			['expect calls alice.switch -> alice.ib0 { WSPConnect(nam: 1) }', '2:53-56 warning unknown-parameter (name)'],
			['expect calls alice.switch -> alice.ib0 { WSPConnect -> WSAETIMEDUOT }', '2:56-68 unknown-error (WSAETIMEDOUT)'],
			['expect calls alice.ib0.nic -> bob.ib0.nic { ConnectRequest }'],
			['expect violates CONN-3'],
			['expect violates CON-3', '2:17-22 unknown-rule (CONN-3)'],
			['expect now() < 5ms within 3KiB', '2:27-31 duration-expected'],
		],
		inScenario,
	);

	it('the lab that the tables stand on is clean', () => {
		assert.deepEqual(problemsOf(lab), []);
	});
});
