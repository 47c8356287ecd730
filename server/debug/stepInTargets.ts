/** Targets of a step in that are no calls: what goes next, where the seed has a choice. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { PendingChoice } from './pendingChoices';
import type { Texts } from './texts';

/** Ids from here on are choices; those below are the calls of a statement. */
const firstChoiceId = 1_000_000;
const labelMax = 100;

export function choiceTargets(choices: readonly PendingChoice[], texts: Texts): DebugProtocol.StepInTarget[] {
	return choices.map(({ option, isTaken, who, does }) => {
		const label = texts(isTaken ? 'nextAsSeeded' : 'nextInstead', who, does);
		return {
			id: firstChoiceId + option,
			label: label.length > labelMax ? `${label.slice(0, labelMax - 1)}…` : label,
		};
	});
}

/** The option that a target stands for; undefined for a call. */
export function optionOfTarget(targetId: number): number | undefined {
	return targetId < firstChoiceId ? undefined : targetId - firstChoiceId;
}
