/**
 * Runs in which a host crashes, a link stays down, or a process ends in the middle of something: nobody breaks a rule by
 * that, so no check may say so. That the same checks catch real breaches is shown by the edited runs of their families.
 */
import assert from 'node:assert/strict';
import { filled, startRun } from '../../../../server/scenario/interpreter';
import { hasErrors, parseScenarioFile } from '../../../../server/scenario/parse';

const hosts = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
`;

const server = (serve: string) =>
	`thread bob.server { let l = socket() bind(l, 10.1.0.2:7000) listen(l, 4) let p = try accept(l) ${serve} }`;
const client = (use: string) => `thread alice.client { sleep 100us let s = socket() ${use} }`;

const stories = {
	'a conversation': `
  ${server('repeat 3 { try recv(p, 100) try send(p, "ok") } try closesocket(p) try closesocket(l)')}
  ${client('try connect(s, 10.1.0.2:7000) repeat 3 { try send(s, "hello") try recv(s, 10) sleep 20us } try closesocket(s)')}`,
	'nothing closed': `
  ${server('repeat 3 { try recv(p, 100) try send(p, "ok") }')}
  ${client('try connect(s, 10.1.0.2:7000) repeat 3 { try send(s, "hello") try recv(s, 10) sleep 20us }')}`,
	'a large transfer, announced and not finished': `
  ${server('try recv(p, 60000, MSG_WAITALL) try closesocket(p) try closesocket(l)')}
  ${client('try connect(s, 10.1.0.2:7000) try send(s, fill(60000, 5)) try closesocket(s)')}`,
	'a nonblocking connect when its process ends': `
  ${server('sleep 1us')}
  ${client('ioctlsocket(s, FIONBIO, 1) try connect(s, 10.1.0.2:7000) sleep 3us')}`,
	'clean-up during a connect': `
  ${server('sleep 1us')}
  ${client('try connect(s, 10.1.0.2:7000) try send(s, "x")')}
  thread alice.impatient { sleep 112us try WSACleanup() }`,
} as const;

const times = ['60us', '103us', '112us', '118us', '135us', '200us'];

const troubles = (times: readonly string[]) => [
	'',
	...times.flatMap((at) => [
		`crash bob at ${at}`,
		`crash alice at ${at}`,
		`partition fabric at ${at}`,
		`down bob.ib0 at ${at}`,
		`partition fabric at ${at} heal fabric at 400us`,
	]),
];

/** What the checks say of a run, whether or not the scenario itself came to its end. */
function violations(items: string): readonly string[] {
	const file = parseScenarioFile(`${hosts}scenario "trouble" { ${items} }`, 'test.sanflow');
	if (hasErrors(file)) throw new Error(JSON.stringify(file.problems[0]));
	const run = startRun(file);
	while (run.state.kind === 'running') run.advance(10_000);
	return run.violations.map(({ rule, seq, reason }) => `${rule} ${seq}: ${filled(reason)}`);
}

describe('checks in a run with trouble', () => {
	for (const [name, story] of Object.entries(stories)) {
		it(`accuse nobody: ${name}`, () => {
			for (const trouble of troubles(times)) assert.deepEqual(violations(`${trouble} ${story}`), [], trouble);
		}).timeout(20_000);
	}

	// The negotiation's message, both data messages, and "no more data".
	for (const call of [1, 2, 3, 4]) {
		it(`accuse nobody: WSPSend ${call} fails after it was started, and the socket is closed`, () => {
			const fault = `fault alice.ib0 WSPSend on call ${call}: pending 0us, then WSAECONNRESET`;
			const story = `${server('try recv(p, 1) try recv(p, 1) try closesocket(p) try closesocket(l)')}
				${client('try connect(s, 10.1.0.2:7000) try send(s, "x") try send(s, "y") try closesocket(s)')}`;
			assert.deepEqual(violations(`${fault} ${story}`), []);
		});
	}
});
