/**
 * What one record of a run says. Records are read-only values made by a reader from the columns of the trace;
 * the names of the fields are a public contract (JSON Lines files, the command line, the debug console).
 */

/** What a record tells: see the table in `docs/trace.md`. */
export type RecordKind = 'call' | 'return' | 'signal' | 'message' | 'state' | 'note' | 'violation';

/** The part of a connection's life that a record belongs to. */
export type Phase = 'initialization' | 'setup' | 'negotiation' | 'data' | 'shutdown' | 'fallback';

/** Anything an argument, a result or a field of an object can hold. Bytes stay bytes until they are printed. */
export type Value =
	| null
	| boolean
	| number
	| string
	| Uint8Array
	| readonly Value[]
	| { readonly [name: string]: Value };

/** A place in a scenario file; line and column count from 1. */
export interface SourcePosition {
	readonly file: string;
	readonly line: number;
	readonly column: number;
}

export interface TraceRecord {
	/** Position in the trace, from 0, dense. */
	readonly seq: number;
	/** Virtual time in ns. */
	readonly time: number;
	readonly kind: RecordKind;
	/** The documented name of what happened; for `state` the object that changed. */
	readonly name: string;
	/** Component that acts, `host.part`. */
	readonly from: string;
	/** Component that is acted upon. */
	readonly to: string;
	/** Thread that wrote the record, `host.part`. */
	readonly thread: string;
	/** In parameters on a call, out parameters on a return; `field`, `before`, `after` on a state change. */
	readonly args: { readonly [name: string]: Value };
	readonly result?: Value;
	/** WSAE… name, on a return or signal that reports failure. */
	readonly error?: string;
	/** On a return: the `seq` of its call. */
	readonly call?: number;
	/** The innermost call that was open in the same thread. */
	readonly within: number | null;
	/** The record that made this one happen. */
	readonly cause: number | null;
	readonly phase: Phase;
	/** Rules that this step carries out or breaks. */
	readonly rules: readonly string[];
	/** The scenario statement that it serves; null only before the first statement. */
	readonly source: SourcePosition | null;
}

export const recordKinds: readonly RecordKind[] = ['call', 'return', 'signal', 'message', 'state', 'note', 'violation'];
export const phases: readonly Phase[] = ['initialization', 'setup', 'negotiation', 'data', 'shutdown', 'fallback'];
