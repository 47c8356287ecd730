/**
 * Carries the interventions of a what-if branch out while the run writes its trace.
 *
 * A branch has a trace of its own kind, which looks at each record as it is written; an ordinary run has nothing of
 * this and pays nothing. What an intervention changes is changed right after its record; what it writes into the trace
 * is written before the next record, when the thread that wrote the first one has finished entering or leaving a call.
 */
import type { Runnable, Simulation, Thread } from '../../simulation';
import {
	type CallEffect,
	isError,
	type MessageFault,
	type Outcome,
	type RegisteredMemory,
	type World,
	writeMemory,
} from '../../stack';
import { type Context, Reader, type Site, site, Trace, type Value } from '../../trace';
import { isWsaError, type WsaError } from '../../winsock/errors';
import type { Actor, Frame } from './frame';
import type { ChoiceMet, Intervention } from './intervention';
import { Result } from './winsock';

const WHAT_IF = site('what if', ['change']);

/** Leaves an application's call at its entry, with another outcome than the one it would have had. */
export class LeftCall extends Error {
	/** @param outcome as the Winsock functions of the interpreter return it */
	constructor(readonly outcome: Outcome<Result>) {
		super('a call was left at its entry');
	}
}

/** Thrown into the running thread when it is to end where it is. */
export class ThreadEnded extends Error {}

export class Branch {
	readonly trace: Trace;
	/** What the last forced choice met, once it was made. */
	choiceMet: ChoiceMet | undefined;
	/** The activations whose variables can be changed, by the number of their object. */
	readonly frames = new Map<number, Frame>();
	/** Those that found nothing to change: a call that cannot be made to fail, a thread that is not there. */
	readonly unapplied = new Set<Intervention>();
	private readonly byRecord = new Map<number, Intervention[]>();
	/** What is still to be written, before the next record. */
	private pending: (() => void)[] = [];
	private simulation: Simulation | undefined;
	private world: World | undefined;
	private actors: readonly { readonly actor: Actor }[] = [];
	private writing = false;
	private lastContext: Context | undefined;

	constructor(interventions: readonly Intervention[]) {
		for (const intervention of interventions) {
			const same = this.byRecord.get(intervention.atRecord) ?? [];
			same.push(intervention);
			this.byRecord.set(intervention.atRecord, same);
			this.unapplied.add(intervention);
		}
		this.trace = new BranchTrace(this);
	}

	/** Connects the branch to what it changes, before the first record is written. */
	bind(simulation: Simulation, world: World, actors: readonly { readonly actor: Actor }[]): void {
		this.simulation = simulation;
		this.world = world;
		this.actors = actors;
		world.callFaults.override = (component, call) => this.effect(component, call);
		world.messageFaults.override = () => this.messageFault();
	}

	/** Writes what is pending. */
	flush(): void {
		if (this.writing || this.pending.length === 0) return;
		const actions = this.pending;
		this.pending = [];
		this.writing = true;
		try {
			for (const action of actions) action();
		} finally {
			this.writing = false;
		}
	}

	/** Record `seq` was written. */
	written(seq: number, context: Context): void {
		if (this.writing) return;
		this.lastContext = context;
		for (const intervention of this.byRecord.get(seq) ?? []) this.apply(intervention, context);
	}

	/** The outcome of the application's call that is record `seq`, if it is forced. */
	left(seq: number, context: Context, where: Site): LeftCall | undefined {
		const forced = this.byRecord.get(seq)?.find(({ kind }) => kind === 'return');
		if (forced?.kind !== 'return' || !this.isApplicationCall(context)) return undefined;
		const outcome = outcomeOf(forced.outcome, where.name);
		if (outcome === undefined) return undefined;
		this.unapplied.delete(forced);
		return new LeftCall(outcome);
	}

	/** An application's thread, outside of any call: its component has the name of the thread. */
	private isApplicationCall({ call, component, thread }: Context): boolean {
		return call < 0 && component === thread && this.actors.some(({ actor }) => actor.thread.thread === thread);
	}

	private apply(intervention: Intervention, context: Context): void {
		switch (intervention.kind) {
			case 'variable':
				this.setVariable(intervention);
				return;
			case 'memory':
				this.setMemory(intervention, context);
				return;
			case 'nic':
				this.setLink(intervention, context);
				return;
			case 'crash':
				this.endThread(intervention);
				return;
			case 'choice':
				this.orderNext(intervention);
				return;
			case 'message':
				this.note(context, `${intervention.action} ${this.messageName(intervention.atRecord)}`);
				return;
			case 'return':
			case 'output':
			// Asked for by the stack right after the call's record: `effect`; and by the trace: `left`.
		}
	}

	private note(context: Context, change: string): void {
		this.pending.push(() => {
			this.trace.note(this.simulation?.now ?? 0, context, WHAT_IF, context.component, change);
		});
	}

