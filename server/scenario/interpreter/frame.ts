/** Where the variables of a running function or thread live, and what its statements act on. */

import type { Thread } from '../../simulation';
import type { Process, World } from '../../stack';
import { type ObjectType, objectType, type Trace, type TracedObject, type Value } from '../../trace';
import { parseSocketAddress } from '../../winsock/address';
import type { Variable } from '../scopes';
import type { Branch } from './branch';
import type { RuntimeValue } from './value';
import { AddressValue, addressValue, traced } from './value';

/** A thread of an application while it runs. */
export interface Actor {
	readonly thread: Thread;
	readonly process: Process;
	readonly world: World;
	/** Number of the next event object that the application creates. */
	events: number;
	/** Functions that are active inside each other. */
	depth: number;
	/** WSAGetLastError. */
	lastError: string;
	/** Reports that the scenario has failed; the thread must stop. */
	readonly fail: Fail;
	/** The process on the same host that a thread (`bob.child`) belongs to. */
	readonly processOf: (thread: string) => string | undefined;
	readonly now: () => number;
	/** The what-if branch that the run is, if it is one. */
	readonly branch?: Branch | undefined;
}

/** @param text sentence with numbered places */
export type Fail = (actor: Actor, text: string, args: readonly (string | number)[]) => never;

/** One activation of a thread body or function. */
export class Frame {
	private readonly values = new Map<Variable, RuntimeValue>();
	private readonly object: TracedObject | undefined;

	/**
	 * @param outer the scenario's shared variables, seen from a thread body
	 * @param names variables to be recorded; none for expressions that run outside any thread
	 */
	constructor(
		readonly actor: Actor,
		readonly outer: Frame | undefined,
		names: readonly string[],
		owner: number,
		trace: Trace | undefined,
		number: number,
	) {
		this.object = trace && names.length > 0 ? trace.object(variablesType(names), owner, number) : undefined;
		if (this.object) actor.branch?.frames.set(this.object.id, this);
	}

	get(variable: Variable): RuntimeValue {
		const value = this.values.get(variable);
		if (value !== undefined) return value;
		return this.outer ? this.outer.get(variable) : null;
	}

	/** Gives a variable its first value, in this frame. */
	declare(variable: Variable, value: RuntimeValue): void {
		this.values.set(variable, value);
		this.record(variable, value);
	}

	/** Changes a variable wherever it lives. */
	assign(variable: Variable, value: RuntimeValue): void {
		if (this.values.has(variable) || !this.outer) this.declare(variable, value);
		else this.outer.assign(variable, value);
	}

	/**
	 * Gives the variable of this name another value, as the trace shows it. A socket or event object must be one that
	 * some variable holds.
	 * @returns what writes the change into the trace, or undefined if there is no such variable or value
	 */
	replace(name: string, value: Value, all: Iterable<Frame>): (() => void) | undefined {
		const variable = [...this.values.keys()].reverse().find((known) => known.name === name);
		if (!variable) return undefined;
		const replacement = runtimeValue(value, this.values.get(variable) ?? null, all);
		if (replacement === undefined) return undefined;
		this.values.set(variable, replacement);
		return () => this.record(variable, replacement);
	}

	/** A value in this frame that the trace shows as `text`: a socket, an event object, an address. */
	shownAs(text: string): RuntimeValue | undefined {
		for (const value of this.values.values()) if (typeof value === 'object' && traced(value) === text) return value;
		return undefined;
	}

	private record(variable: Variable, value: RuntimeValue): void {
		if (this.object && this.object.type.index[variable.name] !== undefined) {
			this.actor.thread.change(this.object, variable.name, traced(value));
		}
	}
}

const types = new Map<string, ObjectType>();

/** Equal lists of names share one type. */
function variablesType(names: readonly string[]): ObjectType {
	const key = names.join('\u0000');
	const known = types.get(key);
	if (known) return known;
	const made = objectType('variables', names);
	types.set(key, made);
	return made;
}

/** What the trace's value stands for where `present` stood before. */
function runtimeValue(value: Value, present: RuntimeValue, all: Iterable<Frame>): RuntimeValue | undefined {
	if (value === null || typeof value === 'number' || typeof value === 'boolean' || value instanceof Uint8Array)
		return value;
	if (typeof value !== 'string') return undefined;
	if (present instanceof AddressValue) {
		const address = parseSocketAddress(value);
		return address && addressValue(address);
	}
	if (typeof present !== 'object' || present === null) return value;
	for (const frame of all) {
		const found = frame.shownAs(value);
		if (found !== undefined) return found;
	}
	return undefined;
}
