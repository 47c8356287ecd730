/**
 * The types of values, and which fits where.
 *
 * Inference is modest: what is not known for certain fits everything, so that a correct file is never refused.
 */

import { type ConstantGroup, constantGroups } from '../winsock/constants';
import type { ScenarioType } from '../winsock/scenarioTypes';
import { anyType } from './builtins';

export function isAny(type: ScenarioType): boolean {
	return type.kind === 'oneOf' && type.types.length === 0;
}

const groupsByName: ReadonlyMap<string, readonly ConstantGroup[]> = collectGroups();

function collectGroups(): ReadonlyMap<string, readonly ConstantGroup[]> {
	const groups = new Map<string, ConstantGroup[]>();
	for (const [group, constants] of Object.entries(constantGroups)) {
		for (const name of Object.keys(constants)) {
			groups.set(name, [...(groups.get(name) ?? []), group as ConstantGroup]);
		}
	}
	return groups;
}

/** Type of a Winsock constant by name: of its group or groups; a plain number if it is in none. */
export function constantType(name: string): ScenarioType {
	const groups = groupsByName.get(name) ?? [];
	const types = groups.map((group): ScenarioType => ({ kind: 'constant', group }));
	const [only] = types;
	if (only === undefined) return { kind: 'number' };
	return types.length === 1 ? only : { kind: 'oneOf', types };
}

/** Whether arithmetic can be done with it: a number, a constant or flags. */
export function isNumeric(type: ScenarioType): boolean {
	return isAny(type) || hasKind(type, ['number', 'constant', 'flags']);
}

/** Whether the type is, or may be, one of these kinds. */
export function hasKind(type: ScenarioType, kinds: readonly ScenarioType['kind'][]): boolean {
	if (type.kind === 'oneOf') return type.types.length === 0 || type.types.some((inner) => hasKind(inner, kinds));
	return kinds.includes(type.kind);
}

/** Whether a value of the actual type may stand where the expected type is asked for. */
export function fits(actual: ScenarioType, expected: ScenarioType): boolean {
	if (isAny(actual) || isAny(expected)) return true;
	if (actual.kind === 'oneOf') return actual.types.some((inner) => fits(inner, expected));
	if (expected.kind === 'oneOf') return expected.types.some((inner) => fits(actual, inner));
	switch (expected.kind) {
		case 'number':
			return actual.kind === 'number' || actual.kind === 'constant' || actual.kind === 'flags';
		case 'constant':
		case 'flags':
			if (actual.kind === 'constant' || actual.kind === 'flags') return actual.group === expected.group;
			return actual.kind === 'number';
		case 'list':
			return actual.kind === 'list' && fits(actual.of, expected.of);
		case 'record':
			return actual.kind === 'record' && actual.name === expected.name;
		default:
			return actual.kind === expected.kind;
	}
}

const numberLike: readonly ScenarioType['kind'][] = ['number', 'constant', 'flags', 'error'];
const textLike: readonly ScenarioType['kind'][] = ['text', 'bytes'];

/** Whether two values can be equal: number and error code, text and bytes compare with each other. */
export function comparable(a: ScenarioType, b: ScenarioType): boolean {
	if (fits(a, b) || fits(b, a)) return true;
	return [numberLike, textLike].some((kinds) => hasKind(a, kinds) && hasKind(b, kinds));
}

/** The common type of several values, or any. */
export function commonType(types: readonly ScenarioType[]): ScenarioType {
	const [first, ...rest] = types;
	if (first === undefined) return anyType;
	return rest.every((type) => fits(type, first) && fits(first, type)) ? first : anyType;
}

/** A condition is a boolean, or a number of which 0 counts as false (flags, as in C). */
export const conditionType: ScenarioType = { kind: 'oneOf', types: [{ kind: 'boolean' }, { kind: 'number' }] };