	private setVariable(intervention: Extract<Intervention, { kind: 'variable' }>): void {
		const { object, name, value } = intervention;
		const number = this.objectNamed(object);
		const frame = number === undefined ? undefined : this.frames.get(number);
		const write = frame?.replace(name, value, this.frames.values());
		if (!frame || !write) return;
		this.unapplied.delete(intervention);
		this.note(frame.actor.thread, `${name} = ${JSON.stringify(value)}`);
		this.pending.push(write);
	}

	private setMemory(intervention: Extract<Intervention, { kind: 'memory' }>, context: Context): void {
		const { object, offset, bytes } = intervention;
		const memory = this.memoryNamed(object);
		if (!memory || offset < 0 || offset + bytes.length > memory.bytes.length) return;
		this.unapplied.delete(intervention);
		memory.bytes.set(bytes, offset);
		this.note(context, `${object}[${offset}..${offset + bytes.length}]`);
		this.pending.push(() => {
			const now = this.simulation?.now ?? 0;
			const { trace } = this;
			const recorder: Parameters<typeof writeMemory>[0] = {
				change: (target, field, value) => trace.change(now, context, target, field, value),
				changeToPart: (target, field, ...part) => trace.changeToPart(now, context, target, field, ...part),
			};
			writeMemory(recorder, memory, offset, bytes);
		});
	}

	private setLink(intervention: Extract<Intervention, { kind: 'nic' }>, context: Context): void {
		const { target, up } = intervention;
		const { world, simulation } = this;
		if (!world || !simulation) return;
		this.note(context, `${up ? 'up' : 'down'} ${target}`);
		for (const host of world.hosts.values()) {
			for (const nic of host.nics) {
				if (host.name !== target && nic.name !== target && nic.name !== `${target}.nic`) continue;
				if (nic.up === up || !host.alive) continue;
				this.unapplied.delete(intervention);
				const change = (): void => world.setLink(host, nic, up);
				// TCP/IP tells the others of it; what it is doing itself just now comes to its end first.
				this.pending.push(context === host.tcpip.thread ? () => simulation.ready(change) : change);
			}
		}
	}

	/**
	 * Takes part in the next choice of the scheduler, unless something else happens before. What is chosen goes on until
	 * it has written something: a thread that only lets others go first has not had its turn.
	 */
	private orderNext(intervention: Extract<Intervention, { kind: 'choice' }>): void {
		const { simulation, trace } = this;
		if (!simulation) return;
		this.choiceMet = undefined;
		let lengthThen = -1;
		let chosen: Runnable | undefined;
		simulation.order = (runnable, drawn) => {
			const isQuiet = lengthThen < 0 || trace.length === lengthThen;
			lengthThen = trace.length;
			if (chosen === undefined && isQuiet) {
				if (runnable.length === 1) return drawn;
				this.unapplied.delete(intervention);
				this.choiceMet = { options: runnable.length, seq: trace.length };
				chosen = runnable[intervention.option % runnable.length];
			}
			const at = chosen !== undefined && isQuiet ? runnable.indexOf(chosen) : -1;
			if (at >= 0) return at;
			simulation.order = undefined;
			return drawn;
		};
	}

	private endThread(intervention: Extract<Intervention, { kind: 'crash' }>): void {
		const { simulation } = this;
		const thread = simulation?.threads.find(({ name }) => name === intervention.thread);
		if (!simulation || !thread || thread.state === 'ended') return;
		this.unapplied.delete(intervention);
		this.note(thread, `crash ${thread.name}`);
		this.pending.push(() => {
			thread.end();
			// A running coroutine can only be left from inside; what it would write next is never written.
			if (simulation.running === thread && this.isActor(thread)) throw new ThreadEnded();
		});
	}

	private isActor(thread: Thread): boolean {
		return this.actors.some(({ actor }) => actor.thread === thread);
	}

	/** Asked by a component right after it wrote the record of a call. */
	private effect(component: string, call: string): CallEffect | undefined {
		const seq = this.trace.length - 1;
		for (const forced of this.byRecord.get(seq) ?? []) {
			if (forced.kind === 'output' && isOutcome(forced.outcome)) {
				this.unapplied.delete(forced);
				this.noteReturn(component, call, forced.outcome);
				return { skips: [], outputs: { [forced.name]: forced.outcome } };
			}
			if (forced.kind !== 'return') continue;
			const { outcome } = forced;
			// Without its work a call has nothing to give back; only a connect may succeed at once.
			if (!isOutcome(outcome) || (outcome === 0 && call !== 'WSPConnect')) continue;
			this.unapplied.delete(forced);
			this.noteReturn(component, call, outcome);
			return { skips: [], returns: outcome };
		}
		return undefined;
	}

