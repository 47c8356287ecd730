/** Carrying the connect out on the SAN socket: steps 1 to 5 of "Initiating a Connection" (CONN-1 to CONN-11, BLOCK-2). */
import type { CheckContext } from '../../check';
import type { ReasonText } from '../../reasonTexts';
import type { SeenRecord } from '../../recordView';
import type { RuleId } from '../../ruleBook';
import { isIpText } from './choosing';
import { type Connect, type ConnectRules, isPoll, type SanAttempt } from './connect';
import { fieldOf, findWithin, isProxy, named, namesIn, numberOf, textOf } from './parts';

/** Step 1 before step 2: CONN-1 to CONN-5, BLOCK-2. */
export function stepRules(): ConnectRules {
	return {
		rules: ['CONN-1', 'CONN-2', 'CONN-3', 'CONN-4', 'CONN-5', 'BLOCK-2'],
		sanCall(connect, call, context) {
			if (call.name !== 'WSPConnect' || !connect.san || connect.san.connect) return;
			judgeSubscription(connect, connect.san, call, context);
			judgeDestination(call, context);
		},
		sanReturn(connect, call, record, context) {
			if (call.name === 'WSPEventSelect' && connect.san) judgeEffects(connect.san, call, record, context);
		},
		end(connect, context) {
			const { san } = connect;
			if (!san?.connect || san.connectReturned || !san.select || connect.abandoned) return;
			const text = 'WSPConnect of record {0} on a nonblocking socket never returned';
			context.broken('CONN-3', san.connect.seq, text, san.connect.seq);
		},
	};
}

function judgeSubscription(connect: Connect, san: SanAttempt, call: SeenRecord, context: CheckContext): void {
	const { select, selected } = san;
	const done = selected !== undefined && !selected.error;
	judge(context, 'CONN-1', done, call, 'record {0} connects on SAN socket {1}, which is not in nonblocking mode');
	if (connect.blocking) {
		const text = 'the application’s connect is blocking, and record {0} passes it on as blocking on SAN socket {1}';
		judge(context, 'BLOCK-2', done, call, text);
	}
	const event = select ? numberOf(select, 'hEventObject') : undefined;
	const subscribed =
		select !== undefined && event !== undefined && namesIn(select.arg('lNetworkEvents')).has('FD_CONNECT');
	const unsubscribed = 'record {0} connects on SAN socket {1} without an event object registered for FD_CONNECT';
	judge(context, 'CONN-2', subscribed, call, unsubscribed);
	const early = 'record {0} connects on SAN socket {1} before WSPEventSelect has returned';
	judge(context, 'CONN-4', selected !== undefined, call, early);
}

function judge(context: CheckContext, rule: RuleId, kept: boolean, call: SeenRecord, text: ReasonText): void {
	if (kept) context.kept(rule, call.seq);
	else context.broken(rule, call.seq, text, call.seq, numberOf(call, 's') ?? '?');
}

function judgeDestination(call: SeenRecord, context: CheckContext): void {
	const name = textOf(call, 'name') ?? '';
	if (isIpText(name)) context.kept('CONN-5', call.seq);
	else context.broken('CONN-5', call.seq, 'record {0} passes {1}, which is not an IP address', call.seq, name);
}

/** CONN-3: the provider has really noted the subscription; its record of the socket says so. */
function judgeEffects(san: SanAttempt, call: SeenRecord, record: SeenRecord, context: CheckContext): void {
	if (record.error) return;
	const mask = fieldOf(context, san.provider, 'socket', san.s, 'eventMask', record.seq);
	const event = fieldOf(context, san.provider, 'socket', san.s, 'event', record.seq);
	const wanted = namesIn(call.arg('lNetworkEvents'));
	const noted = namesIn(mask);
	if ([...wanted].every((name) => noted.has(name)) && event === call.arg('hEventObject')) {
		context.kept('CONN-3', record.seq);
		return;
	}
	const text = 'record {0} reports success, but {1} has not noted the subscription to {2} for socket {3}';
	context.broken('CONN-3', record.seq, text, record.seq, san.provider, [...wanted].join(' | '), san.s);
}

