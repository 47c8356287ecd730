/** Handlers by kind and name of the record. */
import type { RecordKind } from '../../../trace';
import type { CheckContext, Interest, Side } from '../../check';
import type { SeenRecord } from '../../recordView';

export type Handler = (record: SeenRecord, context: CheckContext) => void;

/**
 * By `kind name`, for example `call WSPSend`, `state socket`, with the side where it matters: `call WSPSend, provider`,
 * and of control messages with their kinds: `call WSPSend, provider, suspended/resume`.
 */
export type Handlers = Readonly<Record<string, Handler>>;

export function interestOf(key: string): Interest {
	const [what = '', side, control] = key.split(', ');
	const space = what.indexOf(' ');
	const kind = (space < 0 ? what : what.slice(0, space)) as RecordKind;
	return {
		kind,
		...(space < 0 ? {} : { name: what.slice(space + 1) }),
		...(side === undefined ? {} : { side: side as Side }),
		...(control === undefined ? {} : { control: control.split('/') }),
	};
}

/** The same handler for several records. */
export function each<H>(keys: readonly string[], handler: H): Readonly<Record<string, H>> {
	return Object.fromEntries(keys.map((key) => [key, handler]));
}
