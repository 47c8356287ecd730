/** How the switch came to its decision in a call: each step that it made, with the rules that it carries out. */
import { CALL, type CallStacks, RETURN } from '../trace';
import { type CallFrame, doings } from './frames';
import { eventText } from './recordText';
import type { Entry } from './variables';

/** Records of the call that are looked at. */
const recordsMax = 256;
/** Steps that are shown. */
const stepsMax = 64;

/** The steps of the frame's call, in their order. */
export function decisionEntries(stacks: CallStacks, frame: CallFrame): readonly Entry[] {
	const { reader } = stacks;
	const steps: Entry[] = [];
	for (const seq of doings(stacks, frame, recordsMax)) {
		// A call that has returned is told by its return.
		if (seq === frame.call || (reader.kind(seq) === CALL && steps.some(({ value }) => value === seq))) continue;
		const record = reader.record(seq);
		const cited = record.rules.length > 0 ? ` — ${record.rules.join(', ')}` : '';
		const party = record.from === record.to ? '' : `${reader.kind(seq) === RETURN ? record.from : record.to} `;
		steps.unshift({
			name: `#${seq}`,
			value: reader.kind(seq) === RETURN ? reader.callOf(seq) : seq,
			text: `${party}${eventText(record)}${cited}`,
			type: 'step',
			evaluateName: `record(${seq})`,
		});
		if (steps.length === stepsMax) break;
	}
	return steps;
}
