/**
 * Who is writing records, and on whose behalf. Every thread of the simulation carries one and keeps it up to date;
 * all members are numbers given out by the trace, so that writing a record copies integers only.
 */
export interface Context {
	/** The writing thread (a number from `trace.components`). */
	readonly thread: number;
	/** The component whose code the thread is in. */
	component: number;
	/** The `seq` of the innermost open call of this thread, or -1. */
	call: number;
	/** The `seq` of the record that made the next one happen, or -1. */
	cause: number;
	/** Index into `phases`. */
	phase: number;
	/** The scenario statement being served (a number from `trace.sources`), or -1. */
	source: number;
}
