/**
 * A thread of the simulation: a coroutine that runs until it waits, and the context in which its records are written.
 *
 * A waiting thread says what it waits for and yields. Whoever makes that happen wakes it, and names the record that
 * did it: the cause of everything the thread does next. Code runs to the next wait without interruption, so nothing in
 * the simulation needs locks.
 */
import type { Context, Phase, Site, Trace, TracedObject, Value } from '../trace';
import { objectType, phases } from '../trace';
import type { Action, Simulation } from './simulation';
import type { Waiters } from './waiters';

/** Yields when the thread waits; gets nothing and returns nothing. */
export type Coroutine<R = void> = Generator<void, R, void>;

export type ThreadState = 'runnable' | 'waiting' | 'sleeping' | 'ended';

/** What a thread's own object shows in the debugger. */
export const threadObject = objectType('thread', ['state', 'waitsFor', 'until']);

export class Thread implements Context {
	readonly thread: number;
	component: number;
	call = -1;
	cause = -1;
	phase = 0;
	source = -1;
	/** What made the thread's present work happen; the cause of its records outside any call. */
	private root = -1;
	/** Component and call around each open call, outermost first, in pairs. */
	private readonly outer: number[] = [];
	state: ThreadState = 'runnable';
	/** True when the last wait ended because its time was over. */
	timedOut = false;
	/** What the thread waits for. */
	waitsFor: Waiters | undefined;
	private waitsForAny: readonly Waiters[] | undefined;
	/** Statements since the thread last had to yield. */
	private unbroken = 0;
	private body: Coroutine | undefined;
	private readonly object: TracedObject | undefined;
	/** Goes up with every wait, so that the timer of an earlier wait is recognised as stale. */
	private waits = 0;

	/**
	 * @param component component whose thread it is; its records come from there until it calls into another one
	 * @param observed whether waiting and waking are recorded (application threads and the switch's own)
	 */
	constructor(
		readonly simulation: Simulation,
		readonly name: string,
		component: string,
		observed: boolean,
	) {
		const { trace } = simulation;
		this.thread = trace.components.of(name);
		this.component = trace.components.of(component);
		this.object = observed ? trace.object(threadObject, this.thread) : undefined;
	}

	get trace(): Trace {
		return this.simulation.trace;
	}

	/** Starts running `body`. */
	run(body: Coroutine): void {
		this.body = body;
		this.show('runnable');
		this.simulation.ready(this);
	}

	/**
	 * Declares that the thread waits until `waiters` are woken, or `until` is over. The caller must `yield` next.
	 * @param until virtual time in ns; no limit if left out
	 */
	wait(waiters: Waiters, until = Number.POSITIVE_INFINITY): void {
		this.timedOut = false;
		this.waitsFor = waiters;
		waiters.add(this);
		this.show('waiting', waiters.what, until);
		this.alarm(until);
	}

	/**
	 * Declares that the thread waits until any of several lists is woken, or `until` is over. The caller must `yield` next.
	 */
	waitAny(lists: readonly Waiters[], until = Number.POSITIVE_INFINITY): void {
		this.timedOut = false;
		this.waitsForAny = lists;
		for (const waiters of lists) waiters.add(this);
		this.show('waiting', namesOf(lists), until);
		this.alarm(until);
	}

	/** What the thread waits for, in words; undefined if it does not wait. */
	get waitsForText(): string | undefined {
		return this.waitsFor?.what ?? (this.waitsForAny && namesOf(this.waitsForAny));
	}

	private leaveLists(): void {
		if (!this.waitsForAny) return;
		for (const waiters of this.waitsForAny) waiters.remove(this);
		this.waitsForAny = undefined;
	}

	/** Declares that the thread sleeps until virtual time `until`. The caller must `yield` next. */
	sleep(until: number): void {
		this.show('sleeping', null, until);
		this.alarm(until);
	}

	/** Lets other runnable threads go first. The caller must `yield` next. */
	pass(): void {
		this.simulation.ready(this);
	}

	/**
	 * Whether a thread that could go on must yield: when others can run too, and now and then all the same, so that an
	 * endless loop is counted and can be stopped.
	 */
	mustPass(): boolean {
		const { simulation } = this;
		// The first statements one by one: whoever wants to stop there need not wait for the others.
		if (simulation.othersCanRun || ++this.unbroken % 256 === 0 || this.unbroken < 4) return true;
		simulation.paused = simulation.trace.length >= simulation.pauseAt;
		return simulation.paused;
	}

