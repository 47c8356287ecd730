/**
 * Follows each connect of an application through the trace, from the application's call to its end, so that the rules of
 * "Initiating a Connection" can speak of its steps: the table lookup, the SAN socket, the calls on it, the signal, the
 * outcome, TCP/IP.
 *
 * The whole procedure runs in one thread: the application's on a blocking socket, one of the switch's own
 * (`alice.switch.connect1`) on a nonblocking one. That is how its records are told apart from those of others.
 */
import type { TraceRecord } from '../../../trace';
import type { CheckContext, Interest, RuleCheck } from '../../check';
import type { RuleId } from '../../ruleBook';
import { type Connect, type ConnectRules, noteCall, outcomeOf } from './connect';
import {
	callOf,
	callsAndReturns,
	fieldOf,
	hostOf,
	isApplicationCall,
	isSwitch,
	isTcpip,
	named,
	numberOf,
	ownerOf,
	textOf,
} from './parts';

const connectNames = ['WSPConnect', 'ConnectEx'] as const;

const ownInterests: readonly Interest[] = [
	...callsAndReturns(
		...connectNames,
		'WSPSocket',
		'WSPBind',
		'WSPSetSockOpt',
		'WSPEventSelect',
		'WSPEnumNetworkEvents',
		'WSPCloseSocket',
		'WSPRegisterMemory',
		'WSPRecv',
		'WSPSend',
	),
	...named('call', 'WSPCancelBlockingCall'),
	...named('signal', 'SetEvent'),
	...named('note', 'subnet table lookup'),
	...named('state', 'socket.state'),
];

const endStates: ReadonlySet<string> = new Set(['connected', 'failed', 'closed']);

/** One check out of several groups of rules about connects. */
export function connectCheck(groups: readonly ConnectRules[]): RuleCheck {
	return new ConnectTracker(groups);
}

class ConnectTracker implements RuleCheck {
	readonly rules: readonly RuleId[];
	readonly interests: readonly Interest[];
	private readonly open = new Set<Connect>();
	/** Connects under way by the thread that carries them out. */
	private readonly inThread = new Map<string, Connect>();
	/** Connects by the record of the application's call. */
	private readonly byCall = new Map<number, Connect>();
	/** By provider and event object registered for FD_CONNECT. */
	private readonly byEvent = new Map<string, Connect>();

	constructor(private readonly groups: readonly ConnectRules[]) {
		this.rules = groups.flatMap((group) => group.rules);
		this.interests = [...ownInterests, ...groups.flatMap((group) => group.interests ?? [])];
	}

	record(record: TraceRecord, context: CheckContext): void {
		for (const group of this.groups) group.other?.(record, context);
		switch (record.kind) {
			case 'call':
				this.called(record, context);
				return;
			case 'return':
				this.returned(record, context);
				return;
			case 'signal':
				if (record.name === 'SetEvent') this.signalled(record, context);
				return;
			case 'note':
				if (record.name === 'subnet table lookup') this.lookedUp(record, context);
				return;
			case 'state':
				this.changed(record, context);
				return;
			default:
		}
	}

	end(context: CheckContext): void {
		for (const connect of this.open) for (const group of this.groups) group.end?.(connect, context);
	}

	private called(record: TraceRecord, context: CheckContext): void {
		if (isApplicationCall(record)) {
			this.applicationCalled(record, context);
			return;
		}
		const connect = this.inThread.get(record.thread);
		if (!connect || record.from !== connect.switch) return;
		if (isTcpip(record.to)) {
			if (record.name === 'WSPConnect') connect.tcpipConnect ??= record;
			for (const group of this.groups) group.tcpipCall?.(connect, record, context);
			return;
		}
		if (isSwitch(record.to)) return;
		for (const group of this.groups) group.sanCall?.(connect, record, context);
		noteCall(connect, record);
		if (record.name === 'WSPEventSelect') {
			this.byEvent.set(`${record.to}#${numberOf(record, 'hEventObject')}`, connect);
		}
	}

	private applicationCalled(record: TraceRecord, context: CheckContext): void {
		const s = numberOf(record, 's');
		if ((connectNames as readonly string[]).includes(record.name) && s !== undefined) {
			this.begin(record, s, context);
			return;
		}
		if (record.name !== 'WSPCloseSocket' && record.name !== 'WSPCancelBlockingCall') return;
		for (const connect of this.open) {
			if (connect.switch !== record.to) continue;
			if (s === undefined || connect.s === s) connect.abandoned = true;
		}
	}

	private begin(call: TraceRecord, s: number, context: CheckContext): void {
		const connect: Connect = {
			switch: call.to,
			host: hostOf(call.to),
			call,
			s,
			destination: textOf(call, 'name') ?? '',
			before: String(fieldOf(context, call.to, 'socket', s, 'state', call.seq) ?? 'created'),
			blocking: true,
			lookup: undefined,
			provider: undefined,
			san: undefined,
			implicitBindFailed: false,
			tcpipConnect: undefined,
			abandoned: false,
			finished: undefined,
		};
		this.open.add(connect);
		this.inThread.set(call.thread, connect);
		this.byCall.set(call.seq, connect);
	}

