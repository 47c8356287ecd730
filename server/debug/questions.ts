/** Questions over the whole trace up to a record. */
import { nearestName } from '../scenario/nearestName';
import { CALL, RETURN, type Reader, STATE, siteNames } from '../trace';
import { findScenarioCall } from '../winsock/calls';
import { functionNames } from './functionName';
import { recordText } from './recordText';
import type { Texts } from './texts';

/** How many causes back an explanation goes. */
const causesMax = 12;

/**
 * Tells the records that a name means: those that have it, a call standing for itself and its return; and for a Winsock
 * function as the application writes it (`send`) the application's own calls, as a breakpoint takes it.
 */
export function recordTest(
	reader: Reader,
	name: string,
	isApplication: (component: number) => boolean,
): (seq: number) => boolean {
	const spi = findScenarioCall(name)?.spi;
	return (seq) => {
		const kind = reader.kind(seq);
		if (kind === STATE || kind === RETURN) return false;
		const recorded = reader.site(seq).name;
		return recorded === name || (recorded === spi && kind === CALL && isApplication(reader.from(seq)));
	};
}

/** The name that was meant, where no record can have this one; undefined if one can, or nothing is near. */
export function nearestRecordName(name: string): string | undefined {
	const possible = siteNames();
	if (possible.has(name) || functionNames.includes(name)) return undefined;
	return nearestName(name, [...functionNames, ...possible]);
}

/** The last (or first) such record up to `seq`, or -1. */
export function findRecord(isMeant: (seq: number) => boolean, seq: number, forward: boolean): number {
	const step = forward ? 1 : -1;
	for (let at = forward ? 0 : seq; at >= 0 && at <= seq; at += step) if (isMeant(at)) return at;
	return -1;
}

/** How many such records there are up to `seq`. */
export function countRecords(isMeant: (seq: number) => boolean, seq: number): number {
	let count = 0;
	for (let at = 0; at <= seq; at++) if (isMeant(at)) count++;
	return count;
}

/** What led to record `seq`, nearest first, one line each. */
export function causesOf(reader: Reader, seq: number, texts: Texts): readonly string[] {
	const lines: string[] = [];
	let cause = reader.cause(seq);
	for (let steps = 0; cause >= 0 && steps < causesMax; steps++) {
		lines.push(`  ${texts('whyCause', recordText(reader.record(cause)))}`);
		const earlier = reader.cause(cause);
		cause = earlier < cause ? earlier : -1;
	}
	return lines;
}
