/** The requests that make something different: each runs the scenario again as a branch and shows where it departs. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BranchesBody, BranchInfo, FaultLineBody, WhatIfBody } from '../protocol/debugRequests';
import { RETURN, type Value } from '../trace';
import type { Branch, Branches, WhatIf } from './branches';
import type { ConsoleCommand } from './consoleCommands';
import type { Debuggee } from './debuggee';
import { RequestError } from './errors';
import type { Answer } from './evaluate';
import { faultLines } from './faultLine';
import type { Inspector } from './inspector';
import { objectOfReference } from './memory';
import { typeText, valueText } from './recordText';
import { RequestArguments } from './requestArguments';
import type { Texts } from './texts';
import { byteLabel } from './variables';
import {
	assignment,
	assignmentOfWord,
	callAt,
	forcedEnd,
	forcedMemory,
	isSetByWord,
	type Settable,
	type SettableByWord,
	whatIfOf,
} from './whatIf';

/** What the session does for these requests. */
export interface BranchSession {
	/** The run, if the debugger stands. */
	stopped(): Debuggee;
	inspector(): Inspector;
	/** Makes a branch of the current one and shows it. */
	fork(whatIf: WhatIf): Branch;
	show(branch: Branch): void;
}

export class BranchRequests {
	constructor(
		private readonly branches: Branches,
		private readonly session: BranchSession,
		private readonly texts: Texts,
	) {}

	setVariable(args: RequestArguments): DebugProtocol.SetVariableResponse['body'] {
		const debuggee = this.session.stopped();
		const target = this.session.inspector().settable(args.integer('variablesReference'), args.text('name'));
		if (isSetByWord(target)) {
			const word = args.text('value');
			this.session.fork(assignmentOfWord(target, word, debuggee));
			return { value: word, type: target.kind, variablesReference: 0 };
		}
		return this.assign(target, this.valueOf(args.text('value'), undefined), debuggee);
	}

	setExpression(args: RequestArguments): DebugProtocol.SetExpressionResponse['body'] {
		const debuggee = this.session.stopped();
		const frameId = args.optionalInteger('frameId');
		const target = this.targetOf(args.text('expression').trim(), frameId, debuggee);
		return this.assign(target, this.valueOf(args.text('value'), frameId), debuggee);
	}

	writeMemory(args: RequestArguments): DebugProtocol.WriteMemoryResponse['body'] {
		const { objects, cursor } = this.session.stopped();
		const reference = args.text('memoryReference');
		const object = objectOfReference(reference);
		const id = object === undefined ? undefined : objects.named(object, cursor.seq);
		if (object === undefined || id === undefined) throw new RequestError('unknownMemory', reference);
		const bytes = Uint8Array.from(Buffer.from(args.text('data'), 'base64'));
		const offset = args.optionalInteger('offset') ?? 0;
		const length = Number(objects.field(id, 'length', cursor.seq) ?? 0);
		const room = offset < 0 ? 0 : Math.max(0, length - offset);
		if (bytes.length > room && !args.flag('allowPartial'))
			throw new RequestError('badArgument', 'data', `≤ ${room} bytes`);
		const written = bytes.subarray(0, room);
		if (written.length > 0) this.session.fork(forcedMemory(object, offset, written, cursor.seq));
		return { bytesWritten: written.length };
	}

	/** Crashes threads: each ends where it is. */
	terminateThreads(args: RequestArguments): undefined {
		const { cursor, reader } = this.session.stopped();
		for (const threadId of args.integers('threadIds')) {
			const thread = this.session.inspector().threadOf(threadId);
			this.session.fork(forcedEnd(reader.trace.components.at(thread), cursor.seq));
		}
		return undefined;
	}

	whatIf(args: RequestArguments): WhatIfBody {
		const debuggee = this.session.stopped();
		return this.change(args.object('change'), args.optionalInteger('seq') ?? debuggee.cursor.seq);
	}

	list(): BranchesBody {
		return { branches: this.branches.infos() };
	}

	switchTo(id: number): undefined {
		this.session.stopped();
		this.session.show(this.branches.find(id));
		return undefined;
	}

