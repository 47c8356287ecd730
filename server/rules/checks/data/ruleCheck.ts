/**
 * How a check of the data families is made: handlers for the records that it judges, with the model of the run at hand.
 * `modelKeeper` has no rule: it shows the model the records that no other check asks for, so it must be among the checks.
 */
import type { TraceRecord } from '../../../trace';
import type { CheckContext, RuleCheck } from '../../check';
import type { RuleId } from '../../ruleBook';
import { interestOf } from './handlers';
import { Model, modelKeys } from './model';

export type Judge = (record: TraceRecord, context: CheckContext, model: Model) => void;

/** By `kind name`, for example `call WSPSend`, or by the kind alone. */
export type Judges = Readonly<Record<string, Judge>>;

export function ruleCheck(
	rules: readonly RuleId[],
	judges: Judges,
	end?: (context: CheckContext, model: Model) => void,
): RuleCheck {
	const table = new Map(Object.entries(judges));
	// A check is made for one run, so it looks its model up only once.
	let model: Model | undefined;
	return {
		rules,
		interests: [...table.keys()].map(interestOf),
		record(record, context) {
			model ??= Model.of(context);
			const key = model.feed(record, context);
			table.get(key)?.(record, context, model);
			table.get(record.kind)?.(record, context, model);
		},
		...(end ? { end: (context: CheckContext) => end(context, Model.of(context)) } : {}),
	};
}

/** Keeps the model of a run up to date. */
export function modelKeeper(): RuleCheck {
	return ruleCheck([], Object.fromEntries(modelKeys.map((key) => [key, () => undefined])));
}
