/**
 * What the data checks know of a run: sockets, sessions, overlapped operations and registered memory. All checks of one checker
 * share one model; whichever check sees a record first brings the model up to date with it.
 */
import type { TraceRecord } from '../../../trace';
import type { CheckContext } from '../../check';
import { AppSockets } from './appSockets';
import { type Handler, type Handlers, keyOfRecord } from './handlers';
import { Operations } from './operations';
import { Registrations } from './registrations';
import { SanSockets } from './sanSockets';
import { Sessions } from './sessions';

export class Model {
	readonly sockets = new SanSockets();
	readonly apps = new AppSockets(this.sockets);
	readonly sessions = new Sessions(this.apps);
	readonly operations = new Operations(this.sockets);
	readonly registrations = new Registrations(this.sockets);
	private readonly handlers = new Map<string, Handler[]>();
	private seen = -1;
	private key = '';

	constructor() {
		for (const part of [this.sockets, this.apps, this.sessions, this.operations, this.registrations])
			this.add(part.handlers);
	}

	/** Keys of the records that the model must see. */
	get keys(): Iterable<string> {
		return this.handlers.keys();
	}

	/** Takes a record in, once. @returns the key under which handlers of the record are kept */
	feed(record: TraceRecord, context: CheckContext): string {
		if (record.seq <= this.seen) return this.key;
		this.seen = record.seq;
		this.key = keyOfRecord(record);
		const handlers = this.handlers.get(this.key);
		if (handlers) for (const handler of handlers) handler(record, context);
		return this.key;
	}

	private add(part: Handlers): void {
		for (const [key, handler] of Object.entries(part)) {
			const handlers = this.handlers.get(key);
			if (handlers) handlers.push(handler);
			else this.handlers.set(key, [handler]);
		}
	}

	/** The model of the run that `context` judges. */
	static of(context: CheckContext): Model {
		const model = models.get(context) ?? new Model();
		models.set(context, model);
		return model;
	}
}

const models = new WeakMap<CheckContext, Model>();

/** Names of the records that every model needs. */
export const modelKeys: readonly string[] = [...new Model().keys];
