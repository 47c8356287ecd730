/** Where `goto` can go: the times at which the statement on a line was executed, as far as the run has got. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { durationText } from '../simulation/time';
import { addressOf } from './address';
import { placeSelector } from './breakpoints';
import type { Client } from './client';
import type { Debuggee } from './debuggee';
import type { RequestArguments } from './requestArguments';
import { placeFor } from './statements';
import { StopTable } from './stopTable';

/** Executions offered before and after the cursor, each. */
const targetsMax = 5;

export interface GotoRecord {
	readonly target: DebugProtocol.GotoTarget;
	readonly seq: number;
}

export function gotoTargets(args: RequestArguments, debuggee: Debuggee, client: Client): readonly GotoRecord[] {
	const path = args.object('source').optionalText('path') ?? '';
	const line = args.integer('line') - client.firstLine + 1;
	const context = debuggee.context();
	const file = debuggee.files.find((candidate) => context.isSameFile(candidate.file, path));
	const place = file && placeFor(file.places, line);
	if (!file || !place) return [];
	const rule = { id: -1, kind: 'line' as const, ...placeSelector(file.file, { ...place, call: undefined }, context) };
	return executions(new StopTable(debuggee.reader, [rule]), debuggee).map((seq, id) => ({
		seq,
		target: {
			id,
			label: `#${seq} ${durationText(debuggee.reader.time(seq))}`,
			line: place.statement.line - 1 + client.firstLine,
			column: place.statement.column - 1 + client.firstColumn,
			instructionPointerReference: addressOf(seq),
		},
	}));
}

/** Nearest executions, in the order of the run; never beyond what the user has been shown. */
function executions(table: StopTable, { cursor }: Debuggee): readonly number[] {
	const found: number[] = [];
	for (let seq = cursor.seq; found.length < targetsMax; ) {
		const hit = table.previous(seq, 0);
		if (hit < 0) break;
		found.unshift(hit);
		seq = hit - 1;
	}
	const before = found.length;
	for (let seq = cursor.seq + 1; found.length < before + targetsMax; ) {
		const hit = table.next(seq, cursor.furthest + 1);
		if (hit < 0) break;
		found.push(hit);
		seq = hit + 1;
	}
	return found;
}
