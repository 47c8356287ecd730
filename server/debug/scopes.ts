/** The scopes of a frame: what is worth looking at where execution stands, by the role of the component at work. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { durationText } from '../simulation/time';
import { CALL, type CallStacks, phases, RETURN, type Reader, type Value } from '../trace';
import { decisionEntries } from './decision';
import type { CallFrame } from './frames';
import { memoryContent, memoryReference } from './memory';
import { peerSessionOf } from './peerSession';
import { pendingEntries, wireEntries } from './pendingEvents';
import { eventText } from './recordText';
import { nicOf, type Role } from './role';
import type { RunObjects } from './runObjects';
import type { TextKey, Texts } from './texts';
import { bytesContainer, type Container, type Entry, lazyEntries, namedEntries } from './variables';
import type { Settable } from './whatIf';
import { nicsDown, whatIfEntries } from './whatIfScope';

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
	],
	proxy: [['addresses', 'scopeTable']],
	nic: [],
	tcpip: [],
};

export class Scopes {
	private readonly reader: Reader;

	/** @param isFunctionSource whether a statement (a number from the trace's sources) stands in a function */
	constructor(
		private readonly stacks: CallStacks,
		private readonly objects: RunObjects,
		private readonly texts: Texts,
		private readonly seed: number,
		private readonly isFunctionSource: (source: number) => boolean,
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
			const ids = this.ofSocket(this.objects.ownedBy(frame.component, seq, type), socket, seq);
			if (ids.length > 0) add(title, this.objectsContainer(ids, seq));
			if (ids.length > 0 && type === 'session' && socket !== undefined) this.addPeer(socket, seq, add);
		}
		if (frame.role === 'switch' && frame.call >= 0) {
			add(
				'scopeDecision',
				lazyEntries(() => decisionEntries(this.stacks, frame)),
			);
		}
		const nic = this.nicOf(frame);
		if (nic !== undefined) {
			add(
				'scopeNic',
				lazyEntries(() => this.nicEntries(nic, seq)),
			);
		}
		add(
			'scopeRun',
			lazyEntries(() => this.runEntries(seq)),
		);
		// At a call both its caller and its callee stand at its record; what is new is the callee.
		if (frame.at === seq && !frame.isCause && (this.reader.kind(seq) !== CALL || frame.call === seq)) {
			const entries = lazyEntries(() => whatIfEntries(this.reader, seq, this.texts));
			add('scopeWhatIf', entries, undefined, true);
		}
		return scopes;
	}

	private addPeer(socket: number, seq: number, add: (key: TextKey, container: Container) => void): void {
		add(
			'scopePeerSession',
			lazyEntries(() => {
				const session = peerSessionOf(this.objects, socket, seq);
				return session === undefined ? [] : this.objectEntries(session, seq);
			}),
		);
	}

	/** The NIC that a frame below the switch works on. */
	private nicOf({ role, component }: CallFrame): number | undefined {
		if (role !== 'provider' && role !== 'proxy' && role !== 'nic') return undefined;
		const { components } = this.reader.trace;
		const nic = nicOf(components.at(component), (name) => components.find(name) !== undefined);
		return components.find(`${nic}.nic`);
	}

	private nicEntries(nic: number, seq: number): readonly Entry[] {
		const { reader, texts } = this;
		const name = reader.trace.components.at(nic);
		const onWire = wireEntries(reader, seq, nic);
		return [
			{ name: texts('nicLink'), value: nicsDown(reader, seq).has(name) ? 'down' : 'up' },
			{
				name: texts('nicOnWire'),
				value: onWire.length,
				...(onWire.length > 0 ? { children: namedEntries(onWire) } : {}),
			},
		];
	}

	/** Of several objects those that belong to the frame's socket, if any do: its session, its registered memory. */
	private ofSocket(ids: readonly number[], socket: number | undefined, seq: number): readonly number[] {
		if (ids.length < 2 || socket === undefined) return ids;
		const { number } = this.objects.entry(socket);
		const own = ids.filter((id) => {
			const entry = this.objects.entry(id);
			return entry.type.name === 'session' ? entry.number === number : this.objects.field(id, 'socket', seq) === number;
		});
		return own.length > 0 ? own : ids;
	}

	/** An object's fields, as they are after record `seq`. */
	objectContainer(id: number, seq: number): Container {
		return lazyEntries(() => this.objectEntries(id, seq));
	}

	private objectEntries(id: number, seq: number): readonly Entry[] {
		const fields = this.objects.history.fieldsAt(id, seq);
		const name = this.reader.objectName(id);
		const isMemory = this.objects.entry(id).type.name === 'memory';
		const shown = isMemory ? fields.filter((field) => !field.name.startsWith('written')) : fields;
		const entries = shown.map(
			(field): Entry => ({
				name: field.name,
				value: field.value,
				key: field.key,
				evaluateName: `object("${name}").${field.name}`,
			}),
		);
		return isMemory ? [...entries, this.contentEntry(id, seq)] : entries;
	}

	/** The bytes of registered memory. */
	contentEntry(id: number, seq: number): Entry {
		const content = memoryContent(this.objects, id, seq);
		const children = bytesContainer(content, (offset) => ({ kind: 'memory', object: id, offset }));
		const key = this.objects.key(id, 'written');
		return {
			name: this.texts('memoryContent'),
			value: content,
			memoryReference: memoryReference(this.reader.objectName(id)),
			...(children ? { children } : {}),
			...(key === undefined ? {} : { key }),
		};
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

	/**
	 * Objects that hold the variables visible to a thread: those of the running function or of the thread's body, then the
	 * ones that the scenario shares.
	 */
	localsOf(thread: number, seq: number): readonly number[] {
		const own = this.objects.ownedBy(thread, seq, 'variables');
		const body = own.find((id) => this.objects.entry(id).number < 0);
		const activation = own.at(-1);
		const present = this.isInFunction(thread, seq) ? activation : body;
		const shared = this.reader.trace.components.find('scenario');
		const common = shared === undefined ? [] : this.objects.ownedBy(shared, seq, 'variables');
		return [...(present === undefined ? [] : [present]), ...common];
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

	/** The object that an application's variable stands for: `socket 100`, `event 2`. */
	objectOfVariable(thread: number, value: Value, seq: number): number | undefined {
		const match = typeof value === 'string' ? /^(socket|event) (\d+)$/.exec(value) : null;
		if (!match) return undefined;
		const { components } = this.reader.trace;
		const name = components.at(thread);
		const number = Number(match[2]);
		for (const owner of [`${name.slice(0, name.indexOf('.'))}.switch`, name]) {
			const component = components.find(owner);
			const object =
				component === undefined ? undefined : this.objects.find(component, match[1] as string, number, seq);
			if (object !== undefined) return object;
		}
		return undefined;
	}

	/** Whether the statement being executed stands in a function, which has variables of its own. */
	private isInFunction(thread: number, seq: number): boolean {
		const last = this.stacks.lastRecord(thread, seq);
		return last >= 0 && this.isFunctionSource(this.reader.sourceId(last));
	}

	private addLocals(frame: CallFrame, seq: number, add: (key: TextKey, c: Container, hint?: 'locals') => void): void {
		const at = frame.isCause ? frame.at : Math.max(frame.at, seq);
		const objects = this.localsOf(frame.thread, at);
		if (objects.length === 0) return;
		add(
			'scopeLocals',
			lazyEntries(() => objects.flatMap((id) => this.variablesOf(frame.thread, id, at))),
			'locals',
		);
	}

	/** The variables that object `id` holds after record `seq`. */
	private variablesOf(thread: number, id: number, seq: number): readonly Entry[] {
		return this.objects.history.fieldsAt(id, seq).map((field): Entry => {
			const object = this.objectOfVariable(thread, field.value, seq);
			const opened =
				object === undefined ? {} : { text: String(field.value), children: this.objectContainer(object, seq) };
			const set: Settable = { kind: 'variable', object: id, name: field.name };
			return { name: field.name, value: field.value, key: field.key, evaluateName: field.name, set, ...opened };
		});
	}

	private argumentsOf(call: number): Container {
		return lazyEntries(() =>
			Object.entries(this.reader.args(call)).map(([name, value]) => ({ name, value, evaluateName: name })),
		);
	}

	/** At a return: what the call that just ended gave back to this frame. */
	private resultAt(frame: CallFrame, seq: number): Container | undefined {
		const { reader } = this;
		if (frame.isCause || seq < 0 || reader.kind(seq) !== RETURN || reader.thread(seq) !== frame.thread)
			return undefined;
		if ((reader.within(seq) ?? -1) !== frame.call) return undefined;
		const entries: Entry[] = [];
		const result = reader.result(seq);
		const error = reader.error(seq);
		const call = reader.callOf(seq);
		const set: Settable = { kind: 'return', call };
		if (result !== undefined) entries.push({ name: reader.name(seq), value: result, set });
		entries.push({ name: 'error', value: error ?? null, set });
		for (const [name, value] of Object.entries(reader.args(seq))) {
			const isSettable = name === 'iErrorCode[FD_CONNECT_BIT]';
			entries.push({ name, value, ...(isSettable ? { set: { kind: 'output', call, name } } : {}) });
		}
		return entries.length > 0 ? namedEntries(entries) : undefined;
	}

	private runEntries(seq: number): readonly Entry[] {
		const { reader, texts } = this;
		const entries: Entry[] = [
			{ name: texts('runTime'), value: reader.time(seq), text: durationText(reader.time(seq)), evaluateName: 'time' },
		];
		const add = (key: TextKey, value: Value, evaluateName?: string): void => {
			entries.push({ name: texts(key), value, ...(evaluateName ? { evaluateName } : {}) });
		};
		add('runRecord', seq, 'seq');
		entries.push({ name: texts('runPhase'), value: null, text: phases[reader.phase(seq)] ?? '', type: 'string' });
		const cause = reader.cause(seq);
		if (cause >= 0) {
			const record = reader.record(cause);
			entries.push({
				name: texts('runCause'),
				value: cause,
				text: `#${cause} ${eventText(record)}`,
				evaluateName: `record(${cause})`,
			});
		}
		const { rules } = reader.record(seq);
		if (rules.length > 0)
			entries.push({ name: texts('runRules'), value: rules as readonly Value[], text: rules.join(', ') });
		add('runSeed', this.seed);
		const pending = pendingEntries(reader, this.objects, seq);
		entries.push({
			name: texts('runPending'),
			value: pending.length,
			...(pending.length > 0 ? { children: namedEntries(pending) } : {}),
		});
		return entries;
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
