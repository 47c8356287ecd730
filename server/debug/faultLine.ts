/** What a what-if branch changes, as statements of the scenario language: the text, and where in the file it goes. */
import { type AstNode, AstUtils } from 'langium';
import type { FaultEdit, FaultLineBody } from '../protocol/debugRequests';
import {
	isForStatement,
	isFunctionDeclaration,
	isRepeatStatement,
	isStatement,
	isWhileStatement,
} from '../scenario/generated/ast';
import type { Intervention } from '../scenario/interpreter';
import { sourceRange } from '../scenario/sourceRange';
import { CALL, MESSAGE, NOTE, type Reader, type Value } from '../trace';
import type { Branch } from './branches';
import type { Debuggee } from './debuggee';
import { valueText } from './recordText';
import type { TextKey, Texts } from './texts';

/** What a change is in the language: a statement at the top of the scenario, an edit elsewhere, or the reason why nothing. */
type Written =
	| { readonly kind: 'top'; readonly text: string }
	| { readonly kind: 'edit'; readonly edit: FaultEdit }
	| { readonly kind: 'not'; readonly why: TextKey };

/** Ends of a chain of branches agree on the records before a change, so any of them can be asked about it. */
export function faultLines(branch: Branch, texts: Texts): FaultLineBody {
	const { debuggee, interventions } = branch;
	const { reader } = debuggee;
	const edits: FaultEdit[] = [];
	const left: string[] = [];
	const top = scenarioTop(branch);
	for (const intervention of interventions) {
		const written = writtenAs(intervention, branch);
		if (written.kind === 'edit') edits.push(written.edit);
		else if (written.kind === 'top' && top) edits.push({ ...top, text: `${written.text}\n${top.indent}` });
		else {
			const why = written.kind === 'not' ? written.why : 'leftNoPlace';
			left.push(texts('notAsStatement', titleOf(intervention, reader), texts(why)));
		}
	}
	return {
		path: debuggee.file.uri,
		edits: edits.map(({ line, column, text }) => ({ line, column, text })),
		left,
	};
}

function writtenAs(intervention: Intervention, branch: Branch): Written {
	const { reader } = branch.debuggee;
	const top = (text: string | undefined, why: TextKey): Written =>
		text === undefined ? { kind: 'not', why } : { kind: 'top', text };
	switch (intervention.kind) {
		case 'return':
			return top(returnStatement(intervention.atRecord, intervention.outcome, reader), 'leftSwitch');
		case 'output':
			return top(outputStatement(intervention.atRecord, intervention.outcome, reader), 'leftNoConnect');
		case 'message':
			return top(messageStatement(intervention, reader), 'leftNoPlace');
		case 'nic':
			return top(
				`${intervention.up ? 'up' : 'down'} ${intervention.target} at ${reader.time(intervention.atRecord)}ns`,
				'leftNoPlace',
			);
		case 'variable':
			return assignmentEdit(intervention, branch);
		case 'memory':
			return { kind: 'not', why: 'leftMemory' };
		case 'crash':
			return { kind: 'not', why: 'leftCrash' };
		case 'choice':
			return { kind: 'not', why: 'leftChoice' };
	}
}

function messageStatement(
	{ atRecord, action, byNs }: Extract<Intervention, { readonly kind: 'message' }>,
	reader: Reader,
): string {
	const by = action === 'delay' ? ` by ${byNs ?? 0}ns` : '';
	const from = place(reader, reader.from(atRecord));
	const to = place(reader, reader.to(atRecord));
	const nth = ordinal(reader, atRecord, MESSAGE);
	return `${action} message ${messageKind(reader.name(atRecord))} #${nth} from ${from} to ${to}${by}`;
}

/** Calls of an application end where the switch serves them; only what a provider answers can be said by a fault. */
function returnStatement(call: number, outcome: Value, reader: Reader): string | undefined {
	const component = reader.trace.components.at(reader.to(call));
	if (component.endsWith('.switch') || typeof outcome === 'object') return undefined;
	return `fault ${component} ${reader.name(call)} #${ordinal(reader, call, CALL)}: return ${outcome}`;
}

/** The error that WSPEnumNetworkEvents hands over is the one with which the connect ended. */
function outputStatement(call: number, outcome: Value, reader: Reader): string | undefined {
	const provider = reader.to(call);
	const { s } = reader.args(call);
	for (let seq = call - 1; seq >= 0; seq--) {
		if (reader.kind(seq) !== CALL || reader.to(seq) !== provider || reader.name(seq) !== 'WSPConnect') continue;
		if (reader.args(seq).s !== s) continue;
		const how = outcome === 0 ? 'success' : String(outcome);
		const after = reader.time(call) - reader.time(seq);
		const component = reader.trace.components.at(provider);
		return `fault ${component} WSPConnect #${ordinal(reader, seq, CALL)}: pending ${after}ns, then ${how}`;
	}
	return undefined;
}

