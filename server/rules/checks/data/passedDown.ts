/**
 * What stays in the switch and never reaches a SAN provider: DATA-8, DATA-9, SYNC-1, SHUT-1, EXT-1. Kept where an
 * application makes such a call and the switch answers it by itself.
 */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { RuleId } from '../../ruleBook';
import { intoProvider, intoSwitch } from './components';
import { each } from './handlers';
import { type Linger, lingerOf } from './linger';
import type { Model } from './model';
import { type Judges, ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';
import { SharedOptions } from './sharedOptions';
import { arg, callOf, keyOf, textArg } from './values';

/** Calls that the switch keeps to itself, by the rule that says so. */
const keptInSwitch: Readonly<Record<string, RuleId>> = {
	WSPSelect: 'SYNC-1',
	WSPAsyncSelect: 'SYNC-1',
	WSPShutdown: 'SHUT-1',
	WSPSendDisconnect: 'SHUT-1',
	WSPRecvDisconnect: 'SHUT-1',
	WSPSendTo: 'DATA-9',
	WSPRecvFrom: 'DATA-9',
	TransmitFile: 'EXT-1',
	AcceptEx: 'EXT-1',
	GetAcceptExSockAddrs: 'EXT-1',
};

/** How far the end of sending has come on each socket. */
interface Endings {
	/** The application ended sending in that record; the peer was not told yet. */
	readonly silent: Map<SanSocket, number>;
	/** The peer was told. */
	readonly told: Set<SanSocket>;
}

export function passedDown(): RuleCheck {
	const endings: Endings = { silent: new Map(), told: new Set() };
	const lingers = new SharedOptions<Linger>();
	const names = Object.keys(keptInSwitch);
	const judges: Judges = {
		...each(
			names.map((name) => `call ${name}, provider`),
			(call: SeenRecord, context: CheckContext) => {
				const rule = keptInSwitch[call.name] as RuleId;
				context.broken(
					rule,
					call.seq,
					'{0} was passed down to {1}: the switch was to carry it out itself',
					call.name,
					call.to,
				);
			},
		),
		...each(
			names.map((name) => `return ${name}, application`),
			(ret: SeenRecord, context: CheckContext, model: Model) => {
				if (ret.error) return;
				const rule = keptInSwitch[ret.name] as RuleId;
				if (rule === 'SHUT-1') judgeShutdown(ret, endings, context, model);
				else context.kept(rule, ret.seq);
			},
		),
		'call WSPEventSelect': judgeEventSelect,
		'call WSPSetSockOpt, application': (call, _, model) => {
			const socket = model.apps.of(call);
			const mode = lingerOf(call);
			if (socket && mode) lingers.set(socket, mode);
		},
		'call WSPSocket, provider': judgeType,
		'call WSPSend, provider': judgeFlags,
		'call WSPSend, provider, no more data': (call, context, model) => {
			const socket = model.sockets.of(call);
			if (socket) tellsPeer(call, socket, endings, context, model);
		},
		'call WSPCloseSocket, provider': (call, context, model) => {
			const socket = model.sockets.of(call);
			if (!socket || socket.givenAway !== undefined) return;
			const silent = model.sockets.lineage(socket).find((entry) => endings.silent.has(entry));
			const since = silent && endings.silent.get(silent);
			if (!silent || since === undefined) return;
			endings.silent.delete(silent);
			if (socket.state !== 'connected') return;
			// CLOSE-8: what waits is thrown away, and the goodbye behind it.
			const app = model.apps.carriedBy(socket);
			if (app && (lingers.of(app) ?? 'graceful') !== 'graceful') return;
			context.broken(
				'SHUT-1',
				call.seq,
				'the application ended sending in record {0}, but the peer was never told by a message of the session',
				since,
			);
		},
	};
	return ruleCheck(['DATA-8', 'DATA-9', 'SYNC-1', 'SHUT-1', 'EXT-1'], judges);
}

/** The switch carries SD_SEND out with a control message; until then the rule is open. */
function judgeShutdown(ret: SeenRecord, endings: Endings, context: CheckContext, model: Model): void {
	const call = callOf(ret, context);
	const san = model.apps.of(call)?.san;
	if (!san || ret.name === 'WSPRecvDisconnect' || receivesOnly(call)) {
		if (san) context.kept('SHUT-1', ret.seq);
		return;
	}
	if (endings.told.has(san)) context.kept('SHUT-1', ret.seq);
	else endings.silent.set(san, ret.seq);
}

function tellsPeer(call: SeenRecord, socket: SanSocket, endings: Endings, context: CheckContext, model: Model): void {
	endings.told.add(socket);
	for (const entry of model.sockets.lineage(socket)) {
		if (endings.silent.delete(entry)) context.kept('SHUT-1', call.seq);
	}
}

function receivesOnly(call: SeenRecord): boolean {
	const how = arg(call, 'how');
	return how === 'SD_RECEIVE' || how === 0;
}

/** Only FD_ACCEPT and FD_CONNECT go down to a provider. */
function judgeEventSelect(call: SeenRecord, context: CheckContext): void {
	if (intoSwitch(call)) {
		context.kept('SYNC-1', call.seq);
		return;
	}
	if (!intoProvider(call)) return;
	const mask = arg(call, 'lNetworkEvents');
	const other =
		typeof mask === 'number'
			? (mask & ~0x18) !== 0
			: String(mask ?? '')
					.split('|')
					.some((name) => !['', 'FD_ACCEPT', 'FD_CONNECT', '0'].includes(name.trim()));
	if (other)
		context.broken(
			'SYNC-1',
			call.seq,
			'{0} was asked for {1}: only FD_ACCEPT and FD_CONNECT go down',
			call.to,
			String(mask),
		);
}

/** DATA-9: a SAN socket is made for streams only. */
function judgeType(call: SeenRecord, context: CheckContext): void {
	const type = textArg(call, 'type') ?? 'SOCK_STREAM';
	if (type !== 'SOCK_STREAM') context.broken('DATA-9', call.seq, 'a SAN socket of type {0} was asked for', type);
	else context.kept('DATA-9', call.seq);
}

/** DATA-8: no flags, also for urgent data. */
function judgeFlags(call: SeenRecord, context: CheckContext): void {
	const flags = arg(call, 'dwFlags');
	if (flags === undefined || flags === 0 || flags === null) context.kept('DATA-8', call.seq);
	else
		context.broken('DATA-8', call.seq, 'WSPSend with dwFlags {0}: the switch was to handle them', keyOf(flags) ?? '');
}
