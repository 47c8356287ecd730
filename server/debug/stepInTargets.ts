/** Targets of a step in that are no calls: what goes next, where the seed has a choice. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { type PendingChoice, probeMsMax } from './pendingChoices';
import type { Texts } from './texts';

/** Ids from here on are choices; those below are the calls of a statement. */
const firstChoiceId = 1_000_000;
/** Says that the choices are not known; nothing can be done with it. */
const tooFarId = firstChoiceId - 1;
const deedMax = 70;

/** @param choices undefined if finding them would take too long at record `seq` */
export function choiceTargets(
	choices: readonly PendingChoice[] | undefined,
	seq: number,
	texts: Texts,
): DebugProtocol.StepInTarget[] {
	if (!choices) return [{ id: tooFarId, label: texts('nextTooFar', seq, probeMsMax / 1000) }];
	return choices.map(({ option, isTaken, who, does }) => {
		// Cut in the middle: what the choice leads to stands at the end.
		const deed = does.length > deedMax ? `${does.slice(0, deedMax - 1)}…` : does;
		return { id: firstChoiceId + option, label: texts(isTaken ? 'nextAsSeeded' : 'nextInstead', who, deed) };
	});
}

/** Whether a target only says that the choices are not known. */
export function isTooFar(targetId: number): boolean {
	return targetId === tooFarId;
}

/** The option that a target stands for; undefined for a call. */
export function optionOfTarget(targetId: number): number | undefined {
	return targetId < firstChoiceId ? undefined : targetId - firstChoiceId;
}
