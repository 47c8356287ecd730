/** What the requests that move the cursor ask for, read from their arguments. */
import type { Reader } from '../trace';
import type { Goal } from './cursor';
import type { Debuggee } from './debuggee';
import { RequestError } from './errors';
import type { Place } from './evaluate';
import type { RequestArguments } from './requestArguments';
import type { Granularity } from './stepping';
import type { Texts } from './texts';

export function granularityOf(args: RequestArguments): Granularity {
	const granularity = args.optionalText('granularity') ?? 'statement';
	if (granularity === 'statement' || granularity === 'line' || granularity === 'instruction') return granularity;
	throw new RequestError('badArgument', 'granularity', 'statement, line or instruction');
}

export function directionOf(args: RequestArguments): Goal['direction'] {
	const direction = args.optionalText('direction') ?? 'forward';
	if (direction === 'forward' || direction === 'backward') return direction;
	throw new RequestError('badArgument', 'direction', 'forward or backward');
}

/** To the next record that leaves or reaches one component. @param atWork the component meant if none is named */
export function lifelineGoal(args: RequestArguments, reader: Reader, atWork: () => number): Goal {
	const name = args.optionalText('component');
	const component = name === undefined ? atWork() : reader.trace.components.find(name);
	if (component === undefined) throw new RequestError('unknownName', String(name), '');
	const isMessage = (seq: number): boolean => reader.from(seq) !== reader.to(seq);
	const reached = (seq: number): boolean =>
		isMessage(seq) && (reader.from(seq) === component || reader.to(seq) === component);
	return { direction: directionOf(args), thread: -1, reached };
}

/** The record that set what an expression names; standing on it, the one before. */
export function previousChange(
	expression: string,
	place: Place,
	{ evaluator, objects }: Debuggee,
	texts: Texts,
): number {
	const answer = evaluator.evaluate(expression, place);
	const key = answer.kind === 'value' ? answer.key : undefined;
	if (key === undefined) throw new RequestError('notEvaluated', texts('unknownData', expression));
	const last = objects.history.lastChange(key, place.seq);
	const target = last === place.seq ? objects.history.lastChange(key, place.seq - 1) : last;
	if (target < 0) throw new RequestError('notEvaluated', texts('noSuchRecordYet'));
	return target;
}
