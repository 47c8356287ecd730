/** How a check of the data families is made: handlers for the records that it judges, with the model of the run at hand. */
import type { TraceRecord } from '../../../trace';
import type { CheckContext, RuleCheck } from '../../check';
import type { RuleId } from '../../ruleBook';
import { interestOf, keysOf } from './handlers';
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
	return {
		rules,
		interests: [...new Set([...modelKeys, ...table.keys()])].map(interestOf),
		record(record, context) {
			const model = Model.of(context);
			const [key, kind] = keysOf(record);
			model.feed(record, key, context);
			table.get(key)?.(record, context, model);
			table.get(kind)?.(record, context, model);
		},
		...(end ? { end: (context: CheckContext) => end(context, Model.of(context)) } : {}),
	};
}
