/**
 * What a what-if branch of a run changes. The branch is the same scenario run again with the same seed; until the
 * record named by its first intervention it writes the same records, byte for byte.
 */
import type { Value } from '../../trace';

interface At {
	/** The record at which the branch departs: the last one that both runs share. */
	readonly atRecord: number;
}

/** The call of record `atRecord` does nothing of its work and ends like this. */
export interface ForcedReturn extends At {
	readonly kind: 'return';
	/** WSAE… name, or what the call returns: a number, and for a receive text or bytes. */
	readonly outcome: Value;
}

/** A call that hands over what was recorded for a socket hands over this instead. */
export interface ForcedOutput extends At {
	readonly kind: 'output';
	/** Name of the out parameter in the return's record. */
	readonly name: string;
	/** WSAE… name, or 0 for success. */
	readonly outcome: Value;
}

/** What happens to the wire message of record `atRecord`. */
export interface ForcedMessage extends At {
	readonly kind: 'message';
	readonly action: 'drop' | 'delay' | 'duplicate';
	/** Delay, ns. */
	readonly byNs?: number;
}

/** A variable of an application thread has another value from here on. */
export interface ForcedVariable extends At {
	readonly kind: 'variable';
	/** The object that holds it, as the trace names it: `alice.client variables`. */
	readonly object: string;
	readonly name: string;
	readonly value: Value;
}

/** Bytes of registered memory are different from here on. */
export interface ForcedMemory extends At {
	readonly kind: 'memory';
	/** The memory as the trace names it: `alice.ib0 memory 1`. */
	readonly object: string;
	readonly offset: number;
	readonly bytes: Uint8Array;
}

/** A NIC goes down, or comes up again. */
export interface ForcedLink extends At {
	readonly kind: 'nic';
	/** `host.nic`, or a host for all of its NICs. */
	readonly target: string;
	readonly up: boolean;
}

/** A thread ends where it is. */
export interface ForcedEnd extends At {
	readonly kind: 'crash';
	/** Name of the thread, `alice.client`. */
	readonly thread: string;
}

/**
 * Of the threads and due events that could go next when the work of record `atRecord` is over, this one does; counted
 * from 0. Applies only if there is a choice before anything else happens.
 */
export interface ForcedChoice extends At {
	readonly kind: 'choice';
	readonly option: number;
}

/** What a forced choice met. */
export interface ChoiceMet {
	/** How many could have gone next. */
	readonly options: number;
	/** Records that there were at that moment: what was chosen writes from this one on. */
	readonly seq: number;
}

export type Intervention =
	| ForcedReturn
	| ForcedOutput
	| ForcedMessage
	| ForcedVariable
	| ForcedMemory
	| ForcedLink
	| ForcedEnd
	| ForcedChoice;
