/**
 * Custom requests of the debug adapter beside those of the diagram, and the launch attributes: one contract for the
 * extension, other editors and the adapter. Those that move answer like a step: the response first, then `stopped`.
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
	/** Texts that count in place of what is on disk: what an editor has not saved, what a commit held. */
	readonly texts?: readonly LaunchText[];
}

export interface LaunchText {
	/** Absolute. */
	readonly path: string;
	readonly text: string;
}

/** Forwards or back to the next message on the wire. Arguments: `DirectionArguments`. */
export const STEP_TO_MESSAGE = 'sanflow/stepToMessage';
/** Forwards to the next virtual time, or back to an earlier one. Arguments: `DirectionArguments`. */
export const STEP_TO_TIME = 'sanflow/stepToTime';
/** Back over one statement, or one record below the application. Arguments: `ThreadArguments`. */
export const REVERSE_NEXT = 'sanflow/reverseNext';
/** Back to the caller of the current frame. Arguments: `ThreadArguments`. */
export const REVERSE_OUT = 'sanflow/reverseOut';
/** Back to the record that set a value. Arguments: `PreviousChangeArguments`. */
export const PREVIOUS_CHANGE = 'sanflow/previousChange';
/** Back (or on) to a message from or to one component. Arguments: `LifelineArguments`. */
export const STEP_ON_LIFELINE = 'sanflow/stepOnLifeline';

export interface ThreadArguments {
	/** The thread that wrote the record at which the debugger stands if left out. */
	readonly threadId?: number;
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
	/** `host.part`; the component at work in the frame if left out. */
	readonly component?: string;
	/** The innermost frame where the debugger stands if left out. */
	readonly frameId?: number;
}

// What-if branches: the same run again, different from one record on. The earlier run stays.

/** Starts a branch and stops in it where it departs. Arguments: `WhatIfArguments`; answers `WhatIfBody`. */
export const WHAT_IF = 'sanflow/whatIf';
/** All branches of the session. Answers `BranchesBody`. */
export const BRANCHES = 'sanflow/branches';
/** Shows another branch, where one stood in it last. Arguments: `SwitchBranchArguments`. */
export const SWITCH_BRANCH = 'sanflow/switchBranch';
/** What a branch changes, as statements for the scenario's source. Arguments: `FaultLineArguments`; answers `FaultLineBody`. */
export const FAULT_LINE = 'sanflow/faultLine';
/** Event: there is a new branch, or another one is shown. Body: `BranchesBody`. */
export const BRANCHES_CHANGED = 'sanflow/branchesChanged';

/** What is to be different. */
export type WhatIfChange =
	/** The call that `seq` is, or returns from, ends like this: a WSAE… name or a number. */
	| { readonly kind: 'return'; readonly outcome: string | number }
	/** The wire message that `seq` is never arrives, arrives twice, or arrives `ns` later. */
	| { readonly kind: 'drop' }
	| { readonly kind: 'duplicate' }
	| { readonly kind: 'delay'; readonly ns: number }
	/** A NIC (`alice.ib0`) or all of a host go down or up after `seq`; the NIC that `seq` goes through if none is named. */
	| { readonly kind: 'link'; readonly target?: string; readonly up: boolean }
	/** A thread ends after `seq`. */
	| { readonly kind: 'crash'; readonly thread: string }
	/** Of several threads that could go next after `seq`, this one does; counted from 0. */
	| { readonly kind: 'choice'; readonly option: number };

export interface WhatIfArguments {
	/** Record; the one at which the debugger stands if left out. */
	readonly seq?: number;
	readonly change: WhatIfChange;
}

export interface WhatIfBody {
	readonly branch: BranchInfo;
}

export interface BranchInfo {
	/** From 1; the run as it was launched is 1. */
	readonly id: number;
	/** What is different, in words. */
	readonly title: string;
	/** The branch that it departs from, and the last record that both share; null for the run as launched. */
	readonly parent: number | null;
	readonly departsAt: number | null;
	/** Record at which one stands, or stood last, in it. */
	readonly seq: number;
	readonly isCurrent: boolean;
}

export interface BranchesBody {
	readonly branches: readonly BranchInfo[];
}

export interface SwitchBranchArguments {
	readonly branch: number;
}

export interface FaultLineArguments {
	/** The current one if left out. */
	readonly branch?: number;
}

export interface FaultEdit {
	/** Where `text` is inserted, counted from 1. */
	readonly line: number;
	readonly column: number;
	readonly text: string;
}

export interface FaultLineBody {
	/** Path of the file to be edited. */
	readonly path: string;
	/** In the order in which they are to be made; none if the changes cannot be written as statements. */
	readonly edits: readonly FaultEdit[];
	/** Sentences about changes that no statement can express. */
	readonly left: readonly string[];
}
