/** What the functions of `builtins.ts` do. */
import { AppSocket, winsockSwitch } from '../../stack';
import { socketAddress } from '../../winsock/address';
import type { Actor } from './frame';
import { addressValue, asBytes, plain, type RuntimeValue, ValueError } from './value';
import { checkLength, listOf, MOST_BYTES } from './valueLimits';
import { ipOf } from './winsock';

type BuiltinFunction = (actor: Actor, args: readonly RuntimeValue[]) => RuntimeValue;

const decoder = new TextDecoder();

function numberAt(args: readonly RuntimeValue[], index: number, otherwise: number): number {
	const value = args[index];
	return typeof value === 'number' ? value : otherwise;
}

/** @throws ValueError where the number is no byte */
function byteOf(value: number): number {
	if (Number.isInteger(value) && value >= 0 && value <= 0xff) return value;
	throw new ValueError('{0} is no byte; bytes are 0 to {1}', [value, 0xff]);
}

/** @throws ValueError where the number is no port */
function portOf(value: number): number {
	if (Number.isInteger(value) && value >= 0 && value <= 0xffff) return value;
	throw new ValueError('{0} is no port; ports are 0 to {1}', [value, 0xffff]);
}

function join(parts: readonly RuntimeValue[]): Uint8Array {
	const blocks = parts.map((part) => (typeof part === 'number' ? Uint8Array.of(byteOf(part)) : asBytes(part)));
	const length = blocks.reduce((sum, block) => sum + (block?.length ?? 0), 0);
	checkLength(length);
	const all = new Uint8Array(length);
	let at = 0;
	for (const block of blocks) {
		if (!block) continue;
		all.set(block, at);
		at += block.length;
	}
	return all;
}

const functions: Readonly<Record<string, BuiltinFunction>> = {
	now: (actor) => actor.now(),
	length: (_actor, [of]) => (typeof of === 'string' || of instanceof Uint8Array || Array.isArray(of) ? of.length : 0),
	bytes: (_actor, args) => join(args),
	fill: (_actor, args) =>
		new Uint8Array(Math.min(MOST_BYTES, Math.max(0, numberAt(args, 0, 0)))).fill(byteOf(numberAt(args, 1, 0))),
	slice: (_actor, args) => {
		const [of] = args;
		const start = numberAt(args, 1, 0);
		const end = typeof args[2] === 'number' ? args[2] : undefined;
		if (typeof of === 'string') return of.slice(start, end);
		if (of instanceof Uint8Array) return of.slice(start, end);
		return Array.isArray(of) ? listOf((of as RuntimeValue[]).slice(start, end)) : null;
	},
	text: (_actor, [value]) => (value instanceof Uint8Array ? decoder.decode(value) : plain(value ?? null)),
	address: (_actor, args) => {
		const ip = ipOf(args[0] ?? null);
		return ip ? addressValue(socketAddress(ip, portOf(numberAt(args, 1, 0)))) : null;
	},
	VirtualFree: (actor, [data]) => {
		const bytes = asBytes(data ?? null);
		if (bytes) winsockSwitch.VirtualFree(actor.process.switch, actor.thread, bytes);
		return null;
	},
	DuplicateHandle: (actor, [s, process]) => {
		const name = String(process ?? '');
		const target = actor.process.host.processes.get(actor.processOf(name) ?? name);
		if (!(s instanceof AppSocket) || !target) return null;
		return winsockSwitch.DuplicateHandle(actor.process.switch, actor.thread, s, target.switch) ?? null;
	},
	inherit: (actor, [s]) => {
		if (!(s instanceof AppSocket)) return null;
		for (const { switch: from } of actor.process.host.processes.values()) {
			if (from.sockets.get(s.descriptor) !== s) continue;
			return winsockSwitch.inheritHandle(actor.process.switch, actor.thread, s, from) ?? null;
		}
		return null;
	},
	random: (actor, args) => actor.world.simulation.choices.next(Math.max(1, numberAt(args, 0, 1))),
};

/** The function of that name, or undefined. */
export function builtinFunction(name: string): BuiltinFunction | undefined {
	return Object.hasOwn(functions, name) ? functions[name] : undefined;
}
