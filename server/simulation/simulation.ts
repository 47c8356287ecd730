/**
 * The scheduler: a virtual clock, threads that can run, and things that are due later. It knows no sockets.
 *
 * One step takes one runnable item (which one is a seeded choice) and runs it to its next wait; when nothing is
 * runnable the clock moves to the earliest timer. Nothing here depends on real time, promises or locale.
 */
import type { Trace } from '../trace';
import type { Choices } from './choices';
import { Deadline } from './deadline';
import { Thread } from './thread';
import { Timers } from './timers';

/** Something that runs to its end. What is made for each message is an object of a class: quicker to make than a closure. */
export interface Action {
	perform(): void;
}

export type Runnable = Thread | Action | (() => void);

export class Simulation {
	/** Virtual time in ns. */
	now = 0;
	/** Steps made so far: the measure of a run's budget. */
	steps = 0;
	readonly threads: Thread[] = [];
	/** The thread that is running now. */
	running: Thread | undefined;
	/** Says in the place of the seed which of several runnable items goes next; a what-if branch sets it. */
	order: ((runnable: readonly Runnable[], drawn: number) => number) | undefined;
	/** The last step stopped between two statements because of `pauseAt`; the next call of `step` goes on with it. */
	paused = false;
	/** A thread that could go on for long pauses once the trace has that many records. */
	pauseAt = Number.POSITIVE_INFINITY;
	private readonly runnable: Runnable[] = [];
	private readonly timers = new Timers<Runnable>();

	constructor(
		readonly trace: Trace,
		readonly choices: Choices,
	) {}

	/** Makes a thread that belongs to `component`; it runs once it is given a body. */
	thread(name: string, component: string, observed = true): Thread {
		const thread = new Thread(this, name, component, observed);
		this.threads.push(thread);
		return thread;
	}

	/** Whether anything besides the running thread could run now. */
	get othersCanRun(): boolean {
		return this.runnable.length > 0;
	}

	ready(item: Runnable): void {
		this.runnable.push(item);
	}

	/** Makes `item` runnable at virtual time `time` in ns, at the earliest now; at Infinity that is never. */
	at(time: number, item: Runnable): void {
		if (time <= this.now) this.runnable.push(item);
		else if (time !== Number.POSITIVE_INFINITY) this.timers.push(time, item);
	}

	/** As `at`, for a time limit that may be dropped before. */
	limit(time: number, action: () => void): Deadline {
		const deadline = new Deadline(action);
		this.at(time, deadline);
		return deadline;
	}

	/**
	 * Runs one item. False when nothing is runnable and nothing is due: the run is over, or deadlocked. Where the step
	 * pauses, nothing else becomes runnable, so that where it pauses does not show in the trace.
	 */
	step(): boolean {
		if (this.runnable.length === 0 && !this.tick()) return false;
		const item = this.next();
		if (item instanceof Thread) {
			this.running = item;
			item.resume();
			this.running = undefined;
		} else if (typeof item === 'function') item();
		else item.perform();
		return true;
	}

	private next(): Runnable {
		if (this.paused) {
			this.paused = false;
			return this.runnable.pop() as Runnable;
		}
		this.steps++;
		return this.take();
	}

	/** Moves the clock to the earliest timer and makes everything due then runnable. */
	private tick(): boolean {
		const { timers } = this;
		if (timers.length === 0) return false;
		this.now = timers.next;
		while (timers.next === this.now) this.runnable.push(timers.pop());
		return true;
	}

	/** Takes the chosen runnable item out; the last one takes its place, which is cheap and just as determined. */
	private take(): Runnable {
		const drawn = this.choices.next(this.runnable.length);
		// The seed draws all the same, so that later choices are those of the run without this one.
		const chosen = this.order === undefined ? drawn : this.order(this.runnable, drawn);
		const item = this.runnable[chosen] as Runnable;
		const last = this.runnable.pop() as Runnable;
		if (chosen < this.runnable.length) this.runnable[chosen] = last;
		return item;
	}
}
