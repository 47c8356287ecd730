/**
 * Everything that a client can look at while the debugger stands at a record: threads, stacks, scopes, variables,
 * memory, records as instructions. Frames and references are made when asked for and forgotten at the next move.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { AnswerEntries } from './answerEntries';
import type { Client } from './client';
import { completionsAt } from './completions';
import type { Debuggee } from './debuggee';
import type { Documents } from './documents';
import { RequestError } from './errors';
import type { Place } from './evaluate';
import { FrameShapes, type SourcePlace } from './frameShapes';
import { type CallFrame, type Frame, framesOf } from './frames';
import { frameFormatOf } from './frameText';
import { instructionsOf } from './instructions';
import { type MemoryRange, memoryAt, memoryContent, objectOfReference, rangeText } from './memory';
import { modulesOf } from './modules';
import type { RequestArguments } from './requestArguments';
import { protocolScope, type Scope } from './scopes';
import type { Texts } from './texts';
import { threadsOf } from './threads';
import { VariableHandles } from './variables';
import type { Settable } from './whatIf';

/** Real frames of a thread, with the ids they got. */
interface Stack {
	readonly frames: readonly Frame[];
	readonly firstId: number;
	/** The frames as the protocol has them, made when somebody asks. */
	shapes: readonly DebugProtocol.StackFrame[] | undefined;
}

export class Inspector {
	private readonly handles: VariableHandles;
	private readonly stacks = new Map<number, Stack>();
	private readonly openScopes = new Map<CallFrame, readonly Scope[]>();
	private byId: (readonly [frame: Frame, thread: number])[] = [];
	/** Ids go on counting over stops, so that a stale one is recognised. */
	private firstId: number;
	private readonly shapes: FrameShapes;
	private readonly answers: AnswerEntries;

	constructor(
		private readonly debuggee: Debuggee,
		private readonly documents: Documents,
		private readonly texts: Texts,
		private readonly client: Client,
		/** References and frame ids are given out from here, so that those of another run are recognised as stale. */
		first = 1,
	) {
		this.handles = new VariableHandles(first);
		this.firstId = first;
		this.shapes = new FrameShapes(debuggee, documents, texts, client);
		this.answers = new AnswerEntries(debuggee, client.knowsMemory);
	}

	/** The first number that no reference and no frame has. */
	get nextId(): number {
		return Math.max(this.handles.next, this.firstId + this.byId.length);
	}

	/** Forgets everything that was valid for the last stop. */
	reset(): void {
		this.handles.reset();
		this.stacks.clear();
		this.openScopes.clear();
		this.firstId += this.byId.length;
		this.byId = [];
	}

	/** Gets ready what a client asks for at every stop: the stack of the thread and what its innermost frame shows first. */
	prepare(thread: number): void {
		const stack = this.stackOf(thread);
		this.shapesOf(stack);
		const [frame] = stack.frames;
		if (frame?.kind === 'call') this.scopesOf(frame)[0]?.container.entries(0, 1);
	}

	// Threads and frames

	threads(): DebugProtocol.ThreadsResponse['body'] {
		return { threads: threadsOf(this.debuggee, this.texts) };
	}

	/** @throws RequestError if the run has no such thread */
	threadOf(threadId: number): number {
		const { cursor, reader } = this.debuggee;
		const thread = threadId - 1;
		if (cursor.stacks.lastRecord(thread, reader.length) < 0) throw new RequestError('unknownThread', threadId);
		return thread;
	}

	stackTrace(args: RequestArguments): DebugProtocol.StackTraceResponse['body'] {
		const thread = this.threadOf(args.integer('threadId'));
		const stack = this.stackOf(thread);
		const { frames } = stack;
		const start = args.optionalCount('startFrame') ?? 0;
		const levels = args.optionalCount('levels') || frames.length;
		const asked = frames.slice(start, start + levels);
		const stackFrames = this.shapesOf(stack).slice(start, start + levels);
		const format = frameFormatOf(args);
		const shown = format ? stackFrames.map((shape, i) => this.shapes.formatted(shape, asked[i], format)) : stackFrames;
		return { stackFrames: shown, totalFrames: frames.length };
	}

	frame(id: number): CallFrame {
		const found = this.byId[id - this.firstId];
		if (found?.[0].kind !== 'call') throw new RequestError('unknownFrame', id);
		return found[0];
	}

	scopes(args: RequestArguments): DebugProtocol.ScopesResponse['body'] {
		const id = args.integer('frameId');
		const found = this.byId[id - this.firstId];
		if (!found) throw new RequestError('unknownFrame', id);
		const [frame] = found;
		if (frame.kind === 'label') return { scopes: [] };
		const scopes = this.scopesOf(frame);
		return { scopes: scopes.map((scope) => protocolScope(scope, this.handles.of(scope.container))) };
	}

