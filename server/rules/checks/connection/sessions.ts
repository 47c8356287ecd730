/** Negotiating the session on both sides of a SAN connection (SESS-3 to SESS-12). */

import { NEGOTIATION_MESSAGE_LIMIT } from '../../../winsock/constants';
import { ByComponent } from '../../byComponent';
import type { CheckContext } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { Connect, ConnectRules } from './connect';
import {
	between,
	callOf,
	fieldOf,
	fieldOfId,
	findWithin,
	named,
	numberOf,
	objectNumberOf,
	ownerOf,
	processOf,
	takesOver,
	textOf,
} from './parts';

/** One end of a SAN connection. */
interface Endpoint {
	readonly provider: string;
	readonly s: number;
	readonly local: string;
	readonly remote: string;
	/** Receive buffers posted and not yet used. */
	posted: number;
	/** Its negotiation message, and how many buffers were posted then. */
	negotiation: SeenRecord | undefined;
	postedAtNegotiation: number;
	otherSent: boolean;
	/** Sizes of the messages that the provider keeps in private buffers, in order. */
	readonly kept: number[];
	sizeJudged: boolean;
}

/** Endpoints by socket and by addresses; an endpoint is known from its first transfer on. */
class Endpoints {
	private readonly bySocket = new ByComponent<number, Endpoint>();
	private readonly byAddresses = new Map<string, Endpoint>();
	private readonly byHandle = new ByComponent<number, Endpoint>();
	/** Sockets that took over a session which another process had negotiated (DUP-16). */
	private readonly takenOver = new Set<string>();

	takeOver(provider: number, s: number): void {
		this.takenOver.add(`${provider}#${s}`);
	}

	of(context: CheckContext, provider: number, s: number, seq: number): Endpoint {
		let endpoint = this.bySocket.get(provider, s);
		if (endpoint) return endpoint;
		const field = (name: string) => fieldOfId(context, provider, 'socket', s, name, seq);
		endpoint = {
			provider: context.reader.trace.components.at(provider),
			s,
			local: String(field('local') ?? ''),
			remote: String(field('remote') ?? ''),
			posted: 0,
			negotiation: undefined,
			postedAtNegotiation: 0,
			otherSent: this.takenOver.has(`${provider}#${s}`),
			kept: [],
			sizeJudged: false,
		};
		this.bySocket.set(provider, s, endpoint);
		this.byAddresses.set(`${endpoint.local}|${endpoint.remote}`, endpoint);
		const handle = field('switchDescriptor');
		if (typeof handle === 'number') this.byHandle.set(provider, handle, endpoint);
		return endpoint;
	}

	known(provider: number, s: number): Endpoint | undefined {
		return this.bySocket.get(provider, s);
	}

	/** The endpoint for which the switch's descriptor stands. */
	ofHandle(provider: number, handle: number): Endpoint | undefined {
		return this.byHandle.get(provider, handle);
	}

	partner(endpoint: Endpoint): Endpoint | undefined {
		return this.byAddresses.get(`${endpoint.remote}|${endpoint.local}`);
	}

	forget(context: CheckContext, provider: number, s: number, seq: number): void {
		if (!this.bySocket.delete(provider, s)) return;
		const handle = fieldOfId(context, provider, 'socket', s, 'switchDescriptor', seq);
		if (typeof handle === 'number') this.byHandle.delete(provider, handle);
	}

	/** An endpoint without posted buffers whose peer has sent its negotiation message. */
	unprepared(provider: string): Endpoint | undefined {
		for (const endpoint of this.bySocket.values()) {
			if (endpoint.provider === provider && endpoint.posted === 0 && this.partner(endpoint)?.negotiation)
				return endpoint;
		}
		return undefined;
	}
}

