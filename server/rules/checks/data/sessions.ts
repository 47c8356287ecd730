/** Model of the sessions of a run: the switch's own records of them, each with the SAN socket that it lives on. */
import { ByComponent } from '../../byComponent';
import type { CheckContext } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { AppSockets } from './appSockets';
import { each, type Handlers } from './handlers';
import type { SanSocket } from './sanSockets';

export interface SessionRecord {
	/** Number of the switch. */
	readonly switch: number;
	/** Descriptor of the application's socket. */
	readonly descriptor: number;
	/** Number of the traced object. */
	readonly object: number;
	/** Last values of its fields, as far as checks ask for them with every message. */
	state: string | undefined;
	credits: number | undefined;
	owedCredits: number | undefined;
	rdmaThreshold: number | undefined;
	noMoreData: boolean;
	san: SanSocket | undefined;
	/** Virtual time at which it ended, ns. */
	endedAt: number | undefined;
}

/** Fields that the model follows. */
export const sessionFields = ['state', 'peerBuffers', 'credits', 'owedCredits', 'rdmaThreshold', 'noMoreData'] as const;

export class Sessions {
	private readonly latest = new ByComponent<number, SessionRecord>();
	/** The session that the state record at hand changes. */
	current: SessionRecord | undefined;

	constructor(private readonly apps: AppSockets) {}

	readonly handlers: Handlers = each(
		sessionFields.map((field) => `state session.${field}`),
		(record) => this.changed(record),
	);

	/** The session over a SAN socket. */
	of(san: SanSocket): SessionRecord | undefined {
		if (san.session) return san.session;
		const app = this.apps.carriedBy(san);
		const session = app && this.latest.get(app.switchId, app.descriptor);
		if (session) this.resolve(session);
		return session?.san === san ? session : undefined;
	}

	/** Bytes that have arrived and wait for the application, at the end of the trace. */
	bytesWaiting(session: SessionRecord, context: CheckContext): number {
		const value = context.history.fieldAt(session.object, 'bytesWaiting', context.reader.length);
		return typeof value === 'number' ? value : 0;
	}

	private changed(record: SeenRecord): void {
		const { ownerId, number, field, object } = record.changed;
		const after = record.arg('after') ?? null;
		let session = this.latest.get(ownerId, number);
		if (!session || (field === 'state' && record.arg('before') === null)) {
			session = {
				switch: ownerId,
				descriptor: number,
				object,
				state: undefined,
				credits: undefined,
				owedCredits: undefined,
				rdmaThreshold: undefined,
				noMoreData: false,
				san: undefined,
				endedAt: undefined,
			};
			this.latest.set(ownerId, number, session);
		}
		switch (field) {
			case 'state':
				session.state = String(after);
				if (after === 'ended') session.endedAt ??= record.time;
				break;
			case 'credits':
			case 'owedCredits':
			case 'rdmaThreshold':
				session[field] = typeof after === 'number' ? after : undefined;
				break;
			case 'noMoreData':
				session.noMoreData = after === true;
				break;
			default:
		}
		if (!session.san) this.resolve(session);
		this.current = session;
	}

	private resolve(session: SessionRecord): void {
		const san = this.apps.find(session.switch, session.descriptor)?.san;
		if (!san) return;
		session.san = san;
		san.session = session;
	}
}
