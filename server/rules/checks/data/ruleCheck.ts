/**
 * How a check of the data families is made: judges for the records of interest, with the model of the run at hand.
 * `modelKeeper` has no rule: it shows the model the records that it follows, so it must be the first of the checks.
 */
import type { CheckContext, RuleCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import type { RuleId } from '../../ruleBook';
import type { Handler } from './handlers';
import { interestOf } from './handlers';
import { Model, modelKeys } from './model';

export type Judge = (record: SeenRecord, context: CheckContext, model: Model) => void;

/** By `kind name` or `kind name, side`, for example `call WSPSend, provider`; by the kind alone for every record of it. */
export type Judges = Readonly<Record<string, Judge>>;

export function ruleCheck(
	rules: readonly RuleId[],
	judges: Judges,
	end?: (context: CheckContext, model: Model) => void,
): RuleCheck {
	// A check is made for one run, so it looks its model up only once.
	let model: Model | undefined;
	const interests = Object.entries(judges).map(([key, judge]) => ({
		...interestOf(key),
		judge(record: SeenRecord, context: CheckContext): void {
			model ??= Model.of(context);
			judge(record, context, model);
		},
	}));
	return { rules, interests, ...(end ? { end: (context: CheckContext) => end(context, Model.of(context)) } : {}) };
}

/** Keeps the model of a run up to date. */
export function modelKeeper(): RuleCheck {
	const interests = modelKeys.map((key) => {
		let handlers: readonly Handler[] | undefined;
		return {
			...interestOf(key),
			judge(record: SeenRecord, context: CheckContext): void {
				handlers ??= Model.of(context).handlersOf(key);
				for (const handler of handlers) handler(record, context);
			},
		};
	});
	return { rules: [], interests };
}
