/** The session's control messages on the wire: which WSPSend a message left with, and what an arrival brings. */
import { MESSAGE } from '../../../trace';
import type { CheckContext } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { Operation } from './operations';
import { textArg } from './values';

/** Kind of the control message that a finished receive has taken; undefined where the trace does not say. */
export function controlOf(receive: Operation, context: CheckContext): string | undefined {
	const message = messageOf(receive, context);
	return message && textArg(message, 'control');
}

/** The message on the wire that a finished receive has taken. */
export function messageOf(receive: Operation, _context: CheckContext): SeenRecord | undefined {
	return receive.message;
}

/** The message whose arrival a signal of the NIC reports. */
export function messageBehind(signal: SeenRecord, context: CheckContext): SeenRecord | undefined {
	const { cause } = signal;
	return cause !== null && context.reader.kind(cause) === MESSAGE ? context.view(cause) : undefined;
}

/** The switch's WSPSend that a message left with. */
export function sendOf(message: SeenRecord, context: CheckContext): SeenRecord | undefined {
	const { reader } = context;
	for (let seq = message.within; seq !== null; seq = reader.within(seq)) {
		if (reader.name(seq) !== 'WSPSend') continue;
		const call = context.view(seq);
		if (call.intoProvider) return call;
	}
	return undefined;
}
