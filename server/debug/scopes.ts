/** The scopes of a frame: what is worth looking at where execution stands, by the role of the component at work. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { durationText } from '../simulation/time';
import { phases, type Reader, RETURN, type Value } from '../trace';
import type { CallFrame } from './frames';
import { eventText } from './recordText';
import type { Role } from './role';
import type { RunObjects } from './runObjects';
import type { TextKey, Texts } from './texts';
import { type Container, type Entry, namedEntries } from './variables';

export interface Scope {
	readonly name: string;
	readonly hint?: 'arguments' | 'locals' | 'returnValue';
	readonly expensive: boolean;
	readonly container: Container;
}

/** Kinds of objects that a component of each role owns, in the order in which they are shown. */
const kindsOfRole: Readonly<Record<Role, readonly (readonly [type: string, title: TextKey])[]>> = {
	application: [],
	switch: [
		['session', 'scopeSession'],
		['table', 'scopeTable'],
		['memory', 'scopeMemory'],
		['event', 'scopeEvents'],
	],
	provider: [
		['memory', 'scopeMemory'],
		['event', 'scopeEvents'],
		['queue', 'scopeQueue'],
	],
	proxy: [['addresses', 'scopeTable']],
	nic: [['queue', 'scopeQueue']],
	tcpip: [['queue', 'scopeQueue']],
};

export class Scopes {
	private readonly reader: Reader;

	constructor(
		private readonly objects: RunObjects,
		private readonly texts: Texts,
		private readonly seed: number,
	) {
		this.reader = objects.reader;
	}

	/** @param seq the record at which execution stands */
	of(frame: CallFrame, seq: number): readonly Scope[] {
		const scopes: Scope[] = [];
		const add = (key: TextKey, container: Container, hint?: Scope['hint'], expensive = false): void => {
			scopes.push({ name: this.texts(key), container, expensive, ...(hint ? { hint } : {}) });
		};
		if (frame.role === 'application') this.addLocals(frame, seq, add);
		if (frame.call >= 0) add('scopeArguments', this.argumentsOf(frame.call), 'arguments');
		const result = this.resultAt(frame, seq);
		if (result) add('scopeResult', result, 'returnValue');
		const socket = this.socketOf(frame, seq);
		if (socket !== undefined) add('scopeSocket', this.objectContainer(socket, seq));
		for (const [type, title] of kindsOfRole[frame.role]) {
			const ids = this.objects.ownedBy(frame.component, seq, type);
			if (ids.length > 0) add(title, this.objectsContainer(ids, seq));
		}
		add('scopeRun', this.runContainer(seq));
		return scopes;
	}

	/** An object's fields, as they are after record `seq`. */
	objectContainer(id: number, seq: number): Container {
		const fields = this.objects.history.fieldsAt(id, seq);
		const name = this.reader.objectName(id);
		return namedEntries(
			fields.map((field) => ({
				name: field.name,
				value: field.value,
				key: field.key,
				evaluateName: `object("${name}").${field.name}`,
			})),
		);
	}

	/** One object opened, or a list of several. */
	objectsContainer(ids: readonly number[], seq: number): Container {
		if (ids.length === 1) return this.objectContainer(ids[0] as number, seq);
		return {
			named: ids.length,
			entries: (start, count) => ids.slice(start, start + count).map((id) => this.objectEntry(id, seq)),
		};
	}

	objectEntry(id: number, seq: number): Entry {
		const { type, number } = this.objects.entry(id);
		return {
			name: number < 0 ? type.name : `${type.name} ${number}`,
			value: undefined,
			text: this.objectSummary(id, seq),
			type: type.name,
			evaluateName: `object("${this.reader.objectName(id)}")`,
			children: this.objectContainer(id, seq),
		};
	}

	/** The state of an object in a word or two. */
	objectSummary(id: number, seq: number): string {
		const state = this.objects.field(id, 'state', seq) ?? this.objects.history.fieldsAt(id, seq)[0]?.value;
		return state === undefined ? this.reader.objectName(id) : String(typeof state === 'object' ? '{…}' : state);
	}

	/** The object of the local variables of a thread, or undefined. */
	localsOf(thread: number, seq: number): number | undefined {
		return this.objects.ownedBy(thread, seq, 'variables').at(-1);
	}

