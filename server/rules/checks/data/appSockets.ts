/**
 * Model of the application's sockets as the switch keeps them, and of the SAN socket that carries each of them.
 */
import { ByComponent } from '../../byComponent';
import type { SeenRecord } from '../../recordView';
import { hostOf, isSwitch } from './components';
import { each, type Handlers } from './handlers';
import type { SanSocket, SanSockets } from './sanSockets';
import { numberArg } from './values';

export interface AppSocket {
	readonly switch: string;
	/** Number of the switch. */
	readonly switchId: number;
	readonly descriptor: number;
	/** Last values of fields of the switch's own record. */
	companion: number | undefined;
	provider: string | undefined;
	local: string | undefined;
	nonblocking: boolean;
	/** The SAN socket that carries its connection, or carried it. */
	san: SanSocket | undefined;
	/** `seq` of the record that says it is closed. */
	closed: number | undefined;
}

export class AppSockets {
	private readonly latest = new ByComponent<number, AppSocket>();

	/** The last question to `of`, and its answer. */
	private asked: SeenRecord | undefined;
	private answer: AppSocket | undefined;

	constructor(private readonly sockets: SanSockets) {}

	readonly handlers: Handlers = each(
		['state', 'companion', 'provider', 'local', 'nonblocking'].map((field) => `state socket.${field}`),
		(record) => this.changed(record),
	);

	/** The socket that a switch knows by `descriptor`. @param user number of the switch */
	find(user: number, descriptor: number | undefined): AppSocket | undefined {
		const socket = descriptor === undefined ? undefined : this.latest.get(user, descriptor);
		if (socket && (!socket.san || socket.san.descriptor !== socket.companion)) this.resolve(socket);
		return socket;
	}

	/** The socket that a call of an application names by `s`. */
	of(call: SeenRecord): AppSocket | undefined {
		if (call === this.asked && this.answer?.san) return this.answer;
		this.answer = this.find(call.toId, numberArg(call, 's'));
		this.asked = call;
		return this.answer;
	}

	/** The application's socket that a SAN socket carries. */
	carriedBy(san: SanSocket): AppSocket | undefined {
		if (san.app) return san.app;
		for (const socket of this.latest.values()) if (!socket.san) this.resolve(socket);
		return san.app;
	}

	private changed(record: SeenRecord): void {
		const { owner, ownerId, number, field } = record.changed;
		if (!isSwitch(owner)) return;
		const after = record.arg('after') ?? null;
		let socket = this.latest.get(ownerId, number);
		if (!socket || (field === 'state' && after === 'created')) {
			socket = {
				switch: owner,
				switchId: ownerId,
				descriptor: number,
				companion: undefined,
				provider: undefined,
				local: undefined,
				nonblocking: false,
				san: undefined,
				closed: undefined,
			};
			this.latest.set(ownerId, number, socket);
		}
		switch (field) {
			case 'state':
				if (after === 'closed') socket.closed = record.seq;
				return;
			case 'companion':
				if (after === null) this.resolve(socket);
				else socket.companion = typeof after === 'number' ? after : undefined;
				return;
			case 'provider':
			case 'local':
				socket[field] = typeof after === 'string' ? after : undefined;
				return;
			default:
				socket.nonblocking = after === true;
		}
	}

	private resolve(socket: AppSocket): void {
		const { companion, provider: nic } = socket;
		if (companion === undefined || socket.san?.descriptor === companion) return;
		const host = hostOf(socket.switch);
		for (let n = this.sockets.all.length - 1; n >= 0; n--) {
			const san = this.sockets.all[n] as SanSocket;
			if (san.descriptor !== companion || hostOf(san.provider) !== host) continue;
			if (san.switch !== '' && san.switch !== socket.switch) continue;
			if (nic !== undefined && !san.provider.split('.').includes(nic)) continue;
			socket.san = san;
			san.app = socket;
			return;
		}
	}
}
