/**
 * Names that a function breakpoint takes: `WSPConnect`, `alice.ib0!WSPConnect`, `WSP*Memory`, and `connect`, the
 * Winsock function as the application writes it.
 */
import { nearestName } from '../scenario/nearestName';
import { CALL, RETURN, type Reader, SIGNAL } from '../trace';
import { boundaryCalls, findScenarioCall, scenarioCalls } from '../winsock/calls';
import type { Role } from './role';

/** Where in the life of a call to stop. */
export type CallMoment = 'call' | 'return' | 'delivery';

export interface FunctionName {
	/** Component before the `!`, or undefined. */
	readonly component: string | undefined;
	/** Name or pattern after it. */
	readonly name: string;
	/** Whether a record's name is meant. */
	readonly test: (name: string) => boolean;
	/** True for a Winsock function: only the application's own calls are meant. */
	readonly byApplication: boolean;
}

/** Calls between the layers that are no function of the documentation. */
const privateNames = [
	'ConditionFunc',
	'IRP_MJ_DEVICE_CONTROL',
	'TdiRegisterPnPHandlers',
	'ClientPnPAddNetAddress',
	'post send',
	'post receive',
];

const boundaryNames: readonly string[] = [...boundaryCalls.map((call) => call.name), ...privateNames];

/** Every name that can be written, for completion and hints. */
export const functionNames: readonly string[] = [
	...boundaryNames,
	...scenarioCalls.filter((call) => call.spi !== undefined).map((call) => call.name),
];

export type ReadFunctionName =
	| { readonly kind: 'known'; readonly name: FunctionName }
	| { readonly kind: 'unknownFunction'; readonly name: string; readonly nearest: string | undefined }
	| { readonly kind: 'noMatch'; readonly name: string }
	| { readonly kind: 'unknownComponent'; readonly name: string; readonly nearest: string | undefined };

/** @param components names of the components of the run; without any, components are taken as they are */
export function readFunctionName(text: string, components: readonly string[]): ReadFunctionName {
	const bang = text.indexOf('!');
	const component = bang < 0 ? undefined : text.slice(0, bang).trim();
	const name = text.slice(bang + 1).trim();
	if (component !== undefined && components.length > 0 && !components.includes(component)) {
		return { kind: 'unknownComponent', name: component, nearest: nearestName(component, components) };
	}
	if (name.includes('*') || name.includes('?')) return patternName(component, name);
	if (boundaryNames.includes(name)) {
		return { kind: 'known', name: { component, name, test: (tested) => tested === name, byApplication: false } };
	}
	const spi = findScenarioCall(name)?.spi;
	if (spi !== undefined) {
		return { kind: 'known', name: { component, name, test: (tested) => tested === spi, byApplication: true } };
	}
	return { kind: 'unknownFunction', name, nearest: nearestName(name, functionNames) };
}

function patternName(component: string | undefined, name: string): ReadFunctionName {
	const source = name
		.replace(/[.+^${}()|[\]\\]/g, '\\$&')
		.replaceAll('*', '.*')
		.replaceAll('?', '.');
	const pattern = new RegExp(`^${source}$`);
	if (!boundaryNames.some((known) => pattern.test(known))) return { kind: 'noMatch', name };
	return { kind: 'known', name: { component, name, test: (tested) => pattern.test(tested), byApplication: false } };
}

/** Whether record `seq` is the moment of a call that `wanted` means; the record's name must have passed `wanted.test`. */
export function isMoment(
	reader: Reader,
	seq: number,
	wanted: FunctionName,
	moment: CallMoment,
	roleOf: (component: number) => Role,
): boolean {
	const kind = reader.kind(seq);
	if (moment === 'delivery') return kind === SIGNAL && deliversFor(reader, seq, wanted);
	if (kind === SIGNAL) return hasParty(reader, seq, wanted.component);
	if (kind !== (moment === 'call' ? CALL : RETURN)) return false;
	const call = moment === 'call' ? seq : reader.callOf(seq);
	if (wanted.byApplication && roleOf(reader.from(call)) !== 'application') return false;
	return wanted.component === undefined || componentName(reader, reader.to(call)) === wanted.component;
}

/** Whether the signal was set in motion by such a call. */
function deliversFor(reader: Reader, seq: number, wanted: FunctionName): boolean {
	return isCausedBy(
		reader,
		seq,
		(cause) =>
			reader.kind(cause) === CALL &&
			wanted.test(reader.name(cause)) &&
			(wanted.component === undefined || componentName(reader, reader.to(cause)) === wanted.component),
	);
}

/** How many causes back it is looked. */
const causesMax = 64;

/** Whether a cause of record `seq`, near or far, is one of those wanted. */
export function isCausedBy(reader: Reader, seq: number, isWanted: (cause: number) => boolean): boolean {
	let cause = reader.cause(seq);
	for (let steps = 0; cause >= 0 && steps < causesMax; steps++) {
		if (isWanted(cause)) return true;
		cause = reader.cause(cause);
	}
	return false;
}

function hasParty(reader: Reader, seq: number, component: string | undefined): boolean {
	if (component === undefined) return true;
	return componentName(reader, reader.from(seq)) === component || componentName(reader, reader.to(seq)) === component;
}

function componentName(reader: Reader, component: number): string {
	return reader.trace.components.at(component);
}
