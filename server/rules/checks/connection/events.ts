/** Network events: WSPEventSelect, the record of occurrences, the signal and its re-enabling (EVT), at SAN providers and at the switch. */
import { ByComponent } from '../../byComponent';
import type { CheckContext, Interest, MakeCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import {
	allWithin,
	between,
	callOf,
	fieldOf,
	hostOf,
	isApplicationCall,
	isSwitch,
	named,
	namesIn,
	numberOf,
	ownerOf,
} from './parts';

/** EVT-1: a SAN provider is asked for FD_ACCEPT and FD_CONNECT only. */
const fewEvents: MakeCheck = () => ({
	rules: ['EVT-1'],
	interests: between('provider', 'call', 'WSPEventSelect'),
	record(record, context) {
		const foreign = [...namesIn(record.arg('lNetworkEvents'))].find(
			(name) => name !== 'FD_ACCEPT' && name !== 'FD_CONNECT',
		);
		if (foreign === undefined) context.kept('EVT-1', record.seq);
		else {
			const text = 'record {0} asks {1} for {2}, with which SAN providers have nothing to do';
			context.broken('EVT-1', record.seq, text, record.seq, record.to, foreign);
		}
	},
});

/** A registration of WSPEventSelect at the switch (by an application) or at a SAN provider (by the switch). */
interface Registration {
	readonly component: string;
	readonly componentId: number;
	readonly s: number;
	readonly owner: string;
	event: number | undefined;
	mask: ReadonlySet<string>;
	/** Events signalled and not re-enabled since, with the signal's record. */
	readonly reported: Map<string, number>;
	/** Events whose condition still held after the re-enabling call, with that call's return. */
	readonly owed: Map<string, number>;
}

/** Which calls of an application re-enable which event. */
const reenabledBy: Readonly<Record<string, readonly string[]>> = {
	WSPRecv: ['FD_READ', 'FD_OOB'],
	WSPSend: ['FD_WRITE'],
	WSPAccept: ['FD_ACCEPT'],
	AcceptEx: ['FD_ACCEPT'],
	WSPConnect: ['FD_CONNECT'],
	ConnectEx: ['FD_CONNECT'],
};

/** … and which control code of WSPIoctl. */
const reenabledByCode: Readonly<Record<string, readonly string[]>> = {
	SIO_GET_QOS: ['FD_QOS'],
	SIO_ROUTING_INTERFACE_CHANGE: ['FD_ROUTING_INTERFACE_CHANGE'],
	SIO_ADDRESS_LIST_CHANGE: ['FD_ADDRESS_LIST_CHANGE'],
};

function reenabled(call: SeenRecord): readonly string[] {
	const table = call.name === 'WSPIoctl' ? reenabledByCode : reenabledBy;
	const key = call.name === 'WSPIoctl' ? String(call.arg('dwIoControlCode')) : call.name;
	return table[key] ?? [];
}

const once: ReadonlySet<string> = new Set(['FD_CONNECT', 'FD_CLOSE']);

/** Calls and returns of these names, of applications and of providers. */
function both(...names: readonly string[]): readonly Interest[] {
	return (['application', 'provider'] as const).flatMap((side) => [
		...between(side, 'call', ...names),
		...between(side, 'return', ...names),
	]);
}

/** EVT-2 to EVT-9. */
const registrations: MakeCheck = () => {
	const bySocket = new ByComponent<number, Registration>();
	/** Registrations by component, owner and number of the event object. */
	const byEvent = new Map<string, Set<Registration>>();
	/** Registrations that were cancelled or replaced, by the same key, with the record that did it. */
	const former = new Map<string, { readonly rule: 'EVT-3' | 'EVT-4' | 'EVT-5'; readonly seq: number }>();
	/** Hosts on which sockets have duplicates in other processes. */
	const sharing = new Set<string>();
	/** Hosts on which a socket is on its way to another process: what waits there is reported when it has arrived. */
	const swapping = new Map<string, number>();
	/** The socket whose record of events each component changed last. */
	const lastChanged = new Map<string, string>();

	return {
		rules: ['EVT-2', 'EVT-3', 'EVT-4', 'EVT-5', 'EVT-6', 'EVT-7', 'EVT-8', 'EVT-9'],
		interests: [
			// Nothing is sent and received below that could re-enable what a provider signals.
			...both('WSPEventSelect', 'WSPAccept', 'AcceptEx', 'WSPConnect', 'ConnectEx'),
			...between('application', 'call', 'WSPRecv', 'WSPSend', 'WSPIoctl', 'WSPCloseSocket'),
			...between('application', 'return', 'WSPRecv', 'WSPSend', 'WSPCleanup'),
			...between('provider', 'call', 'WSPCloseSocket'),
			...named('signal', 'SetEvent'),
			...named('state', 'socket.networkEvents'),
			...named('state', 'socket.eventMask'),
			...named('return', 'WSPDuplicateSocket', 'DuplicateHandle'),
			...named('note', 'handle inherited', 'swap requested', 'swap finished'),
		],
		record(record, context) {
			if (record.name.startsWith('swap ')) {
				const host = hostOf(record.from);
				swapping.set(host, (swapping.get(host) ?? 0) + (record.name === 'swap requested' ? 1 : -1));
			} else if (record.kind === 'note' || record.name === 'WSPDuplicateSocket' || record.name === 'DuplicateHandle') {
				sharing.add(hostOf(record.from));
			} else if (record.kind === 'state') {
				if (record.arg('field') === 'eventMask') inherited(record, context);
				else lastChanged.set(ownerOf(record), record.name);
			} else if (record.kind === 'signal') signalled(record, context);
			else if (record.kind === 'call') called(record, context);
			else returned(record, context);
		},
		end(context) {
			for (const known of bySocket.values()) for (const name of known.owed.keys()) notAgain(known, name, context);
		},
	};

	function eventKey(component: string, owner: string, event: number | undefined): string {
		return `${component} ${owner} ${event}`;
	}

	/** The registration of a socket through a descriptor of another process (page "Shared Sockets"). */
	function elsewhere(component: string, s: number, seq: number, context: CheckContext): Registration | undefined {
		if (!sharing.has(hostOf(component)) || !isSwitch(component)) return undefined;
		const field = (owner: string, number: number, name: string) => fieldOf(context, owner, 'socket', number, name, seq);
		return [...bySocket.values()].find(
			(known) =>
				known.component !== component &&
				isSwitch(known.component) &&
				hostOf(known.component) === hostOf(component) &&
				['local', 'remote'].every((name) => field(known.component, known.s, name) === field(component, s, name)),
		);
	}

	/** Page accept: an accepted socket has the registration of the listening one, without a WSPEventSelect of its own. */
	function inherited(record: SeenRecord, context: CheckContext): void {
		// A process that ends takes its registrations along, before another one has taken over what it shares.
		if (record.within === null && namesIn(record.arg('after')).size === 0) {
			const own = bySocket.get(record.changed.ownerId, record.changed.number);
			if (own) drop(own);
			return;
		}
		const call = record.within === null ? undefined : context.view(record.within);
		if (!call || !isApplicationCall(call)) return;
		// A socket of AcceptEx inherits when SO_UPDATE_ACCEPT_CONTEXT names the listening socket.
		const listener = call.name === 'WSPSetSockOpt' ? numberOf(call, 'optval') : numberOf(call, 's');
		const from = call.name === 'WSPEventSelect' ? undefined : bySocket.get(call.toId, listener ?? -1);
		const s = Number(/ socket (\d+)$/.exec(record.name)?.[1] ?? -1);
		const mask = namesIn(record.arg('after'));
		if (!from || from.s === s || mask.size === 0) return;
		const known: Registration = { ...from, s, mask, reported: new Map(), owed: new Map() };
		bySocket.set(call.toId, s, known);
		byEvent.get(eventKey(known.component, known.owner, known.event))?.add(known);
	}

	function called(record: SeenRecord, context: CheckContext): void {
		const s = numberOf(record, 's') ?? numberOf(record, 'sListenSocket');
		if (s === undefined) return;
		const own = bySocket.get(record.toId, s);
		const known = own ?? elsewhere(record.to, s, record.seq, context);
		if (!known) return;
		if (own && record.name === 'WSPCloseSocket') {
			drop(own);
			former.set(eventKey(own.component, own.owner, own.event), { rule: 'EVT-5', seq: record.seq });
		}
		for (const name of reenabled(record)) {
			if (known.owed.has(name)) notAgain(known, name, context);
			if (known.reported.delete(name) && !once.has(name)) context.kept('EVT-6', record.seq);
		}
	}

	function drop(known: Registration): void {
		bySocket.delete(known.componentId, known.s);
		byEvent.get(eventKey(known.component, known.owner, known.event))?.delete(known);
	}

	function returned(record: SeenRecord, context: CheckContext): void {
		if (record.name === 'WSPCleanup') {
			for (const known of [...bySocket.values()]) if (known.componentId === record.fromId) drop(known);
			return;
		}
		const call = callOf(context, record);
		const s = numberOf(call, 's') ?? numberOf(call, 'sListenSocket');
		if (s === undefined) return;
		if (record.name === 'WSPEventSelect') {
			if (!record.error) register(call, record, s, context);
			return;
		}
		const known = bySocket.get(record.fromId, s) ?? elsewhere(record.from, s, record.seq, context);
		if (known && !swapping.get(hostOf(record.from)))
			stillHolds(known, { component: record.from, s }, call, record, context);
	}

	function register(call: SeenRecord, record: SeenRecord, s: number, context: CheckContext): void {
		const component = record.from;
		const previous = bySocket.get(record.fromId, s);
		const mask = namesIn(call.arg('lNetworkEvents'));
		const known: Registration = {
			component,
			componentId: record.fromId,
			s,
			owner: call.from,
			event: numberOf(call, 'hEventObject'),
			mask,
			reported: new Map(),
			owed: new Map(),
		};
		if (previous) {
			drop(previous);
			const key = eventKey(component, previous.owner, previous.event);
			former.set(key, { rule: mask.size === 0 ? 'EVT-4' : 'EVT-3', seq: record.seq });
		}
		const other = elsewhere(component, s, record.seq, context);
		if (other) {
			drop(other);
			former.set(eventKey(other.component, other.owner, other.event), { rule: 'EVT-3', seq: record.seq });
		}
		const inside = allWithin(
			context,
			call,
			record.seq,
			(inner) => inner.name === 'SetEvent' && inner.from === component,
		);
		if (mask.size > 0) {
			bySocket.set(record.fromId, s, known);
			const key = eventKey(component, known.owner, known.event);
			byEvent.set(key, (byEvent.get(key) ?? new Set()).add(known));
			former.delete(key);
			for (const signal of inside) known.reported.set(String(signal.arg('announces')), signal.seq);
		}
		judgeRegistration(known, previous, call, record, inside, (swapping.get(hostOf(component)) ?? 0) > 0, context);
	}

	function signalled(record: SeenRecord, context: CheckContext): void {
		const name = String(record.arg('announces') ?? '');
		if (!name.startsWith('FD_')) return;
		// What holds already is signalled inside WSPEventSelect (EVT-8) and judged when that call returns.
		if (record.within !== null && context.reader.name(record.within) === 'WSPEventSelect') return;
		const key = eventKey(record.from, record.to, numberOf(record, 'hEvent'));
		const candidates = [...(byEvent.get(key) ?? [])];
		if (candidates.length === 0) {
			unregistered(record, name, key, context);
			return;
		}
		const changed = lastChanged.get(record.from);
		const known = candidates.find(({ component, s }) => `${component} socket ${s}` === changed) ?? candidates[0];
		if (known) judgeSignal(known, name, record, context);
	}

	/** A signal for an event object of which the component has no registration: none, a cancelled or a replaced one. */
	function unregistered(record: SeenRecord, name: string, key: string, context: CheckContext): void {
		const gone = former.get(key);
		const event = numberOf(record, 'hEvent') ?? '?';
		if (gone) {
			const text = 'record {0} signals {1} on event {2}, whose registration ended with record {3}';
			context.broken(gone.rule, record.seq, text, record.seq, name, event, gone.seq);
		} else {
			const text = 'record {0} signals {1} on event {2}, which nobody registered';
			context.broken('EVT-5', record.seq, text, record.seq, name, event);
		}
	}
};

/** EVT-2, EVT-3, EVT-4, EVT-8: what a registration leads to at once. */
function judgeRegistration(
	known: Registration,
	previous: Registration | undefined,
	call: SeenRecord,
	record: SeenRecord,
	inside: readonly SeenRecord[],
	swapping: boolean,
	context: CheckContext,
): void {
	const { component, s, mask } = known;
	const { seq } = record;
	if (isApplicationCall(call)) {
		if (fieldOf(context, component, 'socket', s, 'nonblocking', seq) === true) context.kept('EVT-2', seq);
		else context.broken('EVT-2', seq, 'after record {0} socket {1} is still blocking', seq, s);
	}
	const noted = namesIn(fieldOf(context, component, 'socket', s, 'eventMask', seq));
	const same = noted.size === mask.size && [...mask].every((name) => noted.has(name));
	if (mask.size === 0) {
		if (same) context.kept('EVT-4', seq);
		else {
			const text = 'record {0} cancels the registration of socket {1}, but {2} still has it';
			context.broken('EVT-4', seq, text, seq, s, component);
		}
	} else if (previous) {
		const recorded = namesIn(fieldOf(context, component, 'socket', s, 'networkEvents', seq));
		const raised = new Set(inside.map((signal) => String(signal.arg('announces'))));
		const cleared = [...recorded].every((name) => raised.has(name));
		if (same && cleared) context.kept('EVT-3', seq);
		else {
			const text = 'after record {0} socket {1} is registered for {2} with {3} recorded; only {4} was asked for';
			const asked = [...mask].join(' | ');
			context.broken('EVT-3', seq, text, seq, s, [...noted].join(' | '), [...recorded].join(' | ') || '-', asked);
		}
	}
	for (const name of ['FD_ACCEPT', 'FD_READ']) {
		if (swapping || !mask.has(name) || !holds(known, name, call.seq, context)) continue;
		if (inside.some((signal) => signal.arg('announces') === name)) context.kept('EVT-8', seq);
		else {
			const text = '{0} held for socket {1} when record {2} asked for it, but it was not signalled at once';
			context.broken('EVT-8', seq, text, name, s, call.seq);
		}
	}
}

type Place = Pick<Registration, 'component' | 's'>;

/** Whether the condition of a level-triggered event holds at record `seq`. */
function holds({ component, s }: Place, name: string, seq: number, context: CheckContext): boolean {
	const positive = (owner: string, type: string, field: string): boolean => {
		const value = fieldOf(context, owner, type, s, field, seq);
		return typeof value === 'number' && value > 0;
	};
	if (!isSwitch(component)) return name === 'FD_ACCEPT' && positive(component, 'socket', 'queuedRequests');
	const tcpip = `${hostOf(component)}.tcpip`;
	if (name === 'FD_ACCEPT') return positive(tcpip, 'socket', 'queued');
	// DUP-7, DUP-12: while a session is suspended, and where it was given away, a receive would not get what waits.
	const session = fieldOf(context, component, 'session', s, 'state', seq);
	if (session === 'suspended' || session === 'suspending') return false;
	return positive(component, 'session', 'bytesWaiting') || positive(tcpip, 'socket', 'received');
}

/** EVT-3 to EVT-6, EVT-9: one signal. */
function judgeSignal(known: Registration, name: string, record: SeenRecord, context: CheckContext): void {
	const { component, s, mask, reported, owed } = known;
	const { seq } = record;
	if (!mask.has(name)) {
		const text = 'record {0} signals {1} for socket {2}, which is registered for {3}';
		context.broken('EVT-3', seq, text, seq, name, s, [...mask].join(' | '));
		return;
	}
	const recorded = namesIn(fieldOf(context, component, 'socket', s, 'networkEvents', seq));
	if (recorded.has(name)) context.kept('EVT-5', seq);
	else {
		const text = 'record {0} signals {1} for socket {2}, but the record of its events does not hold it';
		context.broken('EVT-5', seq, text, seq, name, s);
	}
	const before = reported.get(name);
	if (before === undefined) {
		if (once.has(name)) context.kept('EVT-9', seq);
	} else {
		const text = 'record {0} signals {1} for socket {2} again; record {3} had done it and nothing has re-enabled it';
		context.broken('EVT-6', seq, text, seq, name, s, before);
		if (once.has(name)) context.broken('EVT-9', seq, text, seq, name, s, before);
	}
	reported.set(name, seq);
	if (owed.delete(name)) context.kept('EVT-7', seq);
}

/**
 * EVT-7: after the re-enabling call a level-triggered event whose condition holds is signalled again.
 * @param at where the call was made; of a shared socket the registration may be another process's
 */
function stillHolds(known: Registration, at: Place, call: SeenRecord, record: SeenRecord, context: CheckContext): void {
	for (const name of reenabled(call)) {
		if ((name !== 'FD_READ' && name !== 'FD_ACCEPT') || !known.mask.has(name)) continue;
		// What the overlapped request takes is not known yet.
		if (record.error === 'WSA_IO_PENDING') continue;
		// A deferred request does not re-enable FD_ACCEPT (ACC-17).
		if (record.error === 'WSATRY_AGAIN') {
			known.reported.set(name, record.seq);
			continue;
		}
		if (!holds(at, name, record.seq, context)) continue;
		if (known.reported.has(name)) context.kept('EVT-7', record.seq);
		else known.owed.set(name, record.seq);
	}
}

function notAgain(known: Registration, name: string, context: CheckContext): void {
	const seq = known.owed.get(name) as number;
	known.owed.delete(name);
	const text = 'after record {0} {1} still held for socket {2}, but it was not signalled again';
	context.broken('EVT-7', seq, text, seq, name, known.s);
}

export const eventChecks: readonly MakeCheck[] = [fewEvents, registrations];