/** How many records of this kind and name the same parties have written up to `seq`. */
function ordinal(reader: Reader, seq: number, kind: number): number {
	const { name } = reader.site(seq);
	let count = 0;
	for (let at = 0; at <= seq; at++) {
		if (reader.kind(at) !== kind || reader.to(at) !== reader.to(seq) || reader.site(at).name !== name) continue;
		if (kind === MESSAGE && reader.from(at) !== reader.from(seq)) continue;
		count++;
	}
	return count;
}

/** The provider or host that a wire message comes from or goes to. */
function place(reader: Reader, component: number): string {
	const name = reader.trace.components.at(component);
	return name.endsWith('.nic') ? name.slice(0, -'.nic'.length) : (name.split('.')[0] as string);
}

/** `native connect request` is written `NativeConnectRequest`. */
function messageKind(name: string): string {
	return name
		.split(/[^A-Za-z0-9]+/)
		.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
		.join('');
}

function titleOf(intervention: Intervention, reader: Reader): string {
	const { kind, atRecord } = intervention;
	switch (kind) {
		case 'return':
		case 'output':
			return `${reader.name(atRecord)} #${atRecord}`;
		case 'variable':
			return `${intervention.name} = ${valueText(intervention.value)}`;
		case 'memory':
			return `${intervention.object}[${intervention.offset}]`;
		case 'crash':
			return `crash ${intervention.thread}`;
		default:
			return `${kind} #${atRecord}`;
	}
}

interface Place {
	readonly line: number;
	readonly column: number;
	readonly indent: string;
}

/** Before the first item of the scenario. */
function scenarioTop({ debuggee }: Branch): Place | undefined {
	const { file, run } = debuggee;
	const scenario = file.model.scenarios.find(({ title }) => title === run.title);
	const start = scenario?.items[0]?.$cstNode?.range.start;
	if (!start) return undefined;
	return { line: start.line + 1, column: start.character + 1, indent: indentOf(file.text, start.line) };
}

function indentOf(text: string, line: number): string {
	return /^\s*/.exec(text.split('\n')[line] ?? '')?.[0] ?? '';
}

/** An assignment before the statement that the thread carries out next. */
function assignmentEdit(
	{ object, name, value, atRecord }: Extract<Intervention, { readonly kind: 'variable' }>,
	{ debuggee }: Branch,
): Written {
	const { reader, cursor, file } = debuggee;
	const literal = literalOf(value);
	if (literal === undefined) return { kind: 'not', why: 'leftValue' };
	const thread = reader.trace.components.find(object.split(' ')[0] as string);
	if (thread === undefined) return { kind: 'not', why: 'leftNoPlace' };
	// The statement under way has not read the variable yet if its record is the last one.
	let seq = reader.kind(atRecord) === NOTE && reader.thread(atRecord) === thread ? atRecord : -1;
	if (seq < 0 || reader.site(seq).name !== 'statement') {
		seq = cursor.stacks.nextRecord(thread, atRecord);
		while (seq >= 0 && reader.site(seq).name !== 'statement') seq = cursor.stacks.nextRecord(thread, seq);
	}
	const position = seq < 0 ? undefined : reader.source(seq);
	if (!position || debuggee.absolute(position.file) !== debuggee.absolute(file.uri)) {
		return { kind: 'not', why: 'leftNoPlace' };
	}
	if (isRepeated(debuggee, position)) return { kind: 'not', why: 'leftLoop' };
	const indent = indentOf(file.text, position.line - 1);
	return {
		kind: 'edit',
		edit: { line: position.line, column: position.column, text: `${name} = ${literal}\n${indent}` },
	};
}

/** Whether the statement at a position stands in a loop or a function, where an assignment would act every time. */
function isRepeated({ file }: Debuggee, { line, column }: { readonly line: number; readonly column: number }): boolean {
	for (const node of AstUtils.streamAst(file.model)) {
		if (!isStatement(node)) continue;
		const range = sourceRange(node);
		if (range.line !== line || range.column !== column) continue;
		for (let around = node.$container as AstNode | undefined; around; around = around.$container) {
			if (isWhileStatement(around) || isForStatement(around) || isRepeatStatement(around)) return true;
			if (isFunctionDeclaration(around)) return true;
		}
	}
	return false;
}

/** A value as the language writes it; sockets and other things have no literal. */
function literalOf(value: Value): string | undefined {
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	if (typeof value === 'string' && !/^(socket|event|overlapped|function) /.test(value)) return JSON.stringify(value);
	return undefined;
}
