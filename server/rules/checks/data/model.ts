/**
 * What the data checks know of a run: sockets, sessions, overlapped operations and registered memory. All checks of one checker
 * share one model, which sees each record before they do.
 */
import { AppSockets } from './appSockets';
import type { Handler, Handlers } from './handlers';
import { Operations } from './operations';
import { Outages } from './outages';
import { Registrations } from './registrations';
import { SanSockets } from './sanSockets';
import { Sessions } from './sessions';

export class Model {
	readonly sockets = new SanSockets();
	readonly apps = new AppSockets(this.sockets);
	readonly sessions = new Sessions(this.apps);
	readonly operations = new Operations(this.sockets);
	readonly registrations = new Registrations(this.sockets);
	readonly outages = new Outages();
	private readonly handlers = new Map<string, Handler[]>();

	constructor() {
		for (const part of [this.sockets, this.apps, this.sessions, this.operations, this.registrations, this.outages])
			this.add(part.handlers);
	}

	/** Keys of the records that the model must see. */
	get keys(): Iterable<string> {
		return this.handlers.keys();
	}

	/** What the parts of the model do with records of that key. */
	handlersOf(key: string): readonly Handler[] {
		return this.handlers.get(key) ?? [];
	}

	private add(part: Handlers): void {
		for (const [key, handler] of Object.entries(part)) {
			const handlers = this.handlers.get(key);
			if (handlers) handlers.push(handler);
			else this.handlers.set(key, [handler]);
		}
	}
}

/** Keys of the records that every model needs. */
export const modelKeys: readonly string[] = [...new Model().keys];
