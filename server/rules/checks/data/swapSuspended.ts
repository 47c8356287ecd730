/** DUP-7, DUP-8, DUP-19: the peer of a socket that changes its process, from `suspended` to `resume`. */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { controlOf } from './messages';
import type { Model } from './model';
import { ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';
import { SharedOptions } from './sharedOptions';
import { callOf, numberArg, textArg } from './values';

interface Suspension {
	readonly since: number;
	/** Calls of the application on the suspended socket. */
	requests: number;
	/** A receive ended that was to stay pending. */
	ended: number | undefined;
	wrong: boolean;
}

const limitOf: Readonly<Record<string, 'WSPRecv' | 'WSPSend'>> = { SO_RCVTIMEO: 'WSPRecv', SO_SNDTIMEO: 'WSPSend' };

/** Control messages that a suspended side may send. */
const allowed: readonly string[] = ['suspended', 'suspend request', 'resume', 'credit update'];

export function swapSuspended(): RuleCheck {
	const suspended = new Map<SanSocket, Suspension>();
	/** Which of SO_RCVTIMEO and SO_SNDTIMEO bound the application's calls. */
	const limits = { WSPRecv: new SharedOptions<boolean>(), WSPSend: new SharedOptions<boolean>() };
	return ruleCheck(
		['DUP-7', 'DUP-8', 'DUP-19'],
		{
			'call WSPSend, provider': (call, context, model) => {
				const control = textArg(call, 'control') ?? '';
				const concerned = suspended.size > 0 || control === 'suspended';
				const socket = concerned ? model.sockets.of(call) : undefined;
				if (!socket) return;
				if (control === 'suspended') {
					suspended.set(socket, { since: call.seq, requests: 0, ended: undefined, wrong: false });
					return;
				}
				const state = suspended.get(socket);
				if (!state || allowed.includes(control)) return;
				state.wrong = true;
				context.broken(
					'DUP-7',
					call.seq,
					'{0} is sent although the session is suspended since record {1}',
					control,
					state.since,
				);
			},
			'call WSPSetSockOpt, application': (call, _, model) => {
				const socket = model.apps.of(call);
				const limit = limitOf[textArg(call, 'optname') ?? ''];
				if (socket && limit) limits[limit].set(socket, (numberArg(call, 'optval') ?? 0) > 0);
			},
			'return WSPSend, application': (ret, context, model) =>
				judgeRequest(ret, suspended, limits.WSPSend, context, model),
			'return WSPRecv, application': (ret, context, model) =>
				judgeRequest(ret, suspended, limits.WSPRecv, context, model),
			'signal WPUCompleteOverlappedRequest': (signal, context, model) => {
				const operation = model.operations.current;
				const state = operation && suspended.get(operation.socket);
				if (!operation || !state || operation.name !== 'WSPRecv') return;
				if (operation.error === undefined && controlOf(operation, context) === 'resume') {
					suspended.delete(operation.socket);
					judgeResumed(signal, state, context);
				} else if (operation.error !== undefined || !operation.bytes) {
					state.ended ??= signal.seq;
					// A reset ends the suspension together with the connection (DUP-19).
					if (operation.socket.state !== 'connected') return;
					state.wrong = true;
					context.broken('DUP-8', signal.seq, 'a receive ended during the suspension: it was to stay pending');
				}
			},
			'call WSPCloseSocket, provider': (call, context, model) => {
				const socket = model.sockets.of(call);
				const state = socket && suspended.get(socket);
				if (!socket || !state) return;
				suspended.delete(socket);
				if (socket.state === 'reset' || state.ended !== undefined) context.kept('DUP-19', call.seq);
			},
		},
		(context, model) => {
			for (const [socket, state] of suspended) judgeForgotten(socket, state, context, model);
		},
	);
}

/** DUP-7: a nonblocking receive without data answers WSAEWOULDBLOCK; nothing else fails because of the suspension. */
function judgeRequest(
	ret: SeenRecord,
	suspended: ReadonlyMap<SanSocket, Suspension>,
	limited: SharedOptions<boolean>,
	context: CheckContext,
	model: Model,
): void {
	if (suspended.size === 0) return;
	const socket = model.apps.of(callOf(ret, context));
	const state = socket?.san && suspended.get(socket.san);
	if (!socket?.san || !state || socket.san.state !== 'connected') return;
	state.requests++;
	const blocking = !socket.nonblocking;
	if (!ret.error || ret.error === 'WSA_IO_PENDING') return;
	// The application itself has ended sending.
	if (ret.error === 'WSAESHUTDOWN') return;
	// It has waited as long as the application wanted it to; another process may have made the socket nonblocking meanwhile.
	if (ret.error === 'WSAETIMEDOUT' && limited.of(socket)) return;
	if (ret.error === 'WSAEWOULDBLOCK' && !blocking) context.kept('DUP-7', ret.seq);
	else if (model.sessions.of(socket.san)?.state !== 'ended') {
		state.wrong = true;
		context.broken(
			'DUP-7',
			ret.seq,
			'{0} failed with {1} because the session is suspended: it was to wait',
			ret.name,
			ret.error,
		);
	}
}

/** DUP-8: a receive was pending all the time, it has taken the message. DUP-7: nothing was sent meanwhile. */
function judgeResumed(signal: SeenRecord, state: Suspension, context: CheckContext): void {
	if (state.ended === undefined) context.kept('DUP-8', signal.seq);
	if (!state.wrong) context.kept('DUP-7', signal.seq);
}

/** DUP-19: whoever suspended and vanished leaves a peer that must not wait for ever. */
function judgeForgotten(socket: SanSocket, state: Suspension, context: CheckContext, model: Model): void {
	const ended = model.sessions.of(socket)?.state === 'ended';
	if (ended || socket.state !== 'connected' || state.ended !== undefined) context.kept('DUP-19', state.since);
	else
		context.broken(
			'DUP-19',
			state.since,
			'the session was suspended and neither resumed nor ended: the peer waits for ever',
		);
}
