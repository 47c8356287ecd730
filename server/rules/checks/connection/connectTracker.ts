/**
 * Follows each connect of an application through the trace, from the application's call to its end, so that the rules of
 * "Initiating a Connection" can speak of its steps: the table lookup, the SAN socket, the calls on it, the signal, the
 * outcome, TCP/IP.
 *
 * The whole procedure runs in one thread: the application's on a blocking socket, one of the switch's own
 * (`alice.switch.connect1`) on a nonblocking one. That is how its records are told apart from those of others.
 */
import type { CheckContext, Interest, Judge, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { RuleId } from '../../ruleBook';
import { type Connect, type ConnectRules, noteCall, outcomeOf } from './connect';
import { between, callOf, fieldOf, hostOf, isSwitch, isTcpip, numberOf, ownerOf, textOf } from './parts';

const connectNames = ['WSPConnect', 'ConnectEx'] as const;

const carriedOut = [
	'WSPConnect',
	'WSPSocket',
	'WSPBind',
	'WSPSetSockOpt',
	'WSPEventSelect',
	'WSPEnumNetworkEvents',
	'WSPCloseSocket',
	'WSPRegisterMemory',
	'WSPRecv',
	'WSPSend',
] as const;

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
	private readonly inThread: (Connect | undefined)[] = [];
	/** Connects by the record of the application's call. */
	private readonly byCall = new Map<number, Connect>();
	/** By provider and event object registered for FD_CONNECT. */
	private readonly byEvent = new Map<string, Connect>();

	constructor(private readonly groups: readonly ConnectRules[]) {
		this.rules = groups.flatMap((group) => group.rules);
		// What rules ask for beside the connect comes first: it may be what a step of the connect is judged by.
		const further = groups.flatMap((group) =>
			(group.interests ?? []).map((interest) => ({ ...interest, judge: otherOf(group) })),
		);
		this.interests = [...further, ...this.ownInterests()];
	}

	private ownInterests(): readonly Interest[] {
		const called: Judge = (record, context) => this.called(record, context);
		const returned: Judge = (record, context) => this.returned(record, context);
		const begun: Judge = (record, context) => this.applicationCalled(record, context);
		const ended: Judge = (record, context) => this.ended(record, context);
		const below = (['provider', 'tcpip'] as const).flatMap((side) => [
			...between(side, 'call', ...carriedOut).map((interest) => ({ ...interest, judge: called })),
			...between(side, 'return', ...carriedOut).map((interest) => ({ ...interest, judge: returned })),
		]);
		return [
			...below,
			...between('application', 'call', ...connectNames, 'WSPCloseSocket', 'WSPCancelBlockingCall').map((interest) => ({
				...interest,
				judge: begun,
			})),
			...between('application', 'return', ...connectNames).map((interest) => ({ ...interest, judge: ended })),
			{ kind: 'signal', name: 'SetEvent', judge: (record, context) => this.signalled(record, context) },
			{ kind: 'note', name: 'crash', judge: (record) => this.crashed(record) },
			{ kind: 'note', name: 'process ends', judge: (record) => this.processEnds(record.from) },
			...between('application', 'call', 'WSPCleanup').map((interest) => ({
				...interest,
				judge: (record: SeenRecord) => this.processEnds(record.to),
			})),
			{ kind: 'note', name: 'subnet table lookup', judge: (record, context) => this.lookedUp(record, context) },
			{ kind: 'state', name: 'socket.state', judge: (record, context) => this.changed(record, context) },
		];
	}

	end(context: CheckContext): void {
		for (const connect of this.open) for (const group of this.groups) group.end?.(connect, context);
	}

	private called(record: SeenRecord, context: CheckContext): void {
		const connect = this.inThread[record.threadId];
		if (!connect || record.from !== connect.switch) {
			if (record.name === 'WSPCloseSocket') this.closedElsewhere(record);
			return;
		}
		if (isTcpip(record.to)) {
			if (record.name === 'WSPConnect') connect.tcpipConnect ??= record;
			for (const group of this.groups) group.tcpipCall?.(connect, record, context);
			return;
		}
		for (const group of this.groups) group.sanCall?.(connect, record, context);
		noteCall(connect, record);
		if (record.name === 'WSPEventSelect') {
			this.byEvent.set(`${record.to}#${numberOf(record, 'hEventObject')}`, connect);
		}
	}

	/** Whoever gives a connect up closes its SAN socket in a thread of its own (BLOCK-3). */
	private closedElsewhere(record: SeenRecord): void {
		const s = numberOf(record, 's');
		for (const { abandoned, san } of this.open) {
			if (abandoned && san?.provider === record.to && san.s === s) san.close = record;
		}
	}

	private applicationCalled(record: SeenRecord, context: CheckContext): void {
		const s = numberOf(record, 's');
		if ((connectNames as readonly string[]).includes(record.name) && s !== undefined) {
			this.begin(record, s, context);
			return;
		}
		for (const connect of this.open) {
			if (connect.switch !== record.to) continue;
			if (s === undefined || connect.s === s) connect.abandoned = true;
		}
	}

	/** Nobody on the host goes on with anything. */
	private crashed(record: SeenRecord): void {
		const host = textOf(record, 'host');
		this.forget((connect) => connect.host === host);
	}

	/** The clean-up of a process ends its threads, wherever their connects are. */
	private processEnds(component: string): void {
		this.forget((connect) => connect.switch === component);
	}

	private forget(isOver: (connect: Connect) => boolean): void {
		for (const connect of this.open) {
			if (!isOver(connect)) continue;
			this.open.delete(connect);
			this.byCall.delete(connect.call.seq);
		}
		this.inThread.forEach((connect, thread) => {
			if (connect && isOver(connect)) this.inThread[thread] = undefined;
		});
	}

	private begin(call: SeenRecord, s: number, context: CheckContext): void {
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
		this.inThread[call.threadId] = connect;
		this.byCall.set(call.seq, connect);
	}

	private lookedUp(record: SeenRecord, context: CheckContext): void {
		const connect = this.connectOf(record, context);
		if (!connect) return;
		connect.lookup = record;
		const provider = textOf(record, 'provider');
		connect.provider = provider && provider !== 'tcpip' ? provider : undefined;
		for (const group of this.groups) group.lookup?.(connect, record, context);
	}

	/** The connect that a lookup belongs to; a thread of the switch takes over what the application's call began. */
	private connectOf(record: SeenRecord, context: CheckContext): Connect | undefined {
		const known = this.inThread[record.threadId];
		if (known && !known.finished) return known;
		for (let seq = record.cause ?? -1; seq >= 0; seq = context.reader.cause(seq)) {
			const connect = this.byCall.get(seq);
			if (!connect) continue;
			connect.blocking = false;
			this.inThread[record.threadId] = connect;
			return connect;
		}
		return undefined;
	}

	private ended(record: SeenRecord, context: CheckContext): void {
		const own = record.call === undefined ? undefined : this.byCall.get(record.call);
		if (own) this.callReturned(own, record, context);
	}

	private returned(record: SeenRecord, context: CheckContext): void {
		const connect = this.inThread[record.threadId];
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

	private callReturned(connect: Connect, record: SeenRecord, context: CheckContext): void {
		const goesOn =
			connect.before !== 'connecting' &&
			connect.lookup === undefined &&
			(record.error === 'WSAEWOULDBLOCK' || record.error === 'WSA_IO_PENDING');
		if (goesOn) {
			connect.blocking = false;
			this.inThread[connect.call.threadId] = undefined;
		} else if (connect.blocking) {
			this.inThread[connect.call.threadId] = undefined;
			this.finish(connect, record.error ?? null, record, context);
		}
	}

	private noteReturn(connect: Connect, call: SeenRecord, record: SeenRecord): void {
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

	private judgeResult(connect: Connect, record: SeenRecord, context: CheckContext): void {
		const { san } = connect;
		if (san?.result?.seq !== record.seq) return;
		for (const group of this.groups) group.result?.(connect, san, san.result.error, record, context);
	}

	private signalled(record: SeenRecord, context: CheckContext): void {
		if (record.arg('announces') !== 'FD_CONNECT' || isSwitch(record.from)) return;
		const connect = this.byEvent.get(`${record.from}#${numberOf(record, 'hEvent')}`);
		if (!connect?.san) return;
		connect.san.signals.push(record);
		for (const group of this.groups) group.signal?.(connect, connect.san, record, context);
	}

	private changed(record: SeenRecord, context: CheckContext): void {
		if (!isSwitch(ownerOf(record))) return;
		const after = String(record.arg('after'));
		if (!endStates.has(after)) return;
		const connect = this.inThread[record.threadId];
		if (!connect || connect.blocking || connect.finished) return;
		if (record.name !== `${connect.switch} socket ${connect.s}`) return;
		this.inThread[record.threadId] = undefined;
		this.finish(connect, after === 'connected' ? null : after, record, context);
	}

	private finish(connect: Connect, error: string | null, record: SeenRecord, context: CheckContext): void {
		connect.finished = record;
		for (const group of this.groups) group.finish?.(connect, error, record, context);
		this.open.delete(connect);
		this.byCall.delete(connect.call.seq);
		const { san } = connect;
		if (san?.select) this.byEvent.delete(`${san.provider}#${numberOf(san.select, 'hEventObject')}`);
	}
}

const otherFunctions = new WeakMap<ConnectRules, Judge>();

/** What a group does with records of its own interests: one function, however many they are. */
function otherOf(group: ConnectRules): Judge {
	let judge = otherFunctions.get(group);
	if (!judge) {
		judge = (record, context) => group.other?.(record, context);
		otherFunctions.set(group, judge);
	}
	return judge;
}