	/** Makes a waiting thread runnable. @param cause the record that did it, or -1 for the passing of time */
	wake(cause: number): void {
		// Woken already, by something else that it waited for: once is enough.
		if (this.state === 'ended' || this.state === 'runnable') return;
		this.waits++;
		this.waitsFor = undefined;
		this.leaveLists();
		if (cause >= 0) this.cause = cause;
		this.show('runnable');
		this.simulation.ready(this);
	}

	/** Runs to the next wait. Only the scheduler calls this. */
	resume(): void {
		if (this.state === 'ended' || !this.body) return;
		if (this.body.next().done) this.end();
	}

	/** Ends the thread wherever it is. Calls that are open stay open in the trace. */
	end(): void {
		if (this.state === 'ended') return;
		this.waitsFor?.remove(this);
		this.waitsFor = undefined;
		this.leaveLists();
		this.waits++;
		const body = this.body;
		this.body = undefined;
		this.show('ended');
		// A coroutine that is running cannot be closed from inside; it is not resumed again.
		if (body && this.simulation.running !== this) body.return();
	}

	private alarm(until: number): void {
		if (until === Number.POSITIVE_INFINITY) return;
		this.simulation.at(until, new Alarm(this, ++this.waits));
	}

	/** The time of wait number `wait` is over. Only its alarm calls this. */
	expire(wait: number): void {
		if (wait !== this.waits || this.state === 'ended') return;
		this.timedOut = true;
		this.waitsFor?.remove(this);
		this.wake(-1);
	}

	private show(state: ThreadState, waitsFor: string | null = null, until = Number.POSITIVE_INFINITY): void {
		this.state = state;
		const { object } = this;
		if (!object) return;
		const { trace, now } = this.simulation;
		trace.change(now, this, object, 'state', state);
		trace.change(now, this, object, 'waitsFor', waitsFor);
		if (until !== Number.POSITIVE_INFINITY) trace.change(now, this, object, 'until', until);
	}

	// Writing records

	/** Enters component `to` by a call; `leave` closes it. Returns the call's `seq`. */
	enter(where: Site, to: number, a?: Value, b?: Value, c?: Value, d?: Value, e?: Value, f?: Value, g?: Value): number {
		const seq = this.trace.call(this.simulation.now, this, where, to, a, b, c, d, e, f, g);
		this.outer.push(this.component, this.call);
		this.component = to;
		this.call = seq;
		this.cause = seq;
		return seq;
	}

	/**
	 * Returns from the innermost call to its caller.
	 * @param where site of the return: names of out parameters, rules of this outcome
	 * @param error WSAE… name if the call fails
	 */
	leave(where: Site, result: Value | undefined, error?: string, a?: Value, b?: Value, c?: Value): number {
		const outerCall = this.outer.pop() as number;
		const caller = this.outer.pop() as number;
		const seq = this.trace.return(this.simulation.now, this, where, caller, this.call, result, error, a, b, c);
		this.component = caller;
		this.call = outerCall;
		this.cause = outerCall >= 0 ? outerCall : this.root;
		return seq;
	}

	/** Starts a piece of work that record `cause` made happen, on behalf of scenario statement `source`. */
	begin(cause: number, phase: number, source: number): void {
		this.root = cause;
		this.cause = cause;
		this.phase = phase;
		this.source = source;
	}

	signal(where: Site, to: number, error?: string, a?: Value, b?: Value, c?: Value, d?: Value, e?: Value): number {
		return this.trace.signal(this.simulation.now, this, where, to, error, a, b, c, d, e);
	}

	message(where: Site, to: number, a?: Value, b?: Value, c?: Value, d?: Value, e?: Value): number {
		return this.trace.message(this.simulation.now, this, where, to, a, b, c, d, e);
	}

	note(where: Site, to: number, a?: Value, b?: Value, c?: Value, d?: Value, e?: Value): number {
		return this.trace.note(this.simulation.now, this, where, to, a, b, c, d, e);
	}

	change(object: TracedObject, field: string, after: Value): void {
		this.trace.change(this.simulation.now, this, object, field, after);
	}

	/** As `change`, where the field is now a part of `source`, which may change afterwards. */
	changeToPart(object: TracedObject, field: string, source: Uint8Array, offset: number, length: number): void {
		this.trace.changeToPart(this.simulation.now, this, object, field, source, offset, length);
	}

	/** Sets the phase of the records to come. */
	enterPhase(phase: Phase): void {
		this.phase = phases.indexOf(phase);
	}
}

/** The time limit of one wait. */
class Alarm implements Action {
	constructor(
		private readonly thread: Thread,
		private readonly wait: number,
	) {}

	perform(): void {
		this.thread.expire(this.wait);
	}
}

/** `event 1 or event 2`, each name once. */
function namesOf(lists: readonly Waiters[]): string {
	return [...new Set(lists.map((waiters) => waiters.what))].join(' or ');
}
