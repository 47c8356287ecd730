/** Questions over the whole trace up to a record. */
import { RETURN, type Reader, STATE } from '../trace';
import { recordText } from './recordText';
import type { Texts } from './texts';

/** How many causes back an explanation goes. */
const causesMax = 12;

/** The last (or first) record of that name up to `seq`, or -1. A call stands for itself and its return. */
export function findNamed(reader: Reader, name: string, seq: number, forward: boolean): number {
	const step = forward ? 1 : -1;
	for (let at = forward ? 0 : seq; at >= 0 && at <= seq; at += step) if (isNamed(reader, at, name)) return at;
	return -1;
}

/** How many records of that name there are up to `seq`. */
export function countNamed(reader: Reader, name: string, seq: number): number {
	let count = 0;
	for (let at = 0; at <= seq; at++) if (isNamed(reader, at, name)) count++;
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

function isNamed(reader: Reader, seq: number, name: string): boolean {
	const kind = reader.kind(seq);
	return kind !== STATE && kind !== RETURN && reader.site(seq).name === name;
}