/** CONN-6: the proxy driver maps the destination. */
export function mappingRules(): ConnectRules {
	return {
		rules: ['CONN-6'],
		sanReturn(_connect, call, record, context) {
			if (call.name !== 'WSPConnect') return;
			const goesOn = !record.error || record.error === 'WSAEWOULDBLOCK';
			const mapped = findWithin(context, call, record.seq, (inner) => inner.kind === 'call' && isProxy(inner.to));
			if (mapped) context.kept('CONN-6', record.seq);
			else if (goesOn) {
				const text = 'WSPConnect of record {0} goes on without a mapping of {1} by the proxy driver';
				context.broken('CONN-6', record.seq, text, call.seq, textOf(call, 'name') ?? '');
			}
		},
	};
}

/** Step 3: CONN-7 to CONN-9. */
export function returnRules(): ConnectRules {
	/** Connects after WSAEWOULDBLOCK, until their outcome is known, and where they are bound. */
	const waiting = new Map<Connect, SeenRecord>();
	const byLocal = new Map<string, Connect>();
	const forget = (connect: Connect): void => {
		waiting.delete(connect);
		byLocal.delete(localOf(connect));
	};
	return {
		rules: ['CONN-7', 'CONN-8', 'CONN-9'],
		interests: named('message', 'native connect request'),
		sanReturn(connect, call, record, context) {
			const { san } = connect;
			if (!san) return;
			if (call.name === 'WSPConnect') judgeReturn(san, call, record, context);
			if (call.name !== 'WSPConnect' || record.error !== 'WSAEWOULDBLOCK') return;
			waiting.set(connect, record);
			byLocal.set(localOf(connect), connect);
		},
		other(record, context) {
			if (record.name !== 'native connect request') return;
			const connect = byLocal.get(textOf(record, 'from') ?? '');
			const returned = connect && waiting.get(connect);
			if (returned) otherThread(returned, record, context);
		},
		signal(connect, _san, record, context) {
			const returned = waiting.get(connect);
			if (returned) otherThread(returned, record, context);
		},
		sanCall(connect, call, context) {
			const { san } = connect;
			if (!san || call.name !== 'WSPCloseSocket' || !waiting.has(connect) || connect.abandoned) return;
			if (san.signals.length === 0) gaveUp(connect, san, call, context);
		},
		tcpipCall(connect, call, context) {
			const { san } = connect;
			if (!san || call.name !== 'WSPConnect' || !waiting.has(connect) || san.close) return;
			if (san.signals.length === 0) gaveUp(connect, san, call, context);
		},
		result: forget,
		finish: forget,
	};
}

/** How long a connect may pend before the switch may give it up, ns (OQ-3: the provider's own timer runs 21 s). */
const PATIENCE_NS = 21_000_000_000;

/** CONN-9: WSAEWOULDBLOCK is no failure; who gives up at once has taken it for one. */
function gaveUp(connect: Connect, san: SanAttempt, call: SeenRecord, context: CheckContext): void {
	const returned = san.connectReturned;
	if (!returned || call.time - returned.time >= PATIENCE_NS) return;
	const text = 'record {0} gives the connect to {1} up while it is still under way (WSAEWOULDBLOCK in record {2})';
	context.broken('CONN-9', call.seq, text, call.seq, connect.destination, returned.seq);
}

