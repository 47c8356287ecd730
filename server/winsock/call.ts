/** The shapes of documented calls: a function at a boundary of the switch, and a Winsock function of the scenario language. */

import type { WsaError } from './errors';
import type { ScenarioType } from './scenarioTypes';

/** `spi`: entry of the provider's table; `san-extension`: fetched by GUID or WSPStartupEx; `upcall`: into the switch. */
export type BoundaryKind = 'spi' | 'san-extension' | 'upcall' | 'win32';

export interface BoundaryParameter {
	readonly name: string;
	/** C type. */
	readonly type: string;
	readonly direction: 'in' | 'out' | 'inout';
}

/** What the SAN reference says about a function, beside or against the general SPI. */
export interface SanFacts {
	readonly role: 'required' | 'not-required' | 'extension';
	/** Codes documented for SAN providers. */
	readonly errors: readonly WsaError[];
	/** Codes of the general list that a SAN provider does not return. */
	readonly notReturned: readonly WsaError[];
	/** False where only the beginning of the page could be read. */
	readonly errorsComplete: boolean;
	readonly source: string;
}

/** A function at a boundary of the switch, as the documentation declares it. */
export interface BoundaryCall {
	readonly name: string;
	readonly kind: BoundaryKind;
	/** C declaration. */
	readonly signature: string;
	readonly parameters: readonly BoundaryParameter[];
	/** The general list; see `sanErrors` for a SAN provider's. */
	readonly errors: readonly WsaError[];
	readonly source: string;
	/** Absent for Win32 functions. */
	readonly san?: SanFacts;
	/** Rules that name the function. */
	readonly rules: readonly string[];
}

export interface ScenarioParameter {
	readonly name: string;
	readonly type: ScenarioType;
	/** Optional parameters come last. */
	readonly optional?: true;
}

/** A Winsock function as scenarios call it: sizes, pointers and out parameters of the C function are left out. */
export interface WinsockCall {
	readonly name: string;
	readonly kind: 'winsock';
	/** C declaration of the real function, for comparison. */
	readonly signature: string;
	/** Parameters in the scenario language, in the order of the C function. */
	readonly parameters: readonly ScenarioParameter[];
	readonly result: ScenarioType;
	/** The SPI function it maps to; undefined where Ws2_32.dll answers itself. */
	readonly spi: string | undefined;
	/** Whether it waits on a blocking socket (or, for waits, until the time-out). */
	readonly blocking: boolean;
	/** Codes that it can fail with: those of the SPI function, on the TCP/IP or the SAN path, and its own. */
	readonly errors: readonly WsaError[];
	readonly source: string;
	/** Rules that say how the switch serves it. */
	readonly rules: readonly string[];
}

export type DocumentedCall = BoundaryCall | WinsockCall;
