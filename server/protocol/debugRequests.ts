/**
 * Custom requests of the debug adapter beside those of the diagram, and the launch attributes: one contract for the
 * extension, other editors and the adapter. All of them answer like a step: the response first, then `stopped`.
 */

/** What a launch configuration of type `sanflow` may hold. */
export interface SanflowLaunchAttributes {
	/** Path of the scenario file. */
	readonly program: string;
	/** Title of the scenario; the first of the file if left out. */
	readonly scenario?: string;
	readonly seed?: number;
	/** Stop at the first statement. */
	readonly stopOnEntry?: boolean;
	/** Stop at the last record instead of ending, so that one can look and go back. */
	readonly stopOnEnd?: boolean;
	readonly noDebug?: boolean;
	/** File to which the trace is written (JSON Lines) when the run has ended. */
	readonly trace?: string;
}

/** Forwards or back to the next message on the wire. Arguments: `DirectionArguments`. */
export const STEP_TO_MESSAGE = 'sanflow/stepToMessage';
/** Forwards to the next virtual time, or back to an earlier one. Arguments: `DirectionArguments`. */
export const STEP_TO_TIME = 'sanflow/stepToTime';
/** Back to the caller of the current frame. Arguments: `ThreadArguments`. */
export const REVERSE_OUT = 'sanflow/reverseOut';
/** Back to the record that set a value. Arguments: `PreviousChangeArguments`. */
export const PREVIOUS_CHANGE = 'sanflow/previousChange';
/** Back (or on) to a message from or to one component. Arguments: `LifelineArguments`. */
export const STEP_ON_LIFELINE = 'sanflow/stepOnLifeline';

export interface ThreadArguments {
	readonly threadId: number;
}

export interface DirectionArguments {
	readonly direction?: 'forward' | 'backward';
}

export interface PreviousChangeArguments {
	/** What `evaluate` takes: a variable or a field. */
	readonly expression: string;
	readonly frameId?: number;
}

export interface LifelineArguments extends DirectionArguments {
	/** `host.part` */
	readonly component: string;
}
