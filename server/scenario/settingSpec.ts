/**
 * How the values of a setting are written and read: small descriptions that `settings.ts` puts together, one line a
 * setting.
 */

import type { WsaError } from '../winsock/errors';
import { isIntegerLiteral, isQuantityLiteral, isSettingWord, type Setting } from './generated/ast';
import { readQuantity } from './literals';

type Value = Setting['values'][number];

export interface SettingSpec<Value_> {
	/** What may stand behind the name, as messages and completion show it. */
	readonly forms: readonly string[];
	/** Between what the value must lie, as messages show it, where the forms do not say. */
	readonly limits?: string;
	/** The value if the setting is not given. */
	readonly initial: Value_;
	/** The value, or undefined if the source fits no form. */
	readonly read: (values: readonly Value[]) => Value_ | undefined;
}

/** The word of a value that is one, `on` and `off` included. */
function wordOf(value: Value | undefined): string | undefined {
	if (value === undefined) return undefined;
	if (isSettingWord(value) || value.$type === 'BooleanLiteral') return value.word;
	return undefined;
}

function single<T>(forms: readonly string[], initial: T, read: (value: Value) => T | undefined): SettingSpec<T> {
	return {
		forms,
		initial,
		read: (values) => (values.length === 1 && values[0] !== undefined ? read(values[0]) : undefined),
	};
}

function quantity<K extends 'duration' | 'size' | 'bandwidth' | 'percent'>(value: Value | undefined, kind: K) {
	if (value === undefined || !isQuantityLiteral(value)) return undefined;
	const read = readQuantity(value.text);
	return read.kind === kind ? (read as Extract<ReturnType<typeof readQuantity>, { kind: K }>) : undefined;
}

/** A duration in ns. */
export function duration(initialNs: number): SettingSpec<number> {
	return single(['DURATION'], initialNs, (value) => quantity(value, 'duration')?.ns);
}

/** A size in bytes. */
export function size(initialBytes: number): SettingSpec<number> {
	return single(['SIZE'], initialBytes, bytesOf);
}

/** A size in bytes within limits. */
export function sizeWithin(initialBytes: number, least: number, mostMiB: number): SettingSpec<number> {
	const spec = single(['SIZE'], initialBytes, (value) => {
		const bytes = bytesOf(value);
		return bytes !== undefined && bytes >= least && bytes <= mostMiB * 1024 * 1024 ? bytes : undefined;
	});
	return { ...spec, limits: `${least}B..${mostMiB}MiB` };
}

/** A size in bytes from `least` on, or none: Infinity. */
export function sizeOrUnlimited(initialBytes: number, least = 0): SettingSpec<number> {
	const spec = single(['SIZE', 'unlimited'], initialBytes, (value) => {
		if (wordOf(value) === 'unlimited') return Number.POSITIVE_INFINITY;
		const bytes = bytesOf(value);
		return bytes !== undefined && bytes >= least ? bytes : undefined;
	});
	return least > 0 ? { ...spec, limits: `${least}B..` } : spec;
}

function bytesOf(value: Value): number | undefined {
	return isIntegerLiteral(value) ? value.value : quantity(value, 'size')?.bytes;
}

/** Bits per second. */
export function bandwidth(initial: number): SettingSpec<number> {
	return single(['BANDWIDTH'], initial, (value) => quantity(value, 'bandwidth')?.bitsPerSecond);
}

/** A share from 0 to 1. */
export function percent(initial: number): SettingSpec<number> {
	return single(['PERCENT'], initial, (value) => {
		const fraction = quantity(value, 'percent')?.fraction;
		return fraction !== undefined && fraction <= 1 ? fraction : undefined;
	});
}

/** A whole number within limits. */
export function count(initial: number, least: number, most: number): SettingSpec<number> {
	return single([`${least}..${most}`], initial, (value) =>
		isIntegerLiteral(value) && value.value >= least && value.value <= most ? value.value : undefined,
	);
}

export function onOff(initial: boolean): SettingSpec<boolean> {
	return single(['on', 'off'], initial, (value) => {
		const word = wordOf(value);
		return word === 'on' || word === 'off' ? word === 'on' : undefined;
	});
}

/** One of some words; the first is the initial one. */
export function oneOf<const Words extends readonly [string, ...string[]]>(...words: Words): SettingSpec<Words[number]> {
	return single<Words[number]>(words, words[0], (value) => words.find((word) => word === wordOf(value)));
}

/** One of some error codes; the first is the initial one. */
export function errorCode<const Codes extends readonly [WsaError, ...WsaError[]]>(
	...codes: Codes
): SettingSpec<Codes[number]> {
	return oneOf(...codes) as SettingSpec<Codes[number]>;
}

/** A word that switches something on by being there. */
export function marker(word: string): SettingSpec<boolean> {
	return { ...single<boolean>([word], false, (value) => (wordOf(value) === word ? true : undefined)) };
}

/** How a provider completes an operation; without a delay, an asynchronous one takes as long as the network does. */
export type Completion =
	| { readonly kind: 'immediate' }
	| { readonly kind: 'asynchronous'; readonly delayNs: number | undefined };

export function completion(): SettingSpec<Completion> {
	return {
		forms: ['immediate', 'asynchronous', 'asynchronous DURATION'],
		initial: { kind: 'asynchronous', delayNs: undefined },
		read: (values) => {
			const [first, second] = values;
			if (wordOf(first) === 'immediate' && values.length === 1) return { kind: 'immediate' };
			if (wordOf(first) !== 'asynchronous' || values.length > 2) return undefined;
			if (second === undefined) return { kind: 'asynchronous', delayNs: undefined };
			const delayNs = quantity(second, 'duration')?.ns;
			return delayNs === undefined ? undefined : { kind: 'asynchronous', delayNs };
		},
	};
}
