/** `connect.toNodeLoopback`: simulated connections, fully traced, beside real ones of the operating system. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { startRun } from '../../server/scenario/interpreter';
import { hasErrors, parseScenarioFile, type ScenarioFile } from '../../server/scenario/parse';
import { elapsed, type Measurements, ratio } from './measurement';

const CONNECTIONS = 500;
/** Not measured: the engine still compiles what is new to it, ours and Node's own, while these run. */
const WARM_UP_ROUNDS = 5;
const ROUNDS = 15;

/** Connect, negotiate the session and close, one connection after the other, through both stacks. */
const text = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "connect and close" {
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 16)
    repeat ${CONNECTIONS} {
      let peer = accept(listener)
      closesocket(peer)
    }
  }
  thread alice.client {
    repeat ${CONNECTIONS} {
      let s = socket()
      connect(s, 10.1.0.2:7000)
      closesocket(s)
    }
  }
}
`;

export async function measureConnect(): Promise<Measurements> {
	const file = parseScenarioFile(text, 'connect.sanflow');
	if (hasErrors(file)) throw new Error(JSON.stringify(file.problems[0]));
	const loopback = await startLoopback();
	const ours: number[] = [];
	const theirs: number[] = [];
	for (let i = 0; i < WARM_UP_ROUNDS; i++) {
		simulated(file);
		await loopback.connections(CONNECTIONS);
	}
	for (let i = 0; i < ROUNDS; i++) {
		ours.push(simulated(file));
		theirs.push(await loopback.connections(CONNECTIONS));
	}
	loopback.close();
	return { 'connect.toNodeLoopback': ratio(ours, theirs, 'net.connect and close over loopback in the same process') };
}

/** Connections per second. */
function simulated(file: ScenarioFile): number {
	const run = startRun(file, undefined, { checkRules: false });
	const ms = elapsed(() => {
		while (run.advance(10_000).kind === 'running');
	});
	if (run.state.kind !== 'passed') throw new Error(`the run failed: ${JSON.stringify(run.state)}`);
	return (CONNECTIONS / ms) * 1000;
}

async function startLoopback(): Promise<{ connections(count: number): Promise<number>; close(): void }> {
	const server = createServer((socket) => {
		socket.on('error', () => socket.destroy());
		socket.resume().end();
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		async connections(count) {
			const start = performance.now();
			for (let i = 0; i < count; i++) {
				const socket = connect(port, '127.0.0.1');
				await once(socket, 'connect');
				socket.resume().end();
				await once(socket, 'close');
			}
			return (count / (performance.now() - start)) * 1000;
		},
		close: () => void server.close(),
	};
}
