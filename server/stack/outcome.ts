/**
 * What a Winsock SPI function answers: a value, or the name of the error that it would store through lpErrno.
 * Simulated failures are values like any other; a thrown error always means a broken invariant of the simulation.
 */
import type { WsaError } from '../winsock/errors';

export type { WsaError };

/** A value of type T (never a string) or an error name. */
export type Outcome<T> = T | WsaError;

export function isError<T>(outcome: Outcome<T>): outcome is Extract<Outcome<T>, WsaError> {
	return typeof outcome === 'string';
}