/** SESS-3 to SESS-12 for all connections of a run. */
export function sessionRules(): ConnectRules {
	const endpoints = new Endpoints();
	/** Size of the message that a provider or NIC has just put into a private buffer, and who did it. */
	let justKept: SeenRecord | undefined;
	return {
		rules: ['SESS-3', 'SESS-4', 'SESS-5', 'SESS-6', 'SESS-7', 'SESS-8', 'SESS-9', 'SESS-10', 'SESS-11', 'SESS-12'],
		interests: [
			...between('provider', 'call', 'WSPSend', 'WSPRecv', 'WSPCloseSocket'),
			...between('provider', 'return', 'WSPSocket', 'WSPRecv', 'WSPDuplicateSocket'),
			...between('application', 'return', 'WSPSend', 'WSPRecv'),
			...named('signal', 'WPUCompleteOverlappedRequest'),
			...named('state', 'session.peerBuffers', 'socket.privateMessages'),
			...named('message', 'native disconnect'),
			...named('note', 'kept in a private buffer', 'copied from a private buffer', 'no receive buffer posted'),
		],
		other(record, context) {
			if (record.kind === 'call') called(record, context);
			else if (record.kind === 'return') returned(record, context);
			else if (record.kind === 'signal') completed(record, context);
			else if (record.kind === 'state') changed(record, context);
			else if (record.name === 'native disconnect') disconnected(record, context);
			else if (record.kind === 'note') noted(record, context);
		},
		finish(connect, error, record, context) {
			if (!error) judgeCompletion(connect, endpoints, record, context);
		},
	};

	function called(record: SeenRecord, context: CheckContext): void {
		const s = numberOf(record, 's');
		if (s === undefined) return;
		if (record.name === 'WSPCloseSocket') endpoints.forget(context, record.toId, s, record.seq);
		else if (record.name === 'WSPSend')
			judgeSend(endpoints.of(context, record.toId, s, record.seq), endpoints, record, context);
		else if (record.name === 'WSPRecv') endpoints.of(context, record.toId, s, record.seq);
	}

	function returned(record: SeenRecord, context: CheckContext): void {
		if (record.outOfSwitch) {
			judgeUse(record, context);
			return;
		}
		const call = callOf(context, record);
		if (record.name === 'WSPSocket') {
			if (typeof record.result === 'number' && takesOver(call)) endpoints.takeOver(record.fromId, record.result);
			return;
		}
		if (record.name === 'WSPDuplicateSocket') {
			// The connection goes on in another process, with receive buffers posted there.
			if (!record.error) endpoints.forget(context, record.fromId, numberOf(call, 's') ?? -1, record.seq);
			return;
		}
		const endpoint = endpoints.known(record.fromId, numberOf(call, 's') ?? -1);
		if (!endpoint || (record.error && record.error !== 'WSA_IO_PENDING')) return;
		endpoint.posted++;
		judgeCopy(endpoint, call, record, context);
	}

	function completed(record: SeenRecord, context: CheckContext): void {
		if (record.arg('operation') !== 'WSPRecv') return;
		const endpoint = endpoints.ofHandle(record.fromId, numberOf(record, 's') ?? -1);
		if (!endpoint) return;
		endpoint.posted--;
		const error = record.arg('dwError');
		if (error === 'WSAEMSGSIZE') {
			const text = 'record {0}: a message did not fit into the receive buffer of socket {1} of {2}';
			context.broken('SESS-12', record.seq, text, record.seq, endpoint.s, endpoint.provider);
		} else if ((error === 0 || error === null) && !endpoint.sizeJudged) {
			endpoint.sizeJudged = true;
			context.kept('SESS-12', record.seq);
		}
	}

	function changed(record: SeenRecord, context: CheckContext): void {
		const field = record.changed.field;
		const before = record.arg('before');
		const after = record.arg('after');
		const number = objectNumberOf(record);
		const owner = ownerOf(record);
		if (field === 'peerBuffers' && typeof after === 'number') judgeCount(record, number, after, context);
		if (field !== 'privateMessages' || Number(after) <= Number(before ?? 0) || !justKept) return;
		const endpoint = endpoints.of(context, record.changed.ownerId, number, record.seq);
		endpoint.kept.push(numberOf(justKept, 'bytes') ?? 0);
		// Where the NIC has flow control it keeps the message itself, and SESS-9 asks nothing of the provider.
		if (justKept.from === owner) context.kept('SESS-9', justKept.seq);
		context.kept('SESS-11', justKept.seq);
		justKept = undefined;
	}

	/** SESS-6, SESS-7: what a negotiation message states is what was posted. */
	function judgeCount(record: SeenRecord, number: number, stated: number, context: CheckContext): void {
		const s = fieldOf(context, ownerOf(record), 'socket', number, 'companion', record.seq);
		const nic = fieldOf(context, ownerOf(record), 'socket', number, 'provider', record.seq);
		if (typeof s !== 'number' || typeof nic !== 'string') return;
		const provider = context.reader.trace.components.find(`${processOf(ownerOf(record))}.${nic}`);
		const endpoint = provider === undefined ? undefined : endpoints.known(provider, s);
		const peer = endpoint && endpoints.partner(endpoint);
		if (!peer?.negotiation) return;
		const rule = textOf(peer.negotiation, 'control') === 'negotiation offer' ? 'SESS-6' : 'SESS-7';
		if (stated === peer.postedAtNegotiation) context.kept(rule, record.seq);
		else {
			const text = 'the message of record {0} states {1} receive buffers; {2} were posted';
			context.broken(rule, peer.negotiation.seq, text, peer.negotiation.seq, stated, peer.postedAtNegotiation);
		}
	}

	function noted(record: SeenRecord, context: CheckContext): void {
		if (record.name === 'kept in a private buffer') justKept = record;
		else if (record.name === 'no receive buffer posted') judgeLoss(record, context);
		else if (record.name === 'copied from a private buffer') {
			const around = record.within === null ? undefined : context.view(record.within);
			const endpoint = around && endpoints.known(around.toId, numberOf(around, 's') ?? -1);
			const wanted = endpoint?.kept[0];
			if (wanted !== undefined && wanted === numberOf(record, 'bytes')) context.kept('SESS-10', record.seq);
			else {
				const text = 'record {0} copies {1} bytes from a private buffer; the oldest kept message has {2}';
				const bytes = numberOf(record, 'bytes') ?? 0;
				context.broken('SESS-10', record.seq, text, record.seq, bytes, wanted ?? 'not been kept');
			}
		}
	}

	function judgeLoss(record: SeenRecord, context: CheckContext): void {
		const cause = record.cause === null ? undefined : context.view(record.cause);
		const control = cause ? (textOf(cause, 'control') ?? '') : '';
		if (!control.startsWith('negotiation')) return;
		for (const rule of ['SESS-9', 'SESS-11'] as const) {
			const text = 'record {0}: the negotiation message of record {1} was lost because no buffer was posted';
			context.broken(rule, record.seq, text, record.seq, cause?.seq ?? '?');
		}
	}

	/** SESS-11: a provider that tears the connection down on its own before a buffer was posted. */
	function disconnected(record: SeenRecord, context: CheckContext): void {
		for (let seq = record.within; seq !== null; seq = context.reader.within(seq)) {
			const { name } = context.view(seq);
			if (name === 'WSPCloseSocket' || name === 'WSPCleanup') return;
		}
		const provider = record.from.endsWith('.nic') ? record.from.slice(0, -'.nic'.length) : record.from;
		const endpoint = endpoints.unprepared(provider);
		if (!endpoint) return;
		const text = 'record {0} drops the connection of socket {1}, for which no receive buffer was posted yet';
		context.broken('SESS-11', record.seq, text, record.seq, endpoint.s);
	}
}

