/** The session's control messages on the wire: which WSPSend a message left with, and what an arrival brings. */
import type { TraceRecord } from '../../../trace';
import type { CheckContext } from '../../check';
import { intoProvider } from './components';
import type { Operation } from './operations';
import { callsAround, textArg } from './values';

/** Kind of the control message that a finished receive has taken; undefined where the trace does not say. */
export function controlOf(receive: Operation, context: CheckContext): string | undefined {
	const message = messageOf(receive, context);
	return message && textArg(message, 'control');
}

/** The message on the wire that a finished receive has taken. */
export function messageOf(receive: Operation, context: CheckContext): TraceRecord | undefined {
	if (receive.arrived === undefined) return undefined;
	const { reader } = context;
	const { cause } = reader.record(receive.arrived);
	if (cause === null) return undefined;
	const record = reader.record(cause);
	return record.kind === 'message' ? record : undefined;
}

/** The switch's WSPSend that a message left with. */
export function sendOf(message: TraceRecord, context: CheckContext): TraceRecord | undefined {
	for (const call of callsAround(message.seq, context)) if (call.name === 'WSPSend' && intoProvider(call)) return call;
	return undefined;
}
