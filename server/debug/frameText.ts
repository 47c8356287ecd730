/** What a stack frame adds to its name when the client asks for parameters and lines (`StackFrameFormat`). */
import type { Value } from '../trace';
import { typeText, valueText } from './recordText';
import type { RequestArguments } from './requestArguments';

export interface FrameFormat {
	readonly hex: boolean;
	readonly parameters: boolean;
	readonly types: boolean;
	readonly names: boolean;
	readonly values: boolean;
	readonly line: boolean;
}

/** The format that a `stackTrace` request asks for; undefined if it asks for nothing. */
export function frameFormatOf(args: RequestArguments): FrameFormat | undefined {
	if (args.raw('format') === undefined) return undefined;
	const format = args.object('format');
	const chosen = ['parameterTypes', 'parameterNames', 'parameterValues'].some((name) => format.flag(name));
	return {
		hex: format.flag('hex'),
		parameters: format.flag('parameters') || chosen,
		types: format.flag('parameterTypes'),
		// Parameters without any detail are shown as the trace has them: names and values.
		names: format.flag('parameterNames') || !chosen,
		values: format.flag('parameterValues') || !chosen,
		line: format.flag('line'),
	};
}

/** `alice.ib0!WSPConnect(s: 2, name: "10.1.0.2:7000") line 7` */
export function frameText(
	name: string,
	args: { readonly [name: string]: Value } | undefined,
	line: number,
	format: FrameFormat,
): string {
	const listed = args && format.parameters ? `(${Object.entries(args).map(parameterText(format)).join(', ')})` : '';
	return `${name}${listed}${format.line && line > 0 ? ` line ${line}` : ''}`;
}

function parameterText({ types, names, values, hex }: FrameFormat): (entry: [string, Value]) => string {
	return ([name, value]) => {
		const left = [...(types ? [typeText(value)] : []), ...(names ? [name] : [])].join(' ');
		if (!values) return left;
		return left === '' ? valueText(value, hex) : `${left}: ${valueText(value, hex)}`;
	};
}
