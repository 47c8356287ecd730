/**
 * DATA-1, DATA-2, DATA-6, DATA-7, RDMA-1, RDMA-2, RDMA-9: how application data travels. Everything moves under the
 * session protocol: up to the threshold in control messages, above it by RDMA, announced by a control message that
 * carries the first part.
 */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { intoSwitch } from './components';
import type { Model } from './model';
import { allows } from './registrations';
import { ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';
import { callOf, callsAround, flagsOf, MSG_OOB, numberArg, textArg } from './values';

const rules = ['DATA-1', 'DATA-2', 'DATA-6', 'DATA-7', 'RDMA-1', 'RDMA-2', 'RDMA-9'] as const;

/** A send of an application that is above the threshold. */
interface LargeSend {
	readonly call: number;
	readonly length: number;
	announced: number | undefined;
	/** Its successful return. */
	returned: number | undefined;
}

interface Sending {
	large: LargeSend[];
	/** Bytes of a control message without payload, learnt from those that have none. */
	header: number;
}

/** Control messages that announce a large amount, by procedure. */
const openers: Readonly<Record<string, 'read' | 'write'>> = {
	'data with RDMA descriptor': 'read',
	'RDMA request': 'write',
};

export function largeData(): RuleCheck {
	const bySocket = new Map<SanSocket, Sending>();
	const readSupport = new Map<string, boolean>();
	/** Sends of applications in which memory could not be registered: call → the failed registration. */
	const unregistered = new Map<number, number>();
	/** Sends of applications whose data the switch keeps itself. */
	const buffered = new Set<number>();
	/** Overlapped sends that have not completed, by switch and number of the request. */
	const pending = new Map<string, LargeSend>();
	const sendingOf = (socket: SanSocket): Sending => {
		let sending = bySocket.get(socket);
		if (!sending) {
			sending = { large: [], header: Number.POSITIVE_INFINITY };
			bySocket.set(socket, sending);
		}
		return sending;
	};
	/** Sends on a socket whose SAN socket is still in another process. */
	const unplaced = new Map<number, SeenRecord>();
	const place = (socket: SanSocket | undefined, model: Model): void => {
		for (const [seq, call] of unplaced) {
			const app = model.apps.find(call.toId, numberArg(call, 's'));
			if (!socket || app?.san !== socket) continue;
			unplaced.delete(seq);
			begin(call, socket, sendingOf, model);
		}
	};
	const registrationFailed = (ret: SeenRecord, context: CheckContext): void => {
		if (!ret.error) return;
		for (const call of callsAround(ret.seq, context)) {
			if (call.name === 'WSPSend' && intoSwitch(call)) unregistered.set(call.seq, ret.seq);
		}
	};
	return ruleCheck(
		rules,
		{
			'return WSPIoctl, provider': (ret, context) => {
				if (textArg(callOf(ret, context), 'extension') === 'WSPRdmaRead') {
					readSupport.set(ret.from, ret.error === undefined);
				}
			},
			'return WSPRegisterMemory, provider': registrationFailed,
			'return WSPRegisterRdmaMemory, provider': registrationFailed,
			'call WSPSend, application': (call, _, model) => {
				const san = model.apps.of(call)?.san;
				// Of a shared socket the SAN socket may have to come from another process first.
				if (!san || san.givenAway !== undefined) unplaced.set(call.seq, call);
				else begin(call, san, sendingOf, model);
			},
			'note buffered data to send': (note, _, model) => {
				const san = model.apps.find(note.toId, numberArg(note, 's'))?.san;
				if (san) expectLarge(note, san, numberArg(note, 'bytes') ?? 0, sendingOf, model);
			},
			'note data kept in private storage': (note) => {
				if (note.within !== null) buffered.add(note.within);
			},
			'call WSPSend, tcpip': judgeTcpip,
			'call WSPSend, provider': (call, context, model) => {
				if (unplaced.size > 0) place(model.sockets.of(call), model);
				judgeMessage(call, sendingOf, readSupport, context, model);
			},
			'return WSPDuplicateSocket, provider': (ret, context, model) => {
				const given = ret.error ? undefined : model.sockets.of(callOf(ret, context));
				const sending = given && bySocket.get(given);
				// What has not begun yet begins when the socket has come back.
				for (const send of sending?.large ?? []) {
					const call = context.view(send.call);
					if (send.announced === undefined && call.kind === 'call') unplaced.set(send.call, call);
				}
				if (sending) sending.large = sending.large.filter(({ call }) => !unplaced.has(call));
			},
			'return WSPSend, application': (ret, context, model) => {
				const failed = unregistered.get(ret.call ?? -1);
				if (failed !== undefined) judgeNoMemory(ret, failed, context);
				const call = callOf(ret, context);
				if (ret.error !== 'WSA_IO_PENDING') unplaced.delete(call.seq);
				const san = model.apps.of(call)?.san;
				if (!san) return;
				const sending = sendingOf(san);
				judgeSent(ret, call, sending, buffered.delete(call.seq), context, model);
				const send = ret.error && sending.large.find((candidate) => candidate.call === call.seq);
				if (send) pending.set(`${ret.fromId} ${numberArg(call, 'overlapped')}`, send);
			},
			'state overlapped.result': (record) => {
				const { ownerId, number } = record.changed;
				const send = pending.get(`${ownerId} ${number}`);
				if (send && typeof record.arg('after') === 'number') send.returned = record.seq;
			},
		},
		(context) => {
			for (const [socket, sending] of bySocket) judgeUnannounced(socket, sending, context);
		},
	);
}

function thresholdOf(san: SanSocket, model: Model): number | undefined {
	return model.sessions.of(san)?.rdmaThreshold;
}

function begin(call: SeenRecord, san: SanSocket, sendingOf: (socket: SanSocket) => Sending, model: Model): void {
	const length = numberArg(call, 'dwBufferLength');
	if (length !== undefined && !(flagsOf(call) & MSG_OOB)) expectLarge(call, san, length, sendingOf, model);
}

/** @param begin the application's send, or the note of a system process that sends the rest of one (DUP-2) */
function expectLarge(
	begin: SeenRecord,
	san: SanSocket,
	length: number,
	sendingOf: (socket: SanSocket) => Sending,
	model: Model,
): void {
	const threshold = thresholdOf(san, model);
	if (threshold === undefined || length <= threshold) return;
	sendingOf(san).large.push({ call: begin.seq, length, announced: undefined, returned: undefined });
}

/** DATA-1: data of a connection over a SAN does not take the way over TCP/IP. */
function judgeTcpip(call: SeenRecord, context: CheckContext, model: Model): void {
	for (const outer of callsAround(call.seq, context)) {
		const san = outer.name === 'WSPSend' && intoSwitch(outer) ? model.apps.of(outer)?.san : undefined;
		if (san?.state !== 'connected') continue;
		context.broken(
			'DATA-1',
			call.seq,
			'the data of record {0} goes to TCP/IP although {1} carries the connection',
			outer.seq,
			san.provider,
		);
	}
}

function judgeMessage(
	call: SeenRecord,
	sendingOf: (socket: SanSocket) => Sending,
	readSupport: ReadonlyMap<string, boolean>,
	context: CheckContext,
	model: Model,
): void {
	const socket = model.sockets.of(call);
	if (!socket) return;
	const control = textArg(call, 'control');
	if (control === undefined) {
		context.broken(
			'DATA-1',
			call.seq,
			'{0} is asked to send something that is no control message of the session',
			call.to,
		);
		return;
	}
	context.kept('DATA-1', call.seq);
	const sending = sendingOf(socket);
	const length = numberArg(call, 'dwBufferLength') ?? 0;
	const procedure = openers[control];
	if (!procedure) {
		if (control !== 'data' && control !== 'urgent data') sending.header = Math.min(sending.header, length);
		return;
	}
	const send = sending.large.find((candidate) => candidate.announced === undefined);
	if (!send) {
		context.broken('DATA-2', call.seq, 'RDMA is announced, but no send of the application is above the threshold');
		return;
	}
	send.announced = call.seq;
	context.kept('DATA-2', call.seq);
	judgeAnnouncement(call, send, length > sending.header, context);
	judgeProcedure(call, procedure, socket, readSupport, context, model);
	if (procedure === 'read') judgeExposed(call, send, socket, context, model);
}

/** DATA-6: the header states the amount, and the first part of the data is in the message. */
function judgeAnnouncement(call: SeenRecord, send: LargeSend, hasPayload: boolean, context: CheckContext): void {
	const amount = numberArg(call, 'amount');
	if (!hasPayload) {
		context.broken(
			'DATA-6',
			call.seq,
			'the message that announces the data of record {0} carries no part of them',
			send.call,
		);
	} else if (amount !== undefined && amount !== send.length) {
		context.broken(
			'DATA-6',
			call.seq,
			'the message announces {0} bytes, but record {1} sends {2}',
			amount,
			send.call,
			send.length,
		);
	} else context.kept('DATA-6', call.seq);
}

/** RDMA-1: reading where the receiving provider can, writing where it cannot. */
function judgeProcedure(
	call: SeenRecord,
	procedure: 'read' | 'write',
	socket: SanSocket,
	readSupport: ReadonlyMap<string, boolean>,
	context: CheckContext,
	model: Model,
): void {
	const peer = model.sockets.peer(socket);
	const canRead = peer && readSupport.get(peer.provider);
	if (!peer || canRead === undefined) return;
	if (canRead === (procedure === 'read')) context.kept('RDMA-1', call.seq);
	else {
		context.broken(
			'RDMA-1',
			call.seq,
			canRead
				? '{0} supports WSPRdmaRead: the read procedure was due'
				: '{0} lacks WSPRdmaRead: the write procedure was due',
			peer.provider,
		);
	}
}

/** RDMA-2: the data is exposed for reading before its descriptor is sent. */
function judgeExposed(call: SeenRecord, send: LargeSend, socket: SanSocket, context: CheckContext, model: Model): void {
	const exposed = model.registrations.live(socket).filter((entry) => entry.rdma);
	const entry = exposed.findLast((candidate) => allows(candidate.access, 'MEM_READ'));
	if (!entry) {
		context.broken(
			'RDMA-2',
			call.seq,
			exposed.length === 0
				? 'a descriptor is sent, but no memory is registered with WSPRegisterRdmaMemory'
				: 'a descriptor is sent, but the memory is not registered for reading',
		);
	} else if (entry.length > send.length) {
		context.broken('RDMA-2', call.seq, '{0} bytes are exposed for a send of {1}', entry.length, send.length);
	} else context.kept('RDMA-2', call.seq);
}

/** DATA-7. */
function judgeNoMemory(ret: SeenRecord, failed: number, context: CheckContext): void {
	if (ret.error === 'WSAENOBUFS') context.kept('DATA-7', ret.seq);
	else {
		context.broken(
			'DATA-7',
			ret.seq,
			'memory could not be registered (record {0}): the send was to fail with WSAENOBUFS, not with {1}',
			failed,
			ret.error ?? 'success',
		);
	}
}

/**
 * DATA-2 for small sends, and RDMA-9: a send that returns before its transfer is complete is carried on in the
 * background. RDMA-9 permits that and demands nothing, so it cannot be broken.
 */
function judgeSent(
	ret: SeenRecord,
	call: SeenRecord,
	sending: Sending,
	buffered: boolean,
	context: CheckContext,
	model: Model,
): void {
	const at = sending.large.findIndex((candidate) => candidate.call === call.seq);
	const send = sending.large[at];
	if (ret.error && ret.error !== 'WSA_IO_PENDING') {
		if (send && send.announced === undefined) sending.large.splice(at, 1);
		return;
	}
	if (!send) {
		if (!(flagsOf(call) & MSG_OOB)) context.kept('DATA-2', ret.seq);
		return;
	}
	// An overlapped one may still be cancelled.
	if (!ret.error) send.returned = ret.seq;
	const san = model.apps.of(call)?.san;
	const exposed = san && model.registrations.live(san).some((entry) => entry.rdma && entry.seq > call.seq);
	if (buffered || exposed || model.operations.pending(san as SanSocket, 'WSPRdmaWrite').length > 0)
		context.kept('RDMA-9', ret.seq);
}

function judgeUnannounced(socket: SanSocket, sending: Sending, context: CheckContext): void {
	for (const send of sending.large) {
		if (send.announced !== undefined || send.returned === undefined || socket.state === 'reset') continue;
		context.broken(
			'DATA-2',
			send.returned,
			'{0} bytes are above the threshold, but were sent without RDMA (record {1})',
			send.length,
			send.call,
		);
	}
}
