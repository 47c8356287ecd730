/**
 * Model of the application's sockets as the switch keeps them, and of the SAN socket that carries each of them.
 */
import type { TraceRecord, Value } from '../../../trace';
import { hostOf, isSwitch } from './components';
import { type Handlers, stateObject } from './handlers';
import type { SanSocket, SanSockets } from './sanSockets';
import { numberArg } from './values';

export interface AppSocket {
	readonly switch: string;
	readonly descriptor: number;
	/** Last values of the fields of the switch's own record. */
	readonly fields: Map<string, Value>;
	/** The SAN socket that carries its connection, or carried it. */
	san: SanSocket | undefined;
	/** `seq` of the record that says it is closed. */
	closed: number | undefined;
}

export class AppSockets {
	private readonly latest = new Map<string, AppSocket>();
	private readonly bySan = new Map<SanSocket, AppSocket>();

	constructor(private readonly sockets: SanSockets) {}

	readonly handlers: Handlers = { 'state socket': (record) => this.changed(record) };

	/** The socket that a call of an application (or the record of a session) names. */
	find(user: string, descriptor: number | undefined): AppSocket | undefined {
		const socket = descriptor === undefined ? undefined : this.latest.get(`${user} ${descriptor}`);
		if (socket) this.resolve(socket);
		return socket;
	}

	/** The socket that a call of an application names by `s`. */
	of(call: TraceRecord): AppSocket | undefined {
		return this.find(call.to, numberArg(call, 's'));
	}

	/** The application's socket that a SAN socket carries. */
	carriedBy(san: SanSocket): AppSocket | undefined {
		const known = this.bySan.get(san);
		if (known) return known;
		for (const socket of this.latest.values()) if (!socket.san) this.resolve(socket);
		return this.bySan.get(san);
	}

	private changed(record: TraceRecord): void {
		const { owner, number } = stateObject(record.name);
		if (!isSwitch(owner)) return;
		const field = String(record.args.field);
		const after = record.args.after ?? null;
		const key = `${owner} ${number}`;
		let socket = this.latest.get(key);
		if (!socket || (field === 'state' && after === 'created')) {
			socket = { switch: owner, descriptor: number, fields: new Map(), san: undefined, closed: undefined };
			this.latest.set(key, socket);
		}
		if (field === 'state' && after === 'closed') socket.closed = record.seq;
		if (field === 'companion' && after === null) this.resolve(socket);
		else socket.fields.set(field, after);
	}

	private resolve(socket: AppSocket): void {
		const companion = socket.fields.get('companion');
		if (typeof companion !== 'number' || socket.san?.descriptor === companion) return;
		const nic = socket.fields.get('provider');
		const host = hostOf(socket.switch);
		for (let n = this.sockets.all.length - 1; n >= 0; n--) {
			const san = this.sockets.all[n] as SanSocket;
			if (san.descriptor !== companion || hostOf(san.provider) !== host) continue;
			if (san.switch !== '' && san.switch !== socket.switch) continue;
			if (typeof nic === 'string' && !san.provider.split('.').includes(nic)) continue;
			socket.san = san;
			this.bySan.set(san, socket);
			return;
		}
	}
}