/** SESS-3, -6, -7, -8: one pair of messages, after the buffers, no longer than allowed, before everything else. */
function judgeSend(endpoint: Endpoint, endpoints: Endpoints, record: SeenRecord, context: CheckContext): void {
	const control = textOf(record, 'control') ?? '';
	const { seq } = record;
	if (endpoint.otherSent && !control.startsWith('negotiation')) return;
	const partner = endpoints.partner(endpoint);
	if (!control.startsWith('negotiation')) {
		endpoint.otherSent = true;
		if (endpoint.negotiation && partner?.negotiation) context.kept('SESS-3', seq);
		else {
			const text = 'record {0} sends “{1}” on socket {2} before both sides have sent their negotiation message';
			context.broken('SESS-3', seq, text, seq, control, endpoint.s);
		}
		return;
	}
	if (endpoint.negotiation) {
		const text = 'record {0} sends a second negotiation message on socket {1}; the first was record {2}';
		context.broken('SESS-3', seq, text, seq, endpoint.s, endpoint.negotiation.seq);
	}
	const answer = control === 'negotiation answer';
	const rule = answer ? 'SESS-7' : 'SESS-6';
	if (endpoint.posted > 0) context.kept(rule, seq);
	else {
		const text = 'record {0} sends the {1} on socket {2} before a receive buffer was posted';
		context.broken(rule, seq, text, seq, control, endpoint.s);
	}
	if (answer && !partner?.negotiation) {
		const text = 'record {0} answers on socket {1}, but the connecting side has not sent the first message';
		context.broken('SESS-6', seq, text, seq, endpoint.s);
	}
	const length = numberOf(record, 'dwBufferLength') ?? 0;
	if (length <= NEGOTIATION_MESSAGE_LIMIT) context.kept('SESS-8', seq);
	else {
		const text = 'the negotiation message of record {0} has {1} bytes; {2} are allowed';
		context.broken('SESS-8', seq, text, seq, length, NEGOTIATION_MESSAGE_LIMIT);
	}
	endpoint.negotiation = record;
	endpoint.postedAtNegotiation = endpoint.posted;
}