function judgeReturn(san: SanAttempt, call: SeenRecord, record: SeenRecord, context: CheckContext): void {
	const state = fieldOf(context, san.provider, 'socket', san.s, 'state', record.seq);
	if (record.error === 'WSAEWOULDBLOCK') {
		if (state === 'connecting') context.kept('CONN-9', record.seq);
		else {
			const text = 'record {0} returns WSAEWOULDBLOCK, but no connect is under way: socket {1} of {2} is {3}';
			context.broken('CONN-9', record.seq, text, record.seq, san.s, san.provider, String(state));
		}
		return;
	}
	const wanted = record.error ? state !== 'connected' && state !== 'connecting' : state === 'connected';
	const refused = record.error === 'WSAEISCONN' || record.error === 'WSAEALREADY';
	if (wanted || refused) context.kept('CONN-7', record.seq);
	else {
		const text = 'record {0} returns {1} for the connect of record {2}, but socket {3} of {4} is {5}';
		const outcome = record.error ?? 'success';
		context.broken('CONN-7', record.seq, text, record.seq, outcome, call.seq, san.s, san.provider, String(state));
	}
}

function otherThread(returned: SeenRecord, record: SeenRecord, context: CheckContext): void {
	if (record.thread !== returned.thread) context.kept('CONN-8', record.seq);
	else {
		const text = 'record {0} continues the connect in thread {1}, in which WSPConnect had returned (record {2})';
		context.broken('CONN-8', record.seq, text, record.seq, record.thread, returned.seq);
	}
}

/** Where the companion is bound: the sender in the native connect request. */
function localOf(connect: Connect): string {
	const { san } = connect;
	return (san?.bind && textOf(san.bind, 'name')) ?? '';
}

/** Steps 4 and 5: CONN-10 and CONN-11. */
export function outcomeRules(): ConnectRules {
	return {
		rules: ['CONN-10', 'CONN-11'],
		signal(connect, san, record, context) {
			if (san.signals.length > 1) {
				const text = 'record {0} signals event {1} for FD_CONNECT again; record {2} had done it';
				const event = numberOf(record, 'hEvent') ?? '?';
				context.broken('CONN-10', record.seq, text, record.seq, event, san.signals[0]?.seq ?? '?');
			} else if (san.connectReturned && san.connectReturned.error !== 'WSAEWOULDBLOCK') {
				const text = 'record {0} signals FD_CONNECT although WSPConnect had returned the outcome in record {1}';
				context.broken('CONN-10', record.seq, text, record.seq, san.connectReturned.seq);
			} else if (connect.abandoned && san.close) {
				const text = 'record {0} signals FD_CONNECT after the socket was closed in record {1}';
				context.broken('CONN-10', record.seq, text, record.seq, san.close.seq);
			} else context.kept('CONN-10', record.seq);
		},
		sanCall(connect, call, context) {
			const { san } = connect;
			if (!san || connect.abandoned || !pending(san)) return;
			if (call.name === 'WSPEnumNetworkEvents') {
				if (san.signals.length > 0) context.kept('CONN-11', call.seq);
				return;
			}
			if (call.name === 'WSPCloseSocket' && san.signals.length === 0) neverSignalled(san, call.seq, context);
			else notAsked(san, call, context);
		},
		tcpipCall(connect, call, context) {
			const { san } = connect;
			if (san && call.name === 'WSPConnect' && pending(san) && san.signals.length > 0) notAsked(san, call, context);
		},
		finish(connect, _error, record, context) {
			const { san } = connect;
			if (san && !connect.abandoned && !connect.tcpipConnect && !san.close && pending(san)) {
				notAsked(san, record, context);
			}
		},
		end(connect, context) {
			const { san } = connect;
			if (!san || connect.abandoned || !pending(san) || san.close) return;
			const returned = san.connectReturned as SeenRecord;
			if (san.signals.length === 0) neverSignalled(san, returned.seq, context);
			else {
				const text = 'WSPEnumNetworkEvents was never called after the signal of record {0}';
				context.broken('CONN-11', san.signals[0]?.seq ?? returned.seq, text, san.signals[0]?.seq ?? '?');
			}
		},
	};
}

/** WSAEWOULDBLOCK was returned and the outcome has not been asked for. */
function pending(san: SanAttempt): boolean {
	return san.connectReturned?.error === 'WSAEWOULDBLOCK' && !san.enumerated;
}

