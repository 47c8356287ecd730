/**
 * Equal calls in a row, such as the receive buffers that a switch posts for a connection, are drawn once and counted. Two
 * calls are equal if nothing but the time tells them apart in the diagram; both must be without anything drawn inside.
 */
import type { Reader } from '../trace';
import { labelTexts } from './label';
import { Numbers } from './numbers';

/** A call that is drawn, with nothing drawn inside or after it. */
export interface Unit {
	/** Row of the call. */
	readonly row: number;
	readonly call: number;
	readonly back: number;
}

/** What was counted instead of drawn. */
export interface Repeats {
	readonly calls: Numbers;
	readonly returns: Numbers;
}

export function noRepeats(): Repeats {
	return { calls: new Numbers(), returns: new Numbers() };
}

/** Whether call `seq` would be drawn as `unit` is. */
export function isSameCall(reader: Reader, unit: Unit, seq: number): boolean {
	const { call } = unit;
	return (
		reader.siteId(seq) === reader.siteId(call) &&
		reader.from(seq) === reader.from(call) &&
		reader.to(seq) === reader.to(call) &&
		reader.thread(seq) === reader.thread(call) &&
		reader.phase(seq) === reader.phase(call) &&
		reader.within(seq) === reader.within(call) &&
		labelTexts(reader.record(seq))[0] === labelTexts(reader.record(call))[0]
	);
}

/** Whether return `seq` would be drawn as the one of `unit` is. */
export function isSameOutcome(reader: Reader, unit: Unit, seq: number): boolean {
	return (
		reader.errorId(seq) === reader.errorId(unit.back) &&
		labelTexts(reader.record(seq))[0] === labelTexts(reader.record(unit.back))[0]
	);
}
