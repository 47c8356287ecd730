/**
 * The documented calls: the 45 functions at the boundaries of the switch (SPI, SAN extensions, up-calls, Win32), and the
 * Winsock functions that a scenario's threads call. One shape for the interpreter (look up by name), the checks (number
 * and types of arguments) and the editor (completion, signature help, hover).
 *
 * Names, parameters and errors are facts and carry no language; what a call or a parameter means is in
 * `callTexts.ts`.
 */

import type { BoundaryCall, DocumentedCall, WinsockCall } from './call';
import { connectionCalls } from './data/connectionCalls';
import { dataCalls } from './data/dataCalls';
import { extensionCalls } from './data/extensionCalls';
import { lifecycleCalls } from './data/lifecycleCalls';
import { optionCalls } from './data/optionCalls';
import { upcalls } from './data/upcalls';
import { winsockConnectionCalls } from './data/winsockConnectionCalls';
import { winsockDataCalls } from './data/winsockDataCalls';
import { winsockEventCalls } from './data/winsockEventCalls';
import { winsockOptionCalls } from './data/winsockOptionCalls';
import type { WsaError } from './errors';

const spiTables = { ...lifecycleCalls, ...connectionCalls, ...dataCalls, ...optionCalls } as const;
const winsockTables = {
	...winsockConnectionCalls,
	...winsockDataCalls,
	...winsockEventCalls,
	...winsockOptionCalls,
} as const;
const boundaryTables = { ...spiTables, ...extensionCalls, ...upcalls } as const;

/** Name of an SPI function (`WSPConnect`). */
export type SpiCallName = keyof typeof spiTables;
/** Name of any of the 45 boundary functions. */
export type BoundaryCallName = keyof typeof boundaryTables;
/** Name of a Winsock function that a scenario can call. */
export type WinsockCallName = keyof typeof winsockTables;
export type CallName = BoundaryCallName | WinsockCallName;

/** The 45 boundary functions, by subject. */
export const boundaryCalls: readonly BoundaryCall[] = named<BoundaryCall>(boundaryTables);

/** The Winsock functions of the scenario language, by subject. */
export const scenarioCalls: readonly WinsockCall[] = named<Omit<WinsockCall, 'kind'>>(winsockTables).map((entry) => ({
	...entry,
	kind: 'winsock' as const,
	errors: withSpiErrors(entry.errors, entry.spi),
}));

const boundaryByName: ReadonlyMap<string, BoundaryCall> = new Map(boundaryCalls.map((call) => [call.name, call]));
const scenarioByName: ReadonlyMap<string, WinsockCall> = new Map(scenarioCalls.map((call) => [call.name, call]));

export function findBoundaryCall(name: string): BoundaryCall | undefined {
	return boundaryByName.get(name);
}

export function findScenarioCall(name: string): WinsockCall | undefined {
	return scenarioByName.get(name);
}

/** A call of either kind by its exact name. */
export function findCall(name: string): DocumentedCall | undefined {
	return boundaryByName.get(name) ?? scenarioByName.get(name);
}

/** Codes to expect of a function on the SAN path: the general list and the SAN page's, less those it rules out. */
export function sanErrors(call: BoundaryCall): readonly WsaError[] {
	const notReturned = new Set(call.san?.notReturned);
	return [...new Set([...call.errors, ...(call.san?.errors ?? [])])].filter((error) => !notReturned.has(error));
}

/** How many arguments a scenario call takes. */
export function argumentCount(call: WinsockCall): { readonly least: number; readonly most: number } {
	return {
		least: call.parameters.filter((parameter) => !parameter.optional).length,
		most: call.parameters.length,
	};
}

/** The call as signature help shows it: `send(s, data, flags?)`. */
export function formatScenarioCall(call: WinsockCall): string {
	const parameters = call.parameters.map((parameter) => parameter.name + (parameter.optional ? '?' : ''));
	return `${call.name}(${parameters.join(', ')})`;
}

function named<Entry extends { readonly name: string }>(
	table: Readonly<Record<string, Omit<Entry, 'name'>>>,
): readonly Entry[] {
	return Object.entries(table).map(([name, entry]) => ({ name, ...entry }) as unknown as Entry);
}

function withSpiErrors(own: readonly WsaError[], spi: string | undefined): readonly WsaError[] {
	const call = boundaryCalls.find((candidate) => candidate.name === spi);
	return call ? [...new Set([...own, ...call.errors, ...(call.san?.errors ?? [])])] : own;
}