	variables(args: RequestArguments): DebugProtocol.VariablesResponse['body'] {
		const filter = args.optionalText('filter');
		const variables = this.handles.variables(
			args.integer('variablesReference'),
			filter,
			args.optionalCount('start'),
			args.optionalCount('count'),
			isHex(args),
		);
		return { variables: [...variables] };
	}

	source(args: RequestArguments): DebugProtocol.SourceResponse['body'] {
		const nested = args.object('source').optionalInteger('sourceReference');
		const reference = nested ?? args.integer('sourceReference');
		const document = this.documents.find(reference);
		if (!document) throw new RequestError('unknownSource', reference);
		return { content: document.text, mimeType: 'text/plain' };
	}

	/** The scenario line that a record serves. */
	position(seq: number): SourcePlace | undefined {
		return this.shapes.position(seq);
	}

	loadedSources(): DebugProtocol.LoadedSourcesResponse['body'] {
		const files = this.debuggee.files.map((file) => this.shapes.fileSource(file.file));
		return { sources: [...files, ...this.documents.all().map((document) => document.source)] };
	}

	modules(args: RequestArguments): DebugProtocol.ModulesResponse['body'] {
		const modules = modulesOf(this.debuggee);
		const start = args.optionalCount('startModule') ?? 0;
		const count = args.optionalCount('moduleCount') || modules.length;
		return { modules: modules.slice(start, start + count), totalModules: modules.length };
	}

	// Asking

	/** The place of a frame, or of the cursor. */
	place(frameId: number | undefined): Place {
		const { cursor, reader } = this.debuggee;
		if (frameId === undefined) {
			const seq = Math.max(cursor.seq, 0);
			if (reader.length === 0) throw new RequestError('notLaunched');
			const call = cursor.stacks.openCalls(reader.thread(seq), seq)[0] ?? -1;
			return { seq, thread: reader.thread(seq), call };
		}
		const frame = this.frame(frameId);
		return { seq: frame.isCause ? frame.at : cursor.seq, thread: frame.thread, call: frame.call };
	}

	/** The component at work in a frame, or in the innermost one where the cursor stands. */
	componentAtWork(frameId: number | undefined): number {
		if (frameId !== undefined) return this.frame(frameId).component;
		const { thread } = this.place(undefined);
		const [innermost] = this.stackOf(thread).frames;
		return innermost?.kind === 'call' ? innermost.component : thread;
	}

	evaluate(args: RequestArguments): DebugProtocol.EvaluateResponse['body'] {
		const place = this.place(args.optionalInteger('frameId'));
		const expression = args.text('expression');
		const answer = this.debuggee.evaluator.evaluate(expression, place);
		const entry = this.answers.entryOf(answer, place, expression);
		const variable = this.handles.variable(entry, isHex(args));
		const { value, name: _name, evaluateName: _evaluateName, ...rest } = variable;
		return { result: value, ...rest };
	}

	/** What an entry of the Variables view stands for. @throws RequestError if it can only be read */
	settable(reference: number, name: string): Settable {
		const entry = this.handles.entry(reference, name);
		if (!entry) throw new RequestError('unknownName', name, '');
		if (!entry.set) throw new RequestError('notSettable', name);
		return entry.set;
	}

	completions(args: RequestArguments): DebugProtocol.CompletionsResponse['body'] {
		const { firstColumn } = this.client;
		const place = this.place(args.optionalInteger('frameId'));
		const items = completionsAt(args.text('text'), args.integer('column') - firstColumn, place, this.debuggee);
		return { targets: items.map((item) => ({ ...item, start: (item.start ?? 0) + firstColumn })) };
	}

	dataBreakpointInfo(args: RequestArguments): DebugProtocol.DataBreakpointInfoResponse['body'] {
		const name = args.text('name');
		const bytes = args.optionalCount('bytes');
		const range = this.rangeOf(args, name, bytes);
		if (range) {
			const description = `${range.object}[${range.offset}..${range.offset + range.length}]`;
			return { dataId: rangeText(range), description, accessTypes: ['write'], canPersist: false };
		}
		const reference = args.optionalInteger('variablesReference') ?? 0;
		const key =
			reference > 0 ? this.keyOfEntry(reference, name) : this.keyOfExpression(name, args.optionalInteger('frameId'));
		if (key === undefined || args.flag('asAddress')) {
			return { dataId: null, description: this.texts('unknownData', name) };
		}
		const { reader } = this.debuggee;
		const dataId = `${reader.objectName(reader.objectOfKey(key))}.${reader.fieldOfKey(key)}`;
		return { dataId, description: dataId, accessTypes: ['write'], canPersist: true };
	}