function neverSignalled(san: SanAttempt, seq: number, context: CheckContext): void {
	const text = 'the connect of record {0} went on after WSAEWOULDBLOCK, but its event {1} was never signalled';
	const event = san.select ? (numberOf(san.select, 'hEventObject') ?? '?') : '?';
	context.broken('CONN-10', seq, text, san.connect?.seq ?? '?', event);
}

function notAsked(san: SanAttempt, record: SeenRecord, context: CheckContext): void {
	const text = 'record {0} goes on without WSPEnumNetworkEvents for the connect of record {1}';
	context.broken('CONN-11', record.seq, text, record.seq, san.connect?.seq ?? '?');
}

/** CONN-14, CONN-15: established means never again; the application's polling stays with the switch. */
export function pollingRules(): ConnectRules {
	return {
		rules: ['CONN-14', 'CONN-15'],
		sanCall(connect, call, context) {
			if (isPoll(connect)) {
				const text = 'the application polls with record {0}, and record {1} passes it on to {2}';
				context.broken('CONN-15', call.seq, text, connect.call.seq, call.seq, call.to);
			}
			const established = connect.before === 'connected' || connect.san?.result?.error === null;
			if (call.name === 'WSPConnect' && established) {
				const text = 'record {0} calls WSPConnect of {1} although the connection is established';
				context.broken('CONN-14', call.seq, text, call.seq, call.to);
			}
		},
		finish(connect, error, record, context) {
			if (connect.san?.result?.error === null) context.kept('CONN-14', record.seq);
			if (!isPoll(connect)) return;
			const asked = findWithin(context, connect.call, record.seq, (inner) => inner.kind === 'call');
			if (connect.before === 'connected' && !asked) context.kept('CONN-14', record.seq);
			const wanted = connect.before === 'connecting' ? 'WSAEALREADY' : 'WSAEISCONN';
			if (error !== wanted) {
				const text = 'the application polls with record {0} and gets {1}, not {2}';
				context.broken('CONN-15', record.seq, text, connect.call.seq, error ?? 'success', wanted);
			} else if (!asked) context.kept('CONN-15', record.seq);
		},
	};
}

/** SESS-1, SESS-2, SESS-4: what the connecting side does before it completes the application's call. */
export function connectingSessionRules(): ConnectRules {
	return {
		rules: ['SESS-1', 'SESS-2'],
		sanCall(connect, call, context) {
			const { san } = connect;
			if (!san || san.result?.error !== null) return;
			if (call.name === 'WSPRecv') {
				const registered = san.registrations.length > 0;
				if (!registered) {
					const text = 'record {0} posts a buffer on socket {1} before its memory was registered';
					context.broken('SESS-1', call.seq, text, call.seq, san.s);
				} else if (san.receives.length === 0) context.kept('SESS-1', call.seq);
			}
			if (call.name === 'WSPSend' && san.sends.length === 0) {
				if (san.receives.length > 0) context.kept('SESS-2', call.seq);
				else {
					const text = 'record {0} sends on socket {1} before a receive buffer was posted';
					context.broken('SESS-2', call.seq, text, call.seq, san.s);
				}
				if (san.registrations.length === 0) {
					const text = 'record {0} sends on socket {1} before memory was registered';
					context.broken('SESS-1', call.seq, text, call.seq, san.s);
				}
			}
		},
		finish(connect, error, record, context) {
			const { san } = connect;
			if (!san || error || san.result?.error !== null || connect.tcpipConnect) return;
			const text = 'record {0} completes the connect on socket {1} without {2}';
			if (san.registrations.length === 0)
				context.broken('SESS-1', record.seq, text, record.seq, san.s, 'WSPRegisterMemory');
			if (san.receives.length === 0) context.broken('SESS-2', record.seq, text, record.seq, san.s, 'WSPRecv');
		},
	};
}
