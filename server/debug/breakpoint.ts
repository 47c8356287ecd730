/** What clients ask breakpoints for, kept as asked: a restarted run resolves them again. */

export interface Conditions {
	readonly condition: string | undefined;
	readonly hitCondition: string | undefined;
	readonly logMessage: string | undefined;
	readonly mode: string | undefined;
}

export type BreakpointRequest = Conditions &
	(
		| { readonly kind: 'line'; readonly path: string; readonly line: number; readonly column: number | undefined }
		| { readonly kind: 'function'; readonly name: string }
		/** `alice.ib0 socket 3.state` */
		| { readonly kind: 'data'; readonly dataId: string }
		| { readonly kind: 'instruction'; readonly reference: string; readonly offset: number }
		| { readonly kind: 'exception'; readonly filter: string }
	);

export type BreakpointKind = BreakpointRequest['kind'];

/** Where a breakpoint turned out to be, or why it is nowhere. */
export interface Placement {
	readonly verified: boolean;
	readonly message?: string;
	/** Lines and columns from 1. */
	readonly line?: number;
	readonly column?: number;
	readonly endLine?: number;
	readonly endColumn?: number;
	readonly path?: string;
	readonly instructionReference?: string;
}

export interface Breakpoint {
	readonly id: number;
	readonly request: BreakpointRequest;
}
