/** Model of the sessions of a run: the switch's own records of them, each with the SAN socket that it lives on. */
import type { TraceRecord, Value } from '../../../trace';
import type { AppSockets } from './appSockets';
import { type Handlers, stateObject } from './handlers';
import type { SanSocket } from './sanSockets';

export interface SessionRecord {
	readonly switch: string;
	/** Descriptor of the application's socket. */
	readonly descriptor: number;
	readonly fields: Map<string, Value>;
	san: SanSocket | undefined;
	/** Virtual time at which it ended, ns. */
	endedAt: number | undefined;
}

export class Sessions {
	private readonly latest = new Map<string, SessionRecord>();
	private readonly bySan = new Map<SanSocket, SessionRecord>();
	/** The session that the state record at hand changes. */
	current: SessionRecord | undefined;

	constructor(private readonly apps: AppSockets) {}

	readonly handlers: Handlers = { 'state session': (record) => this.changed(record) };

	/** The session over a SAN socket. */
	of(san: SanSocket): SessionRecord | undefined {
		const known = this.bySan.get(san);
		if (known) return known;
		const app = this.apps.carriedBy(san);
		const session = app && this.latest.get(`${app.switch} ${app.descriptor}`);
		if (session) this.resolve(session);
		return session?.san === san ? session : undefined;
	}

	private changed(record: TraceRecord): void {
		const { owner, number } = stateObject(record.name);
		const key = `${owner} ${number}`;
		const field = String(record.args.field);
		const after = record.args.after ?? null;
		let session = this.latest.get(key);
		if (!session || (field === 'state' && record.args.before === null)) {
			session = { switch: owner, descriptor: number, fields: new Map(), san: undefined, endedAt: undefined };
			this.latest.set(key, session);
		}
		session.fields.set(field, after);
		if (field === 'state' && after === 'ended') session.endedAt ??= record.time;
		if (!session.san) this.resolve(session);
		this.current = session;
	}

	private resolve(session: SessionRecord): void {
		const san = this.apps.find(session.switch, session.descriptor)?.san;
		if (!san) return;
		session.san = san;
		this.bySan.set(san, session);
	}
}