/** SESS-10: a posted buffer takes the oldest kept message, if there is one, and goes to the NIC otherwise. */
function judgeCopy(endpoint: Endpoint, call: SeenRecord, record: SeenRecord, context: CheckContext): void {
	if (endpoint.kept.length === 0) return;
	const copied = findWithin(context, call, record.seq, (inner) => inner.name === 'copied from a private buffer');
	endpoint.kept.shift();
	if (copied) return;
	const text = 'record {0} posts a buffer on socket {1} without copying the message that waits in a private buffer';
	context.broken('SESS-10', record.seq, text, call.seq, endpoint.s);
}

/** SESS-4: the application's connect completes after the pair of messages. */
function judgeCompletion(connect: Connect, endpoints: Endpoints, record: SeenRecord, context: CheckContext): void {
	const { san } = connect;
	if (!san || san.result?.error !== null || connect.tcpipConnect) return;
	const endpoint = endpoints.known(san.create.toId, san.s);
	const offered = endpoint?.negotiation !== undefined;
	const answered = endpoint !== undefined && endpoints.partner(endpoint)?.negotiation !== undefined;
	if (offered && answered) context.kept('SESS-4', record.seq);
	else {
		const text = 'record {0} completes the application’s connect of record {1} before the session was negotiated';
		context.broken('SESS-4', record.seq, text, record.seq, connect.call.seq);
	}
}

/** SESS-5: from then on the application can send and receive. */
function judgeUse(record: SeenRecord, context: CheckContext): void {
	const call = callOf(context, record);
	const s = numberOf(call, 's');
	if (s === undefined) return;
	if (record.error && record.error !== 'WSAENOTCONN') return;
	if (fieldOfId(context, record.fromId, 'socket', s, 'state', call.seq) !== 'connected') return;
	if (typeof fieldOfId(context, record.fromId, 'socket', s, 'companion', call.seq) !== 'number') return;
	if (!record.error) context.kept('SESS-5', record.seq);
	else {
		const text = 'record {0} answers WSAENOTCONN on socket {1}, whose connect had succeeded';
		context.broken('SESS-5', record.seq, text, record.seq, s);
	}
}