	/** The socket that a frame works on: the argument `s` of its call, or of an outer call of the same component. */
	socketOf(frame: CallFrame, seq: number): number | undefined {
		for (let call: number | null = frame.call < 0 ? null : frame.call; call !== null; call = this.reader.within(call)) {
			if (this.reader.to(call) !== frame.component) return undefined;
			const descriptor = this.reader.args(call).s;
			if (typeof descriptor === 'number') return this.objects.find(frame.component, 'socket', descriptor, seq);
		}
		return undefined;
	}

	/** The socket that a number in an application's variable stands for. */
	socketOfApplication(thread: number, descriptor: number, seq: number): number | undefined {
		const { components } = this.reader.trace;
		const name = components.at(thread);
		const owner = components.find(`${name.slice(0, name.indexOf('.'))}.switch`);
		return owner === undefined ? undefined : this.objects.find(owner, 'socket', descriptor, seq);
	}

	private addLocals(frame: CallFrame, seq: number, add: (key: TextKey, c: Container, hint?: 'locals') => void): void {
		const id = this.localsOf(frame.thread, seq);
		if (id === undefined) return;
		const at = Math.max(frame.at, frame.isCause ? frame.at : seq);
		const entries = this.objects.history.fieldsAt(id, at).map((field): Entry => {
			const socket = typeof field.value === 'number' ? this.socketOfApplication(frame.thread, field.value, at) : undefined;
			return {
				name: field.name,
				value: field.value,
				key: field.key,
				evaluateName: field.name,
				...(socket === undefined ? {} : { children: this.objectContainer(socket, at) }),
			};
		});
		add('scopeLocals', namedEntries(entries), 'locals');
	}

	private argumentsOf(call: number): Container {
		return namedEntries(
			Object.entries(this.reader.args(call)).map(([name, value]) => ({ name, value, evaluateName: name })),
		);
	}

	/** At a return: what the call that just ended gave back to this frame. */
	private resultAt(frame: CallFrame, seq: number): Container | undefined {
		const { reader } = this;
		if (frame.isCause || seq < 0 || reader.kind(seq) !== RETURN || reader.thread(seq) !== frame.thread) return undefined;
		if ((reader.within(seq) ?? -1) !== frame.call) return undefined;
		const entries: Entry[] = [];
		const result = reader.result(seq);
		const error = reader.error(seq);
		if (result !== undefined) entries.push({ name: reader.name(seq), value: result });
		if (error !== undefined) entries.push({ name: 'error', value: error });
		for (const [name, value] of Object.entries(reader.args(seq))) entries.push({ name, value });
		return entries.length > 0 ? namedEntries(entries) : undefined;
	}

	private runContainer(seq: number): Container {
		const { reader, texts } = this;
		const entries: Entry[] = [{ name: texts('runTime'), value: reader.time(seq), text: durationText(reader.time(seq)), evaluateName: 'time' }];
		const add = (key: TextKey, value: Value, evaluateName?: string): void => {
			entries.push({ name: texts(key), value, ...(evaluateName ? { evaluateName } : {}) });
		};
		add('runRecord', seq, 'seq');
		entries.push({ name: texts('runPhase'), value: null, text: phases[reader.phase(seq)] ?? '', type: 'string' });
		const cause = reader.cause(seq);
		if (cause >= 0) {
			const record = reader.record(cause);
			entries.push({ name: texts('runCause'), value: cause, text: `#${cause} ${eventText(record)}`, evaluateName: `record(${cause})` });
		}
		const { rules } = reader.record(seq);
		if (rules.length > 0) entries.push({ name: texts('runRules'), value: rules as readonly Value[], text: rules.join(', ') });
		add('runSeed', this.seed);
		return namedEntries(entries);
	}
}

/** Scopes as the protocol has them. */
export function protocolScope(scope: Scope, reference: number): DebugProtocol.Scope {
	const { container } = scope;
	return {
		name: scope.name,
		variablesReference: reference,
		expensive: scope.expensive,
		...(scope.hint ? { presentationHint: scope.hint } : {}),
		...(container.named ? { namedVariables: container.named } : {}),
		...(container.indexed ? { indexedVariables: container.indexed } : {}),
	};
}
