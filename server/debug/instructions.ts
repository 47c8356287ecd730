/** Records in the shape of instructions, for a client's disassembly view. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { durationText } from '../simulation/time';
import { addressOf, recordOfAddress } from './address';
import type { Debuggee } from './debuggee';
import { RequestError } from './errors';
import { eventText } from './recordText';
import type { RequestArguments } from './requestArguments';

/** More than any view asks for at once. */
const instructionsMax = 10_000;

type Position = Pick<DebugProtocol.StackFrame, 'line' | 'column'> & { readonly source: DebugProtocol.Source };

/** @param position the scenario line of a record */
export function instructionsOf(
	args: RequestArguments,
	debuggee: Debuggee,
	position: (seq: number) => Position | undefined,
): DebugProtocol.DisassembledInstruction[] {
	const reference = args.text('memoryReference');
	const record = recordOfAddress(reference);
	if (record === undefined) throw new RequestError('unknownMemory', reference);
	const count = Math.min(args.optionalCount('instructionCount') ?? 0, instructionsMax);
	const first = record + (args.optionalInteger('offset') ?? 0) + (args.optionalInteger('instructionOffset') ?? 0);
	return Array.from({ length: count }, (_, i) => instruction(first + i, debuggee, position));
}

function instruction(
	seq: number,
	{ reader, cursor }: Debuggee,
	position: (seq: number) => Position | undefined,
): DebugProtocol.DisassembledInstruction {
	const address = addressOf(seq);
	// What the cursor never reached is not shown: it is the future.
	if (seq < 0 || seq > cursor.furthest) return { address, instruction: '', presentationHint: 'invalid' };
	const record = reader.record(seq);
	const place = position(seq);
	const parties = record.from === record.to ? record.from : `${record.from} → ${record.to}`;
	return {
		address,
		instruction: `${durationText(record.time).padEnd(11)} ${parties}  ${eventText(record)}`,
		symbol: `#${seq}`,
		...(place ? { location: place.source, line: place.line, column: place.column } : {}),
	};
}
