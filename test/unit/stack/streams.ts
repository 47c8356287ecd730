/** Scenarios that send random bytes in random pieces, and what really arrived, read from the trace. */

import fc from 'fast-check';
import type { Run } from '../../../server/scenario/interpreter';
import { RETURN } from '../../../server/trace';

/** Text that tells its places apart. */
export function payload(length: number, salt: string): string {
	let text = '';
	for (let n = 0; text.length < length; n++) text += `${salt}${n.toString(36)}.`;
	return text.slice(0, length);
}

/** Lengths of the pieces in which a stream is sent or asked for. */
export const pieces = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 });

/** Statements that send `text` on `socket` in pieces of these lengths, over and over until it is sent. */
export function sending(socket: string, text: string, lengths: readonly number[]): string {
	const statements: string[] = [];
	for (let at = 0, n = 0; at < text.length; n++) {
		const part = text.slice(at, at + (lengths[n % lengths.length] as number));
		statements.push(`send(${socket}, "${part}")`);
		at += part.length;
	}
	return statements.join('\n');
}

/** Statements that receive on `socket` until the peer sends no more. */
export function receiving(socket: string, length: number): string {
	return `while length(recv(${socket}, ${length})) > 0 { }`;
}

/** What the applications of a host received, in order. */
export function received(run: Run, host: string): string {
	const { reader } = run;
	const decoder = new TextDecoder();
	let text = '';
	for (let seq = 0; seq < reader.length; seq++) {
		if (reader.kind(seq) !== RETURN || reader.name(seq) !== 'WSPRecv') continue;
		const record = reader.record(seq);
		if (record.from !== `${host}.switch`) continue;
		if (record.args.data instanceof Uint8Array) text += decoder.decode(record.args.data);
	}
	return text;
}