	faultLine(args: RequestArguments): FaultLineBody {
		const id = args.optionalInteger('branch');
		return faultLines(id === undefined ? this.branches.current : this.branches.find(id), this.texts);
	}

	/** Carries out what was typed into the debug console. */
	command(command: ConsoleCommand, frameId: number | undefined): string {
		switch (command.kind) {
			case 'branches':
				return this.branches
					.infos()
					.map((info) => this.line(info))
					.join('\n');
			case 'switch': {
				this.switchTo(command.branch);
				const { id, title } = this.branches.current;
				return this.texts('branchShown', id, title);
			}
			case 'change': {
				const { cursor } = this.session.stopped();
				const change = new RequestArguments(command.change);
				const seq = command.change.kind === 'return' ? this.callOfFrame(frameId) : cursor.seq;
				const { branch } = this.change(change, seq);
				return this.texts('branchShown', branch.id, branch.title);
			}
		}
	}

	private change(change: RequestArguments, seq: number): WhatIfBody {
		const debuggee = this.session.stopped();
		const { reader, cursor } = debuggee;
		if (seq < 0 || seq > cursor.furthest) throw new RequestError('unknownRecord', seq, reader.length);
		const branch = this.session.fork(whatIfOf(change, seq, debuggee));
		return { branch: this.branches.info(branch) };
	}

	/** The call of the chosen frame; standing on a return, the call that has just ended. */
	private callOfFrame(frameId: number | undefined): number {
		const { cursor, reader } = this.session.stopped();
		const place = this.session.inspector().place(frameId);
		if (reader.kind(cursor.seq) === RETURN && reader.thread(cursor.seq) === place.thread) return cursor.seq;
		return place.call >= 0 ? place.call : callAt(cursor.seq, this.session.stopped());
	}

	private line({ id, title, parent, departsAt, isCurrent }: BranchInfo): string {
		const mark = isCurrent ? '→' : ' ';
		return parent === null
			? `${mark} ${id}  ${title}`
			: this.texts('branchLine', mark, id, title, parent, departsAt ?? 0);
	}

	private assign(
		target: Exclude<Settable, SettableByWord>,
		value: Value,
		debuggee: Debuggee,
	): DebugProtocol.SetVariableResponse['body'] {
		this.session.fork(assignment(target, value, debuggee.cursor.seq, debuggee));
		const text = target.kind === 'memory' && typeof value === 'number' ? byteLabel(value) : valueText(value);
		return { value: text, type: typeText(value), variablesReference: 0 };
	}

	private valueOf(text: string, frameId: number | undefined): Value {
		const { evaluator } = this.session.stopped();
		// What the Variables view shows of a byte: `0x41 A`.
		const byte = /^(0x[0-9a-f]{1,2})( .)?$/i.exec(text.trim());
		if (byte) return Number(byte[1]);
		return evaluator.plain(evaluator.evaluate(text, this.session.inspector().place(frameId)));
	}

	/** A variable, or the outcome of a recorded call: `n`, `last(WSPConnect).error`. */
	private targetOf(
		expression: string,
		frameId: number | undefined,
		debuggee: Debuggee,
	): Exclude<Settable, SettableByWord> {
		const { evaluator, objects, reader } = debuggee;
		const place = this.session.inspector().place(frameId);
		const answer = evaluator.evaluate(expression, place);
		if (answer.kind === 'value' && answer.key !== undefined) {
			const object = reader.objectOfKey(answer.key);
			if (objects.entry(object).type.name === 'variables') {
				return { kind: 'variable', object, name: reader.fieldOfKey(answer.key) };
			}
		}
		if (expression === 'error' || expression === 'result') return { kind: 'return', call: callAt(place.seq, debuggee) };
		const outcome = /^(.+)\.(error|result)$/.exec(expression);
		const base: Answer | undefined = outcome ? evaluator.evaluate(outcome[1] as string, place) : undefined;
		if (base?.kind === 'record') return { kind: 'return', call: callAt(base.seq, debuggee) };
		throw new RequestError('notSettable', expression);
	}
}