	/** Bytes of registered memory: an address of a process with a count, or the content of a memory object. */
	private rangeOf(args: RequestArguments, name: string, bytes: number | undefined): MemoryRange | undefined {
		const { objects, cursor, reader } = this.debuggee;
		if (args.flag('asAddress')) {
			const address = /^0x[0-9a-f]+$|^\d+$/i.test(name.trim()) ? Number(name) : Number.NaN;
			const id = memoryAt(objects, address, Math.max(0, cursor.seq));
			if (id === undefined) return undefined;
			const offset = address - Number(objects.field(id, 'address', cursor.seq));
			return { object: reader.objectName(id), offset, length: bytes ?? 1 };
		}
		const reference = args.optionalInteger('variablesReference') ?? 0;
		const set = reference > 0 ? this.handles.entry(reference, name)?.set : undefined;
		if (set?.kind === 'memory')
			return { object: reader.objectName(set.object), offset: set.offset, length: bytes ?? 1 };
		const object = objectOfReference(name);
		return object === undefined ? undefined : { object, offset: 0, length: bytes ?? 1 };
	}

	readMemory(args: RequestArguments): DebugProtocol.ReadMemoryResponse['body'] {
		const reference = args.text('memoryReference');
		const { bytes, address } = this.bytesOf(reference);
		const start = args.optionalInteger('offset') ?? 0;
		const count = args.optionalCount('count') ?? 0;
		const from = Math.min(Math.max(start, 0), bytes.length);
		const part = bytes.subarray(from, Math.min(from + count, bytes.length));
		return {
			address: `0x${Math.max(0, address + from).toString(16)}`,
			data: Buffer.from(part).toString('base64'),
			unreadableBytes: count - part.length,
		};
	}

	/** The bytes behind a reference, at the cursor, and the address of the first one. */
	private bytesOf(reference: string): { readonly bytes: Uint8Array; readonly address: number } {
		const { objects, cursor } = this.debuggee;
		const name = objectOfReference(reference);
		const id = name === undefined ? undefined : objects.named(name, cursor.seq);
		if (id !== undefined) {
			const address = Number(objects.field(id, 'address', cursor.seq) ?? 0);
			return { bytes: memoryContent(objects, id, cursor.seq), address };
		}
		const bytes = this.answers.bytesOf(reference);
		if (!bytes) throw new RequestError('unknownMemory', reference);
		return { bytes, address: 0 };
	}

	/** The records around one, as instructions. */
	disassemble(args: RequestArguments): DebugProtocol.DisassembleResponse['body'] {
		return { instructions: instructionsOf(args, this.debuggee, (seq) => this.position(seq)) };
	}

	/** Calls of the statement at which a frame stands. */
	stepInTargets(
		args: RequestArguments,
	): readonly { readonly name: string; readonly target: DebugProtocol.StepInTarget }[] {
		const frame = this.frame(args.integer('frameId'));
		const position = this.debuggee.reader.source(frame.at);
		if (frame.role !== 'application' || !position) return [];
		const file = this.debuggee.files.find((candidate) => candidate.file === position.file);
		const places = file?.places.filter(
			({ call, statement }) =>
				call !== undefined && statement.line === position.line && statement.column === position.column,
		);
		const { firstLine, firstColumn } = this.client;
		return (places ?? []).map(({ call, range }, id) => ({
			name: call as string,
			target: { id, label: call as string, line: range.line - 1 + firstLine, column: range.column - 1 + firstColumn },
		}));
	}

	private stackOf(thread: number): Stack {
		const known = this.stacks.get(thread);
		if (known) return known;
		const { cursor, roles } = this.debuggee;
		const frames = framesOf(cursor.stacks, roles, thread, cursor.seq);
		const stack = { frames, firstId: this.firstId + this.byId.length, shapes: undefined };
		for (const frame of frames) this.byId.push([frame, thread]);
		this.stacks.set(thread, stack);
		return stack;
	}

	private shapesOf(stack: Stack): readonly DebugProtocol.StackFrame[] {
		stack.shapes ??= stack.frames.map((frame, i) => this.shapes.of(frame, stack.firstId + i));
		return stack.shapes;
	}

	private scopesOf(frame: CallFrame): readonly Scope[] {
		const known = this.openScopes.get(frame);
		if (known) return known;
		const scopes = this.debuggee.scopes.of(frame, this.debuggee.cursor.seq);
		this.openScopes.set(frame, scopes);
		return scopes;
	}

	private keyOfEntry(reference: number, name: string): number | undefined {
		return this.handles.entry(reference, name)?.key;
	}

	private keyOfExpression(expression: string, frameId: number | undefined): number | undefined {
		try {
			const answer = this.debuggee.evaluator.evaluate(expression, this.place(frameId));
			return answer.kind === 'value' ? answer.key : undefined;
		} catch (error) {
			if (error instanceof RequestError) return undefined;
			throw error;
		}
	}
}

function isHex(args: RequestArguments): boolean {
	return args.object('format').flag('hex');
}
