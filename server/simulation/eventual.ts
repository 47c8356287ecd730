/**
 * Work that may have to wait, but mostly is done at once: a plain value where it is, a coroutine where it waits. Most calls
 * of a simulated application never wait, and a coroutine for each layer of each call is a good part of what they cost.
 */
import type { Coroutine } from './thread';

export type Eventual<T> = T | Coroutine<T>;

/** Whether the work waits. `T` is nothing that has a method `next`. */
export function waits<T>(work: Eventual<T>): work is Coroutine<T> {
	return typeof work === 'object' && work !== null && 'next' in work;
}

/** The value of `work`, for a coroutine that may wait itself. */
export function* settled<T>(work: Eventual<T>): Coroutine<T> {
	return waits(work) ? yield* work : work;
}

/** Goes on with the value of `work`: now, or after it has waited. */
export function after<T, R>(work: Eventual<T>, goOn: (value: T) => R): Eventual<R> {
	if (!waits(work)) return goOn(work);
	return work instanceof Continued ? work.followedBy(goOn) : new Continued(work, goOn);
}

/**
 * A coroutine and what is done with its value. It is a coroutine itself, but not one around the other: however many layers
 * go on with a value, a thread that waits is resumed where it waits, and not through every layer.
 */
class Continued<T, R> implements Coroutine<R> {
	constructor(
		private readonly work: Coroutine<T>,
		private readonly goOn: (value: T) => R,
	) {}

	followedBy<S>(goOn: (value: R) => S): Continued<T, S> {
		const { goOn: before } = this;
		return new Continued(this.work, (value) => goOn(before(value)));
	}

	next(): IteratorResult<void, R> {
		return this.continued(this.work.next());
	}

	return(value: R): IteratorResult<void, R> {
		this.work.return(undefined as T);
		return { done: true, value };
	}

	throw(problem: unknown): IteratorResult<void, R> {
		return this.continued(this.work.throw(problem));
	}

	private continued(result: IteratorResult<void, T>): IteratorResult<void, R> {
		return result.done ? { done: true, value: this.goOn(result.value) } : result;
	}

	[Symbol.iterator](): Coroutine<R> {
		return this;
	}
}