	private noteReturn(component: string, call: string, outcome: Value): void {
		if (this.lastContext) this.note(this.lastContext, `${component} ${call} returns ${outcome}`);
	}

	private messageName(seq: number): string {
		return new Reader(this.trace).name(seq);
	}

	/** Asked by the wire right before it writes the record of a message. */
	private messageFault(): MessageFault | undefined {
		this.flush();
		const forced = this.byRecord.get(this.trace.length)?.find(({ kind }) => kind === 'message');
		if (forced?.kind !== 'message') return undefined;
		this.unapplied.delete(forced);
		return {
			action: forced.action,
			first: 1,
			last: 1,
			fromNs: 0,
			untilNs: Number.POSITIVE_INFINITY,
			byNs: forced.byNs ?? 0,
		};
	}

	private objectNamed(name: string): number | undefined {
		const { objects, components } = this.trace;
		for (let id = objects.length - 1; id >= 0; id--) {
			const { owner, type, number } = objects[id] as (typeof objects)[number];
			const own = `${components.at(owner)} ${type.name}${number < 0 ? '' : ` ${number}`}`;
			if (own === name) return id;
		}
		return undefined;
	}

	private memoryNamed(name: string): RegisteredMemory | undefined {
		const id = this.objectNamed(name);
		for (const host of this.world?.hosts.values() ?? []) {
			for (const provider of [...host.processes.values()].flatMap((process) => process.switch.providers)) {
				for (const memory of provider.memory.values()) if (memory.object.id === id) return memory;
			}
		}
		return undefined;
	}
}

/** What the interpreter's Winsock functions return for a forced outcome; undefined if the call cannot return it. */
function outcomeOf(value: Value, call: string): Outcome<Result> | undefined {
	if (typeof value === 'string' && isWsaError(value)) return value;
	// A socket cannot be made up: whoever makes one can only be made to fail.
	if (call === 'WSPSocket' || call === 'WSPAccept') return undefined;
	const isReceive = call === 'WSPRecv';
	if (typeof value === 'string' || value instanceof Uint8Array) {
		if (!isReceive) return undefined;
		return new Result(typeof value === 'string' ? new TextEncoder().encode(value) : value);
	}
	return typeof value === 'number' && !isReceive ? new Result(value) : undefined;
}

function isOutcome(value: Value): value is 0 | WsaError {
	return value === 0 || (typeof value === 'string' && isWsaError(value));
}

/** A trace that tells its branch of each record. */
class BranchTrace extends Trace {
	constructor(private readonly branch: Branch) {
		super();
	}

	override call(...args: Parameters<Trace['call']>): number {
		this.branch.flush();
		const [time, context, where, to] = args;
		const seq = super.call(...args);
		const left = this.branch.left(seq, context, where);
		if (left) {
			this.leave(time, context, where, to, seq, left);
			throw left;
		}
		this.branch.written(seq, context);
		return seq;
	}

	/** The return of a call that does nothing, written as its callee. */
	private leave(time: number, caller: Context, where: Site, callee: number, call: number, left: LeftCall): void {
		const { outcome } = left;
		const { thread, phase, source } = caller;
		const context: Context = { thread, phase, source, component: callee, call, cause: call };
		super.note(time, context, WHAT_IF, callee, `${where.name} returns ${isError(outcome) ? outcome : 'at once'}`);
		const value = outcome instanceof Result ? outcome.value : -1;
		const result = typeof value === 'number' || value instanceof Uint8Array ? value : null;
		const error = typeof outcome === 'string' ? outcome : undefined;
		super.return(time, context, site(where.name, []), caller.component, call, result, error);
	}

	override return(...args: Parameters<Trace['return']>): number {
		return this.seen(args[1], () => super.return(...args));
	}

	override signal(...args: Parameters<Trace['signal']>): number {
		return this.seen(args[1], () => super.signal(...args));
	}

	override message(...args: Parameters<Trace['message']>): number {
		return this.seen(args[1], () => super.message(...args));
	}

	override note(...args: Parameters<Trace['note']>): number {
		return this.seen(args[1], () => super.note(...args));
	}

	override violation(...args: Parameters<Trace['violation']>): number {
		return this.seen(args[1], () => super.violation(...args));
	}

	override change(...args: Parameters<Trace['change']>): void {
		this.changed(args[1], () => super.change(...args));
	}

	override changeToPart(...args: Parameters<Trace['changeToPart']>): void {
		this.changed(args[1], () => super.changeToPart(...args));
	}

	private changed(context: Context, write: () => void): void {
		this.branch.flush();
		const before = this.length;
		write();
		if (this.length > before) this.branch.written(before, context);
	}

	private seen(context: Context, write: () => number): number {
		this.branch.flush();
		const seq = write();
		this.branch.written(seq, context);
		return seq;
	}
}
