/** The values that a scenario computes with, how they compare, how they read in messages and in the trace. */
import type { Coroutine } from '../../simulation';
import { AppSocket, EventObject, OverlappedRequest, ProtocolInfo } from '../../stack';
import type { Value as TraceValue } from '../../trace';
import { bytesText } from '../../trace';
import type { IpAddress, SocketAddress } from '../../winsock/address';
import type { Actor } from './frame';

/** An address literal: with or without a port. */
export class AddressValue {
	constructor(
		readonly ip: IpAddress,
		/** 0 where none was given. */
		readonly port: number,
		readonly text: string,
	) {}
}

/** Thrown where a value has the wrong kind, or is too large; becomes a failure of the scenario at its statement. */
export class ValueError extends Error {
	constructor(
		readonly text: string,
		readonly args: readonly (string | number)[] = [],
	) {
		super(text);
	}
}

export type RuntimeValue =
	| null
	| boolean
	| number
	| string
	| Uint8Array
	| AddressValue
	| AppSocket
	| EventObject
	| readonly RuntimeValue[]
	| RecordValue
	| FunctionValue
	| OverlappedRequest
	| ProtocolInfo;

/** What a call with several results gives back, for example WSAEnumNetworkEvents. */
export class RecordValue {
	constructor(readonly members: Readonly<Record<string, RuntimeValue>>) {}
}

/** A function of the scenario used as a value: the condition function of an accept. */
export class FunctionValue {
	constructor(
		readonly name: string,
		readonly call: (actor: Actor, args: readonly RuntimeValue[]) => Coroutine<unknown>,
	) {}
}

export function addressValue(address: SocketAddress): AddressValue {
	return new AddressValue(address.ip, address.port, address.text);
}

/** Bytes of a value that a message shows. */
const MOST_SHOWN = 64;

/** As messages show it: text in quotes, bytes as text where they are printable. */
export function show(value: RuntimeValue): string {
	if (value === null) return 'NULL';
	if (typeof value === 'string') return JSON.stringify(value);
	if (value instanceof Uint8Array) {
		if (value.length > MOST_SHOWN) return `${show(value.subarray(0, MOST_SHOWN))}… (${value.length} bytes)`;
		const text = bytesText(value);
		return text.startsWith('0x') ? text : JSON.stringify(text);
	}
	if (Array.isArray(value)) return `[${value.map((item: RuntimeValue) => show(item)).join(', ')}]`;
	if (value instanceof RecordValue) {
		return `{${Object.entries(value.members)
			.map(([name, member]) => `${name}: ${show(member)}`)
			.join(', ')}}`;
	}
	return plain(value);
}

/** As `log` and `text` print it: text without quotes. */
export function plain(value: RuntimeValue): string {
	if (typeof value === 'string') return value;
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	if (value instanceof AddressValue) return value.text;
	if (value instanceof AppSocket) return `socket ${value.descriptor}`;
	if (value instanceof EventObject) return `event ${value.number}`;
	if (value instanceof OverlappedRequest) return `overlapped ${value.number}`;
	if (value instanceof ProtocolInfo) return `protocol information for process ${value.process}`;
	if (value instanceof FunctionValue) return `function ${value.name}`;
	if (value instanceof Uint8Array) return bytesText(value);
	return show(value);
}

/** As a variable of a thread is recorded. */
export function traced(value: RuntimeValue): TraceValue {
	if (value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string')
		return value;
	if (value instanceof Uint8Array) return value;
	if (Array.isArray(value)) return value.map((item: RuntimeValue) => traced(item));
	if (value instanceof RecordValue) {
		return Object.fromEntries(Object.entries(value.members).map(([name, member]) => [name, traced(member)]));
	}
	return plain(value);
}

const utf8 = new TextEncoder();
/** Texts that were encoded already: a scenario sends and compares the same few texts again and again. */
const encoded = new Map<string, Uint8Array>();

function encode(text: string): Uint8Array {
	const known = encoded.get(text);
	if (known) return known;
	const bytes = utf8.encode(text);
	if (encoded.size < 1024 && text.length < 1024) encoded.set(text, bytes);
	return bytes;
}

/** The bytes of a value that can be sent, or undefined. */
export function asBytes(value: RuntimeValue): Uint8Array | undefined {
	if (value instanceof Uint8Array) return value;
	if (typeof value === 'string') return encode(value);
	return undefined;
}

/** Equality of the language: text and bytes with the same content are equal, addresses by their text. */
export function equal(a: RuntimeValue, b: RuntimeValue): boolean {
	if (a === b) return true;
	if (a instanceof AddressValue && b instanceof AddressValue) return a.text === b.text;
	if (a instanceof AddressValue || b instanceof AddressValue) return plain(a) === plain(b);
	if (Array.isArray(a) && Array.isArray(b)) {
		return a.length === b.length && a.every((item: RuntimeValue, i) => equal(item, b[i] as RuntimeValue));
	}
	if (a instanceof Uint8Array || b instanceof Uint8Array) return equalBytes(asBytes(a), asBytes(b));
	return false;
}

function equalBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
	if (!a || !b || a.length !== b.length) return false;
	return a.every((byte, i) => byte === b[i]);
}

/** Whether a condition holds: false, 0, NULL, empty text and an error name do not. */
export function truthy(value: RuntimeValue): boolean {
	if (typeof value === 'string' || value instanceof Uint8Array) return value.length > 0;
	return value !== null && value !== false && value !== 0;
}
