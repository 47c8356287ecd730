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
	return waits(work) ? waitAndGoOn(work, goOn) : goOn(work);
}

function* waitAndGoOn<T, R>(work: Coroutine<T>, goOn: (value: T) => R): Coroutine<R> {
	return goOn(yield* work);
}
