/**
 * How a check of the data families is made: judges for the records of interest, with the model of the run at hand.
 * `modelKeeper` has no rule: it shows the model the records that it follows, so it must be the first of the checks.
 */
import type { CheckContext, Judge, RuleCheck } from '../../check';
import type { RuleId } from '../../ruleBook';
import { type Handler, interestOf } from './handlers';
import { type Model, modelKeys } from './model';

/** By `kind name` or `kind name, side`, for example `call WSPSend, provider`; by the kind alone for every record of it. */
export type Judges = Readonly<Record<string, Judge>>;

export function ruleCheck(
	rules: readonly RuleId[],
	judges: Judges,
	end?: (context: CheckContext, model: Model) => void,
): RuleCheck {
	const interests = Object.entries(judges).map(([key, judge]) => ({ ...interestOf(key), judge }));
	return { rules, interests, ...(end ? { end: (context: CheckContext) => end(context, context.model) } : {}) };
}

/** Keeps the model of a run up to date. */
export function modelKeeper(): RuleCheck {
	const interests = modelKeys.map((key): RuleCheck['interests'][number] => {
		let handlers: readonly Handler[] | undefined;
		const judge: Judge = (record, context, model) => {
			handlers ??= model.handlersOf(key);
			for (let n = 0; n < handlers.length; n++) handlers[n]?.(record, context);
		};
		return { ...interestOf(key), judge };
	});
	return { rules: [], interests };
}
