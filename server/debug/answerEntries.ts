/** Answers to expressions as entries that can be opened: objects, records, components, bytes. */
import type { Value } from '../trace';
import type { Debuggee } from './debuggee';
import type { Answer, Place } from './evaluate';
import { recordEntries } from './moment';
import { recordText } from './recordText';
import { type Container, containerOfValue, type Entry, namedEntries } from './variables';

export class AnswerEntries {
	/** Bytes that were an answer, by the reference under which a client can read them. */
	private readonly memory = new Map<string, Uint8Array>();

	/** @param knowsMemory whether the client asks for memory */
	constructor(
		private readonly debuggee: Debuggee,
		private readonly knowsMemory: boolean,
	) {}

	/** The bytes behind a reference that was given out with an answer. */
	bytesOf(reference: string): Uint8Array | undefined {
		return this.memory.get(reference);
	}

	entryOf(answer: Answer, place: Place, expression: string): Entry {
		const { scopes, reader, cursor } = this.debuggee;
		const common = { name: expression, evaluateName: expression };
		switch (answer.kind) {
			case 'value':
				return {
					...common,
					value: answer.value,
					...this.openable(answer.value, place),
					...this.memoryOf(answer.value),
				};
			case 'object':
				return { ...scopes.objectEntry(answer.id, place.seq), ...common };
			case 'record': {
				const children = namedEntries(recordEntries(cursor.stacks, answer.seq, place.seq));
				return { ...common, value: answer.seq, text: recordText(reader.record(answer.seq)), type: 'record', children };
			}
			case 'component': {
				const component = reader.trace.components.find(answer.name);
				const ids = component === undefined ? [] : this.debuggee.objects.ownedBy(component, place.seq);
				const children: Container = {
					named: ids.length,
					entries: (start, count) => ids.slice(start, start + count).map((id) => scopes.objectEntry(id, place.seq)),
				};
				return {
					...common,
					value: answer.name,
					text: answer.name,
					type: 'component',
					...(ids.length > 0 ? { children } : {}),
				};
			}
			case 'text':
				return { ...common, value: null, text: answer.text, type: 'text' };
		}
	}

	/** A variable that stands for a socket or an event object opens into its fields. */
	private openable(value: Value, place: Place): Partial<Entry> {
		const { scopes } = this.debuggee;
		const object = scopes.objectOfVariable(place.thread, value, place.seq);
		return object === undefined ? {} : { text: String(value), children: scopes.objectContainer(object, place.seq) };
	}

	private memoryOf(value: unknown): { readonly memoryReference?: string; readonly children?: Container } {
		if (!(value instanceof Uint8Array) || !this.knowsMemory) return {};
		const reference = `bytes:${this.memory.size}`;
		this.memory.set(reference, value);
		const children = containerOfValue(value);
		return { memoryReference: reference, ...(children ? { children } : {}) };
	}
}
