/** CLOSE-8: how an application's closesocket ends the connection, by its SO_LINGER and SO_DONTLINGER. */
import type { Value } from '../../../trace';
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { AppSocket } from './appSockets';
import type { Model } from './model';
import { type Judges, ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';
import { SharedOptions } from './sharedOptions';
import { arg, callOf, numberArg, textArg } from './values';

/** Graceful in the background, at once, or graceful with a time-out. */
export type Linger = 'graceful' | 'hard' | 'timed';

/** A close of an application while its session was usable. */
interface Close {
	readonly socket: AppSocket;
	readonly san: SanSocket;
	readonly linger: Linger;
	readonly endedBefore: boolean;
}

export function linger(): RuleCheck {
	const options = new SharedOptions<Linger>();
	const told = new Set<SanSocket>();
	/** Sockets that are closed gracefully in the background, and the return of the application's call. */
	const background = new Map<SanSocket, number>();
	const closes = new Map<number, Close>();
	const hardClosed = new Map<SanSocket, number>();
	/** Sockets of which a send has failed after it was started: data is missing, so their end is none without loss. */
	const failed = new Set<SanSocket>();
	/** Sockets that another process was to take over when theirs ended. */
	const passedOn = new Set<SanSocket>();
	const wasTold = (socket: SanSocket, model: Model) => model.sockets.lineage(socket).some((entry) => told.has(entry));
	const judges: Judges = {
		'call WSPSetSockOpt, application': (call, _, model) => {
			const socket = model.apps.of(call);
			const mode = lingerOf(call);
			if (socket && mode) options.set(socket, mode);
		},
		'call WSPSend, provider, no more data': (call, context, model) => {
			const socket = model.sockets.of(call);
			if (!socket) return;
			told.add(socket);
			// DUP-2: a system process may have to say it.
			const closed = model.sockets.lineage(socket).find((entry) => background.has(entry));
			if (closed && background.delete(closed)) context.kept('CLOSE-8', call.seq);
		},
		'return WSPGetOverlappedResult, provider': (ret, _, model) => {
			const operation = model.operations.current;
			if (ret.error && ret.error !== 'WSA_IO_INCOMPLETE' && operation?.name === 'WSPSend') failed.add(operation.socket);
		},
		'note graceful close passed on': (note, _, model) => {
			const san = model.apps.find(note.toId, numberArg(note, 's'))?.san;
			if (san) passedOn.add(san);
		},
		'return WSPDuplicateSocket, provider': (ret, context, model) => {
			// DUP-19: a swap that cannot be carried out ends the connection.
			const socket = ret.error ? model.sockets.of(callOf(ret, context)) : undefined;
			if (socket) failed.add(socket);
		},
		'call WSPCloseSocket, provider': (call, context, model) => {
			const last = model.sockets.of(call);
			if (!last || last.givenAway !== undefined) return;
			// DUP-19: so does one that was begun and never came so far.
			if (passedOn.has(last)) failed.add(last);
			const closed = model.sockets.lineage(last).find((entry) => background.has(entry));
			if (closed) judgeBackground(closed, last, background, failed, context);
		},
		'call WSPCloseSocket, application': (call, _, model) => {
			const socket = model.apps.of(call);
			const san = socket?.san;
			if (!socket || !san || san.state !== 'connected') return;
			if (model.sessions.of(san)?.state !== 'established') return;
			const mode = options.of(socket) ?? 'graceful';
			closes.set(call.seq, { socket, san, linger: mode, endedBefore: wasTold(san, model) });
		},
		'note other processes keep the socket': (note) => {
			// Only the descriptor is closed (page closesocket: the last one ends the connection).
			if (note.within !== null) closes.delete(note.within);
		},
		'return WSPCloseSocket, application': (ret, context, model) => {
			const close = closes.get(ret.call ?? -1);
			if (!close) return;
			closes.delete(ret.call ?? -1);
			judgeClose(ret, close, wasTold(close.san, model), background, context);
			if (close.linger === 'hard' && !ret.error && !close.endedBefore) {
				const peer = model.sockets.peer(close.san);
				if (peer) hardClosed.set(peer, ret.seq);
			}
		},
		'return WSPRecv, application': (ret, context, model) => {
			const san = hardClosed.size > 0 ? model.apps.of(callOf(ret, context))?.san : undefined;
			const closed = san && hardClosed.get(san);
			if (closed !== undefined) judgePeer(ret, closed, context);
		},
	};
	return ruleCheck(['CLOSE-8'], judges, (context) => {
		for (const socket of [...background.keys()]) judgeBackground(socket, socket, background, failed, context);
	});
}

/** What a WSPSetSockOpt of an application says of closing, if anything. */
export function lingerOf(call: SeenRecord): Linger | undefined {
	return modeOf(textArg(call, 'optname'), arg(call, 'optval'));
}

function modeOf(option: string | undefined, value: Value | undefined): Linger | undefined {
	if (option === 'SO_DONTLINGER') return value === 0 || value === false ? undefined : 'graceful';
	if (option !== 'SO_LINGER') return undefined;
	if (typeof value === 'number') return value === 0 ? 'hard' : 'timed';
	if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof Uint8Array)
		return undefined;
	const { l_onoff: on, l_linger: seconds } = value as { readonly [name: string]: Value };
	if (!on) return 'graceful';
	return seconds === 0 ? 'hard' : 'timed';
}

function judgeClose(
	ret: SeenRecord,
	close: Close,
	told: boolean,
	background: Map<SanSocket, number>,
	context: CheckContext,
): void {
	if (close.linger === 'hard') {
		if (told && !close.endedBefore) {
			context.broken(
				'CLOSE-8',
				ret.seq,
				'SO_LINGER with 0 asks for a hard close, but the peer was told that no more data comes',
			);
		} else context.kept('CLOSE-8', ret.seq);
		return;
	}
	if (ret.error === 'WSAEWOULDBLOCK') {
		if (close.linger === 'timed' && close.socket.nonblocking) context.kept('CLOSE-8', ret.seq);
		else {
			context.broken(
				'CLOSE-8',
				ret.seq,
				'WSAEWOULDBLOCK, although only a nonblocking socket with a linger time-out gets it',
			);
		}
		return;
	}
	if (ret.error) return;
	if (told) context.kept('CLOSE-8', ret.seq);
	else background.set(close.san, ret.seq);
}

/**
 * A graceful close goes on after closesocket has returned; the peer must be told before the connection goes.
 * @param last the same socket, in the process that had it last
 */
function judgeBackground(
	socket: SanSocket,
	last: SanSocket,
	background: Map<SanSocket, number>,
	failed: ReadonlySet<SanSocket>,
	context: CheckContext,
): void {
	const since = background.get(socket);
	if (since === undefined) return;
	background.delete(socket);
	if (failed.has(socket) || failed.has(last)) return;
	if (last.state !== 'connected' && last.state !== 'closed') return;
	context.broken(
		'CLOSE-8',
		since,
		'the connection was to be closed gracefully, but the peer was never told that no more data comes',
	);
}

/** After a hard close the peer's receive fails; what arrived before may still be read. */
function judgePeer(ret: SeenRecord, closed: number, context: CheckContext): void {
	if (ret.error === 'WSAECONNRESET') context.kept('CLOSE-8', ret.seq);
	else if (!ret.error && ret.result === 0 && ret.seq > closed) {
		context.broken(
			'CLOSE-8',
			ret.seq,
			'the peer closed hard in record {0}: WSAECONNRESET was due, not a graceful end',
			closed,
		);
	}
}
