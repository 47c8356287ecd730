/** Random scenarios as text: machines and wires, conversations between them, and faults. */
import fc from 'fast-check';
import { type Conversation, conversationText, talk } from './conversationText';
import { faults, misbehaviour } from './faultText';
import { functions } from './functionsText';
import { topologies } from './topologyText';

export type { Conversation } from './conversationText';

export interface Generated {
	readonly text: string;
	readonly conversations: readonly Conversation[];
}

/**
 * What goes wrong: nothing, so that every scenario must pass; what may happen in the world; or also what no provider and
 * no SAN transport may do.
 */
export type Trouble = 'none' | 'faults' | 'misbehaviour';

export function scenarios(trouble: Trouble): fc.Arbitrary<Generated> {
	return topologies.chain((topology) => {
		const fault = trouble === 'misbehaviour' ? fc.oneof(misbehaviour(topology), faults(topology)) : faults(topology);
		return fc
			.record({
				talks: fc.array(talk, { minLength: 1, maxLength: 3 }),
				statements: fc.array(fault, trouble === 'none' ? { maxLength: 0 } : { minLength: 1, maxLength: 3 }),
			})
			.map(({ talks, statements }) => {
				const threads = talks.map((one, n) => conversationText(topology, one, n, trouble !== 'none'));
				const text = [
					topology.text,
					functions,
					'scenario "generated" {',
					'  recordLimit 400_000',
					...statements.map((statement) => `  ${statement}`),
					...threads.flatMap((each) => each.text),
					'}',
				].join('\n');
				return { text, conversations: threads.map(({ conversation }) => conversation) };
			});
	});
}
