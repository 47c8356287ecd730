/**
 * DUP-2 to DUP-6, DUP-9, DUP-18: what must have happened before a shared socket is given to another process, judged at
 * the switch's WSPDuplicateSocket.
 */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { AppSocket } from './appSockets';
import { hostOf } from './components';
import { controlOf } from './messages';
import type { Model } from './model';
import { ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';
import { arg, keyOf, numberArg, textArg } from './values';

const rules = ['DUP-2', 'DUP-3', 'DUP-4', 'DUP-5', 'DUP-6', 'DUP-9', 'DUP-18'] as const;

interface Facts {
	/** Calls of applications that have not returned, by thread. */
	readonly open: (SeenRecord | undefined)[];
	/** Overlapped calls of applications that have not completed, by switch and number of the request. */
	readonly overlapped: Map<string, SeenRecord>;
	/** Per host: the application that made a duplicate, or undefined for other ways to get one. */
	readonly duplicates: Map<string, string | undefined>;
	/** Sockets whose graceful close goes on in a system process: the record that says so. */
	readonly passedOn: Map<AppSocket, number>;
	/** Hosts on which a process ends that is the last one to have a socket: closing it there is its use of the duplicate. */
	readonly closedByEnd: Set<string>;
	readonly suspendAsked: Map<SanSocket, number>;
	readonly suspended: Map<SanSocket, number>;
}

export function swapStart(): RuleCheck {
	const facts: Facts = {
		open: [],
		overlapped: new Map(),
		duplicates: new Map(),
		passedOn: new Map(),
		closedByEnd: new Set(),
		suspendAsked: new Map(),
		suspended: new Map(),
	};
	return ruleCheck(rules, {
		'return DuplicateHandle': (ret) => {
			if (!ret.error) facts.duplicates.set(hostOf(ret.to), undefined);
		},
		'note handle inherited': (note) => void facts.duplicates.set(hostOf(note.to), undefined),
		'note swap requested': (note) => {
			if (note.thread.endsWith('.cleanup')) facts.closedByEnd.add(hostOf(note.from));
		},
		'note swap finished': (note) => void facts.closedByEnd.delete(hostOf(note.from)),
		'note graceful close passed on': (note, context, model) => {
			const app = model.apps.find(note.toId, numberArg(note, 's'));
			if (app) facts.passedOn.set(app, note.seq);
			if (app?.closed === undefined) {
				context.broken('DUP-2', note.seq, 'a system process gets a socket that the application has not closed');
			}
		},
		'call, application': (call) => {
			// Of a thread only the outermost call can be one of an application.
			if (call.name.startsWith('WSP')) facts.open[call.threadId] = call;
		},
		'return, application': (ret) => {
			const call = facts.open[ret.threadId];
			if (!call || call.seq !== ret.call) return;
			facts.open[ret.threadId] = undefined;
			if (ret.error === 'WSA_IO_PENDING') facts.overlapped.set(overlappedKey(ret.fromId, call), call);
		},
		'state overlapped.result': (record) => {
			facts.overlapped.delete(`${record.changed.ownerId} ${record.changed.number}`);
		},
		'call WSPSend, provider, suspend request/suspended': (call, context, model) => {
			const control = textArg(call, 'control');
			const socket = model.sockets.of(call);
			if (!socket) return;
			if (control === 'suspend request') judgeRequest(call, socket, facts, context, model);
			if (control === 'suspended') judgeAnswer(call, socket, context, model);
		},
		'signal WPUCompleteOverlappedRequest': (signal, context, model) => {
			const operation = model.operations.current;
			if (operation?.name !== 'WSPRecv' || controlOf(operation, context) !== 'suspended') return;
			facts.suspended.set(operation.socket, signal.seq);
		},
		'call WSPDuplicateSocket, application': (call) => void facts.duplicates.set(hostOf(call.from), call.from),
		'call WSPDuplicateSocket, provider': (call, context, model) => {
			const socket = model.sockets.of(call);
			if (socket) judgeSwap(call, socket, facts, context, model);
		},
	});
}

function overlappedKey(user: number, call: SeenRecord): string {
	return `${user} ${numberArg(call, 'overlapped')}`;
}

/** DUP-5, first half: sends and RDMA are finished before the peer is asked to suspend. */
function judgeRequest(call: SeenRecord, socket: SanSocket, facts: Facts, context: CheckContext, model: Model): void {
	facts.suspendAsked.set(socket, call.seq);
	const open = model.operations.underWay(socket, call.time)?.call.seq;
	if (open !== undefined) {
		context.broken(
			'DUP-5',
			call.seq,
			'the peer is asked to suspend while the transfer of record {0} is under way',
			open,
		);
	}
}

/** DUP-6, the peer's half. */
function judgeAnswer(call: SeenRecord, socket: SanSocket, context: CheckContext, model: Model): void {
	const open = model.operations.underWay(socket, call.time)?.call.seq;
	const exposed = model.registrations.live(socket).find((entry) => entry.rdma);
	if (open !== undefined) {
		context.broken(
			'DUP-6',
			call.seq,
			'the session is called suspended while the transfer of record {0} is under way',
			open,
		);
	} else if (exposed) {
		context.broken(
			'DUP-6',
			call.seq,
			'the session is called suspended while the memory of record {0} is exposed',
			exposed.seq,
		);
	} else context.kept('DUP-6', call.seq);
}

function judgeSwap(call: SeenRecord, socket: SanSocket, facts: Facts, context: CheckContext, model: Model): void {
	const app = model.apps.carriedBy(socket);
	if (app && facts.passedOn.delete(app)) {
		// The system process uses its duplicate: it sends what the application has left.
		context.kept('DUP-2', call.seq);
		context.kept('DUP-3', call.seq);
	} else judgeOrigin(call, socket, facts, context);
	const open = model.operations.underWay(socket, call.time)?.call.seq;
	if (open !== undefined) {
		context.broken('DUP-4', call.seq, 'the socket is given away while the transfer of record {0} is under way', open);
	} else context.kept('DUP-4', call.seq);
	if (keyOf(arg(call, 'dwProcessId')) === undefined) {
		context.broken('DUP-9', call.seq, 'WSPDuplicateSocket without the process that is to have the socket');
	} else context.kept('DUP-9', call.seq);
	if (socket.state === 'listening') judgeListening(call, socket, facts, context, model);
	else judgeSuspension(call, socket, facts, context, model);
}

/** DUP-2: a duplicate exists. DUP-3: another process uses it now. */
function judgeOrigin(call: SeenRecord, socket: SanSocket, facts: Facts, context: CheckContext): void {
	const host = hostOf(call.from);
	if (facts.duplicates.has(host)) context.kept('DUP-2', call.seq);
	else
		context.broken('DUP-2', call.seq, 'the socket is given to another process, but nobody has made a duplicate of it');
	const owner = facts.duplicates.get(host);
	const used = [...facts.open, ...facts.overlapped.values()].some(
		(open) =>
			open !== undefined &&
			open.name !== 'WSPDuplicateSocket' &&
			hostOf(open.to) === host &&
			(open.to !== call.from || (owner !== undefined && open.from !== owner)),
	);
	if (!used && !facts.closedByEnd.has(host)) {
		context.broken('DUP-3', call.seq, 'the socket is given away although no other process uses its duplicate');
	} else if (socket.state !== 'connected' && socket.state !== 'listening' && socket.state !== 'reset') {
		context.broken(
			'DUP-3',
			call.seq,
			'a socket is given away that is neither connected nor listening, but {0}',
			socket.state,
		);
	} else context.kept('DUP-3', call.seq);
}

/** DUP-18: no suspension, and no accept of the application under way. */
function judgeListening(call: SeenRecord, socket: SanSocket, facts: Facts, context: CheckContext, model: Model): void {
	const asked = facts.suspendAsked.get(socket);
	const accept = facts.open.find(
		(open) => open?.to === call.from && open.name === 'WSPAccept' && listensOn(open, socket, model),
	);
	if (asked !== undefined)
		context.broken('DUP-18', call.seq, 'a listening socket needs no suspension (record {0})', asked);
	else if (accept)
		context.broken('DUP-18', call.seq, 'the socket is given away while the accept of record {0} waits', accept.seq);
	else context.kept('DUP-18', call.seq);
}

function listensOn(open: SeenRecord, socket: SanSocket, model: Model): boolean {
	return model.apps.of(open)?.local === socket.local;
}

/** DUP-5 and DUP-6: the session is suspended and its memory released, that of posted receives apart. */
function judgeSuspension(call: SeenRecord, socket: SanSocket, facts: Facts, context: CheckContext, model: Model): void {
	const receiving = new Set(model.operations.pending(socket, 'WSPRecv').map((operation) => operation.handle));
	const live = model.registrations.live(socket);
	const sendBuffer = live.find((entry) => !entry.rdma && !receiving.has(entry.key));
	if (!facts.suspendAsked.has(socket)) {
		context.broken('DUP-5', call.seq, 'the socket is given away, but the peer was not asked to suspend the session');
	} else if (sendBuffer) {
		context.broken('DUP-5', call.seq, 'the send buffers of record {0} were not released', sendBuffer.seq);
	} else context.kept('DUP-5', call.seq);
	const exposed = live.find((entry) => entry.rdma);
	if (!facts.suspended.has(socket)) {
		context.broken(
			'DUP-6',
			call.seq,
			'the socket is given away before the peer has said that the session is suspended',
		);
	} else if (exposed) {
		context.broken('DUP-6', call.seq, 'the RDMA memory of record {0} was not released', exposed.seq);
	} else context.kept('DUP-6', call.seq);
	facts.suspendAsked.delete(socket);
	facts.suspended.delete(socket);
}
