/** A connect of an application as the trace shows it, step by step, and what rules about connects hear of it. */
import type { CheckContext, Interest } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { RuleId } from '../../ruleBook';

/** The SAN socket of one connect and what was done with it. */
export interface SanAttempt {
	readonly provider: string;
	/** Call and return of WSPSocket. */
	readonly create: SeenRecord;
	created: SeenRecord | undefined;
	s: number;
	bind: SeenRecord | undefined;
	bound: SeenRecord | undefined;
	/** Calls of WSPSetSockOpt. */
	readonly options: SeenRecord[];
	select: SeenRecord | undefined;
	selected: SeenRecord | undefined;
	connect: SeenRecord | undefined;
	connectReturned: SeenRecord | undefined;
	/** SetEvent for FD_CONNECT, in order. */
	readonly signals: SeenRecord[];
	enumerated: SeenRecord | undefined;
	/** How the connect ended: by the return of WSPConnect or through WSPEnumNetworkEvents; null for success. */
	result: { readonly seq: number; readonly error: string | null } | undefined;
	close: SeenRecord | undefined;
	/** First error of WSPSocket, WSPBind, WSPSetSockOpt or WSPEventSelect. */
	setUpFailure: SeenRecord | undefined;
	/** Calls of WSPRegisterMemory, WSPRecv and WSPSend after the connection was there. */
	readonly registrations: SeenRecord[];
	readonly receives: SeenRecord[];
	readonly sends: SeenRecord[];
}

/** One connect of an application. */
export interface Connect {
	readonly switch: string;
	readonly host: string;
	/** The application's call. */
	readonly call: SeenRecord;
	/** The application's descriptor. */
	readonly s: number;
	readonly destination: string;
	/** State of the switch's socket before the call: `created`, `connecting`, `connected` … */
	readonly before: string;
	blocking: boolean;
	lookup: SeenRecord | undefined;
	/** The table's answer: a SAN provider, or undefined for TCP/IP. */
	provider: string | undefined;
	san: SanAttempt | undefined;
	/** WSPBind of TCP/IP on behalf of this connect that failed (no companion is possible then). */
	implicitBindFailed: boolean;
	tcpipConnect: SeenRecord | undefined;
	/** The application closed the socket or cancelled the call meanwhile. */
	abandoned: boolean;
	finished: SeenRecord | undefined;
}

/** What rules hear of a connect; `record` is the record that has just happened. */
export interface ConnectRules {
	readonly rules: readonly RuleId[];
	/** The lookup note was written. */
	lookup?(connect: Connect, record: SeenRecord, context: CheckContext): void;
	/** The switch calls a SAN provider for this connect. */
	sanCall?(connect: Connect, call: SeenRecord, context: CheckContext): void;
	sanReturn?(connect: Connect, call: SeenRecord, record: SeenRecord, context: CheckContext): void;
	/** The switch calls TCP/IP for this connect. */
	tcpipCall?(connect: Connect, call: SeenRecord, context: CheckContext): void;
	/** The provider signals the event object registered for FD_CONNECT. */
	signal?(connect: Connect, san: SanAttempt, record: SeenRecord, context: CheckContext): void;
	/** The SAN connect has succeeded (`error` null) or failed. */
	result?(connect: Connect, san: SanAttempt, error: string | null, record: SeenRecord, context: CheckContext): void;
	/** The application's call has returned, or on a nonblocking socket the procedure has ended. */
	finish?(connect: Connect, error: string | null, record: SeenRecord, context: CheckContext): void;
	/** A further record that the rules asked for. */
	other?(record: SeenRecord, context: CheckContext): void;
	/** The run has ended before the connect has. */
	end?(connect: Connect, context: CheckContext): void;
	readonly interests?: readonly Interest[];
}

/** A connect that only asks how another one is going (CONN-15). */
export function isPoll(connect: Connect): boolean {
	return connect.before === 'connecting' || connect.before === 'connected';
}

/** Notes a call into the SAN provider in the connect that it belongs to. */
export function noteCall(connect: Connect, record: SeenRecord): void {
	if (record.name === 'WSPSocket') {
		connect.san = newAttempt(record);
		return;
	}
	const { san } = connect;
	if (!san || record.to !== san.provider) return;
	switch (record.name) {
		case 'WSPBind':
			san.bind = record;
			return;
		case 'WSPSetSockOpt':
			san.options.push(record);
			return;
		case 'WSPEventSelect':
			san.select = record;
			return;
		case 'WSPConnect':
			san.connect ??= record;
			return;
		case 'WSPCloseSocket':
			san.close = record;
			return;
		case 'WSPRegisterMemory':
			san.registrations.push(record);
			return;
		case 'WSPRecv':
			san.receives.push(record);
			return;
		case 'WSPSend':
			san.sends.push(record);
			return;
		default:
	}
}

function newAttempt(create: SeenRecord): SanAttempt {
	return {
		provider: create.to,
		create,
		created: undefined,
		s: -1,
		bind: undefined,
		bound: undefined,
		options: [],
		select: undefined,
		selected: undefined,
		connect: undefined,
		connectReturned: undefined,
		signals: [],
		enumerated: undefined,
		result: undefined,
		close: undefined,
		setUpFailure: undefined,
		registrations: [],
		receives: [],
		sends: [],
	};
}

/** What WSPEnumNetworkEvents says of the connect: null for success. */
export function outcomeOf(record: SeenRecord): string | null {
	if (record.error) return record.error;
	const code = record.arg('iErrorCode[FD_CONNECT_BIT]');
	return typeof code === 'string' ? code : null;
}