	private lookedUp(record: TraceRecord, context: CheckContext): void {
		const connect = this.connectOf(record, context);
		if (!connect) return;
		connect.lookup = record;
		const provider = textOf(record, 'provider');
		connect.provider = provider && provider !== 'tcpip' ? provider : undefined;
		for (const group of this.groups) group.lookup?.(connect, record, context);
	}

	/** The connect that a lookup belongs to; a thread of the switch takes over what the application's call began. */
	private connectOf(record: TraceRecord, context: CheckContext): Connect | undefined {
		const known = this.inThread.get(record.thread);
		if (known && !known.finished) return known;
		for (let seq = record.cause ?? -1; seq >= 0; seq = context.reader.cause(seq)) {
			const connect = this.byCall.get(seq);
			if (!connect) continue;
			connect.blocking = false;
			this.inThread.set(record.thread, connect);
			return connect;
		}
		return undefined;
	}

	private returned(record: TraceRecord, context: CheckContext): void {
		const own = record.call === undefined ? undefined : this.byCall.get(record.call);
		if (own) {
			this.callReturned(own, record, context);
			return;
		}
		if (!isSwitch(record.to) || isSwitch(record.from)) return;
		const connect = this.inThread.get(record.thread);
		if (!connect) return;
		const call = callOf(context, record);
		if (isTcpip(record.from)) {
			if (record.name === 'WSPBind' && record.error) connect.implicitBindFailed = true;
			return;
		}
		if (call.from !== connect.switch) return;
		this.noteReturn(connect, call, record);
		for (const group of this.groups) group.sanReturn?.(connect, call, record, context);
		this.judgeResult(connect, record, context);
	}

	private callReturned(connect: Connect, record: TraceRecord, context: CheckContext): void {
		const goesOn =
			connect.before !== 'connecting' &&
			connect.lookup === undefined &&
			(record.error === 'WSAEWOULDBLOCK' || record.error === 'WSA_IO_PENDING');
		if (goesOn) {
			connect.blocking = false;
			this.inThread.delete(connect.call.thread);
		} else if (connect.blocking) {
			this.inThread.delete(connect.call.thread);
			this.finish(connect, record.error ?? null, record, context);
		}
	}

	private noteReturn(connect: Connect, call: TraceRecord, record: TraceRecord): void {
		const { san } = connect;
		if (!san) return;
		switch (record.name) {
			case 'WSPSocket':
				san.created = record;
				if (typeof record.result === 'number') san.s = record.result;
				break;
			case 'WSPBind':
				san.bound = record;
				break;
			case 'WSPEventSelect':
				san.selected = record;
				break;
			case 'WSPConnect':
				san.connectReturned = record;
				if (record.error !== 'WSAEWOULDBLOCK') san.result = { seq: record.seq, error: record.error ?? null };
				return;
			case 'WSPEnumNetworkEvents':
				san.enumerated = record;
				san.result ??= { seq: record.seq, error: outcomeOf(record) };
				return;
			default:
		}
		if (record.error && numberOf(call, 's') !== undefined && !san.connect) san.setUpFailure ??= record;
		else if (record.error && record.name === 'WSPSocket') san.setUpFailure ??= record;
	}

	private judgeResult(connect: Connect, record: TraceRecord, context: CheckContext): void {
		const { san } = connect;
		if (san?.result?.seq !== record.seq) return;
		for (const group of this.groups) group.result?.(connect, san, san.result.error, record, context);
	}

	private signalled(record: TraceRecord, context: CheckContext): void {
		if (record.args['announces'] !== 'FD_CONNECT' || isSwitch(record.from)) return;
		const connect = this.byEvent.get(`${record.from}#${numberOf(record, 'hEvent')}`);
		if (!connect?.san) return;
		connect.san.signals.push(record);
		for (const group of this.groups) group.signal?.(connect, connect.san, record, context);
	}

	private changed(record: TraceRecord, context: CheckContext): void {
		if (record.args['field'] !== 'state' || !isSwitch(ownerOf(record))) return;
		const after = String(record.args['after']);
		if (!endStates.has(after)) return;
		const connect = this.inThread.get(record.thread);
		if (!connect || connect.blocking || connect.finished) return;
		if (record.name !== `${connect.switch} socket ${connect.s}`) return;
		this.inThread.delete(record.thread);
		this.finish(connect, after === 'connected' ? null : after, record, context);
	}

	private finish(connect: Connect, error: string | null, record: TraceRecord, context: CheckContext): void {
		connect.finished = record;
		for (const group of this.groups) group.finish?.(connect, error, record, context);
		this.open.delete(connect);
		this.byCall.delete(connect.call.seq);
		const { san } = connect;
		if (san?.select) this.byEvent.delete(`${san.provider}#${numberOf(san.select, 'hEventObject')}`);
	}
}
