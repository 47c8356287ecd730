/** OOB-1: the switch recognises MSG_OOB and sends the bytes in a control message of their own. */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { Model } from './model';
import { ruleCheck } from './ruleCheck';
import type { SanSocket } from './sanSockets';
import { callOf, flagsOf, MSG_OOB, numberArg } from './values';

interface Urgent {
	/** Sends with MSG_OOB whose message has not left, oldest first. */
	readonly open: { readonly call: number; returned: number | undefined }[];
	/** Sends with MSG_OOB so far. */
	asked: number;
}

export function urgent(): RuleCheck {
	const bySocket = new Map<SanSocket, Urgent>();
	const unplaced = new Map<number, SeenRecord>();
	return ruleCheck(
		['OOB-1'],
		{
			'call WSPSend, application': (call, _, model) => {
				if (!(flagsOf(call) & MSG_OOB)) return;
				const san = model.apps.of(call)?.san;
				// Of a shared socket the SAN socket may have to come from another process first.
				if (san && san.givenAway === undefined) noteRequest(call, san, bySocket);
				else unplaced.set(call.seq, call);
			},
			'call WSPSend, provider, urgent data': (call, context, model) => {
				const socket = model.sockets.of(call);
				for (const [seq, asked] of unplaced) {
					if (!socket || model.apps.find(asked.toId, numberArg(asked, 's'))?.san !== socket) continue;
					unplaced.delete(seq);
					noteRequest(asked, socket, bySocket);
				}
				judgeMessage(call, bySocket, context, model);
			},
			'return WSPDuplicateSocket, provider': (ret, context, model) => {
				const given = ret.error ? undefined : model.sockets.of(callOf(ret, context));
				const known = given && bySocket.get(given);
				if (!known) return;
				// What has not left yet leaves when the socket has come back.
				for (const { call } of known.open.splice(0)) {
					known.asked--;
					unplaced.set(call, context.view(call));
				}
			},
			'return WSPSend, application': (ret, context, model) => {
				if (ret.error !== 'WSA_IO_PENDING') unplaced.delete(ret.call ?? -1);
				if (bySocket.size === 0) return;
				const call = callOf(ret, context);
				const san = flagsOf(call) & MSG_OOB ? model.apps.of(call)?.san : undefined;
				const known = san && bySocket.get(san);
				const entry = known?.open.find((candidate) => candidate.call === call.seq);
				if (!known || !entry) return;
				if (ret.error && ret.error !== 'WSA_IO_PENDING') known.open.splice(known.open.indexOf(entry), 1);
				else entry.returned = ret.seq;
			},
		},
		(context) => {
			for (const [socket, { open }] of bySocket) judgeUnsent(socket, open, context);
		},
	);
}

function noteRequest(call: SeenRecord, san: SanSocket, bySocket: Map<SanSocket, Urgent>): void {
	const known = bySocket.get(san) ?? { open: [], asked: 0 };
	known.asked++;
	known.open.push({ call: call.seq, returned: undefined });
	bySocket.set(san, known);
}

function judgeMessage(
	call: SeenRecord,
	bySocket: ReadonlyMap<SanSocket, Urgent>,
	context: CheckContext,
	model: Model,
): void {
	const socket = model.sockets.of(call);
	const known = socket && bySocket.get(socket);
	if (!known || known.asked === 0) {
		context.broken('OOB-1', call.seq, 'urgent data is sent that no application has sent with MSG_OOB');
		return;
	}
	// One request may need several messages; the first one settles it.
	known.open.shift();
	context.kept('OOB-1', call.seq);
}

function judgeUnsent(
	socket: SanSocket,
	open: readonly { readonly call: number; readonly returned: number | undefined }[],
	context: CheckContext,
): void {
	for (const { call, returned } of open) {
		if (returned === undefined || socket.state === 'reset') continue;
		context.broken(
			'OOB-1',
			returned,
			'the urgent data of record {0} never left in a control message for urgent data',
			call,
		);
	}
}
