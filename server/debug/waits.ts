/** What a thread waits for, and which host could end the wait: from the state of the thread and of its sockets. */
import type { Host } from '../scenario/generated/ast';
import type { ScenarioFile } from '../scenario/parse';
import { parseSocketAddress } from '../winsock/address';
import type { Debuggee } from './debuggee';

export interface Wait {
	/** As the stack names it: `session of socket 100`. */
	readonly what: string;
	/** The other side: its host and address. */
	readonly on?: { readonly host: string; readonly address: string };
}

/** What `thread` waits for after record `seq`; undefined if it does not wait. */
export function waitOf(debuggee: Debuggee, thread: number, seq: number): Wait | undefined {
	const { objects } = debuggee;
	const object = objects.ownedBy(thread, seq, 'thread')[0];
	if (object === undefined || objects.field(object, 'state', seq) !== 'waiting') return undefined;
	const what = String(objects.field(object, 'waitsFor', seq) ?? '');
	const address = addressOf(debuggee, what, thread, seq);
	const host = address === undefined ? undefined : hostOf(debuggee, address);
	return address === undefined || host === undefined ? { what } : { what, on: { host, address } };
}

/** The address that is waited for: that of a connect, or the peer of a socket. */
function addressOf(
	{ cursor, objects, reader }: Debuggee,
	what: string,
	thread: number,
	seq: number,
): string | undefined {
	const connect = /^connection to (\S+)$/.exec(what);
	if (connect) return connect[1];
	const socket = /\bsocket (\d+)$/.exec(what);
	if (!socket) return undefined;
	for (const call of cursor.stacks.openCalls(thread, seq)) {
		const id = objects.find(reader.to(call), 'socket', Number(socket[1]), seq);
		const remote = id === undefined ? undefined : objects.field(id, 'remote', seq);
		if (typeof remote === 'string') return remote;
	}
	return undefined;
}

/** The host that has an address, by the topology of the scenario. */
function hostOf({ file }: Debuggee, address: string): string | undefined {
	const ip = parseSocketAddress(address)?.ip.text;
	return hosts(file).find(({ nics }) => nics.some(({ addresses }) => addresses.some(({ text }) => text === ip)))?.name;
}

function hosts({ model, imports }: ScenarioFile): readonly Host[] {
	return [...model.hosts, ...imports.flatMap(hosts)];
}
