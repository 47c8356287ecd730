/**
 * The read-only documents behind frames that no scenario line stands for: the documented procedure of the component,
 * step by step, or, where no procedure is written down, the declaration of the call being served.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { CallStacks } from '../trace';
import { type CallName, findBoundaryCall } from '../winsock/calls';
import { type CallTextFile, type CallTexts, callTexts } from '../winsock/callTexts';
import callsEn from '../winsock/data/calls.en.json';
import callsZhCn from '../winsock/data/calls.zh-cn.json';
import type { Locale } from '../winsock/locale';
import {
	type Procedure,
	type ProcedureRole,
	procedureOfCall,
	procedureOfRecord,
	procedureOfThread,
	procedures,
	stepOfRecord,
} from '../winsock/procedures';
import { type CallFrame, doings } from './frames';
import type { Role } from './role';
import { type TextKey, type Texts, textsOf } from './texts';

interface LineRange {
	/** From 1. */
	readonly first: number;
	/** Inclusive. */
	readonly last: number;
}

export interface Document {
	readonly reference: number;
	readonly name: string;
	readonly text: string;
	readonly procedure: Procedure | undefined;
	/** Lines of each step of the procedure. */
	readonly steps: readonly LineRange[];
	readonly source: DebugProtocol.Source;
}

const lineMax = 96;
/** How far back a frame's records are searched for one that shows a step. */
const doingsMax = 200;

const roleTexts: Readonly<Record<Role, TextKey>> = {
	application: 'roleApplication',
	switch: 'roleSwitch',
	provider: 'roleProvider',
	proxy: 'roleProxy',
	nic: 'roleNic',
	tcpip: 'roleTcpip',
};

export class Documents {
	private readonly texts: Texts;
	private readonly callTexts: CallTexts;
	private readonly byKey = new Map<string, Document>();
	private readonly byReference: Document[] = [];

	constructor(private readonly locale: Locale) {
		this.texts = textsOf(locale);
		this.callTexts = callTexts(locale, (locale === 'zh-cn' ? callsZhCn : callsEn) as CallTextFile);
	}

	/** @param reference as given out in a source */
	find(reference: number): Document | undefined {
		return this.byReference[reference - 1];
	}

	/** All procedures, for the list of loaded sources. */
	all(): readonly Document[] {
		for (const procedure of procedures) this.ofProcedure(procedure);
		return this.byReference;
	}

	/** The document for a frame, with the line of the step at which it stands. */
	placeOf(stacks: CallStacks, frame: CallFrame): { readonly document: Document; readonly line: LineRange } {
		const { reader } = stacks;
		const role = frame.role === 'application' ? 'switch' : frame.role;
		const call = frame.call < 0 ? undefined : reader.name(frame.call);
		const procedure = call === undefined ? this.ofThread(stacks, frame, role) : procedureOfCall(role, call);
		if (!procedure) return { document: this.ofCall(role, call), line: { first: 1, last: 1 } };
		const document = this.ofProcedure(procedure);
		const step = currentStep(stacks, frame, procedure);
		return { document, line: document.steps[step] as LineRange };
	}

	/** What a thread works at outside of any call: by its name, or by what it did last. */
	private ofThread(stacks: CallStacks, frame: CallFrame, role: ProcedureRole): Procedure | undefined {
		const { reader } = stacks;
		const thread = reader.trace.components.at(frame.thread);
		const name = thread.slice(thread.lastIndexOf('.') + 1).replace(/\d+$/, '');
		const named = procedureOfThread(role, name);
		if (named) return named;
		for (const seq of doings(stacks, frame, doingsMax)) {
			const shown = procedureOfRecord(role, reader.name(seq), reader.site(seq).rules);
			if (shown) return shown;
		}
		return undefined;
	}

	private ofProcedure(procedure: Procedure): Document {
		return this.remember(procedure.id, () => {
			const { locale, texts } = this;
			const role = texts(roleTexts[procedure.role]);
			const title = procedure.title[locale];
			const lines = [title, `${role} · ${texts('documentPage', procedure.page)}`, ''];
			const steps = procedure.steps.map((step, index) => {
				if (step.section) lines.push('', step.section[locale], '');
				const cited = step.rules.length > 0 ? ` [${step.rules.join(', ')}]` : '';
				const first = lines.length + 1;
				lines.push(...wrapped(`${step.text[locale]}${cited}`, `${String(index + 1).padStart(3)}. `, '     '));
				return { first, last: lines.length };
			});
			return { name: `${procedure.role}: ${title}`, text: `${lines.join('\n')}\n`, procedure, steps };
		});
	}

	private ofCall(role: Role, call: string | undefined): Document {
		return this.remember(`${role}:${call ?? ''}`, () => {
			const lines = [call ?? this.texts(roleTexts[role]), this.texts(roleTexts[role]), ''];
			const documented = call === undefined ? undefined : findBoundaryCall(call);
			if (documented) {
				const name = documented.name as CallName;
				lines.push(...wrapped(this.callTexts.doc(name), '', ''), '');
				lines.push(this.texts('documentDeclaration'), ...wrapped(documented.signature, '  ', '      '), '');
				lines.push(this.texts('documentReturns'), ...wrapped(this.callTexts.returns(name), '  ', '  '), '');
				if (documented.rules.length > 0)
					lines.push(...wrapped(this.texts('documentRules', documented.rules.join(', ')), '', '  '));
				lines.push(this.texts('documentPage', documented.san?.source ?? documented.source));
			} else {
				lines.push(this.texts('documentNothing'));
			}
			return {
				name: `${role}: ${call ?? this.texts(roleTexts[role])}`,
				text: `${lines.join('\n')}\n`,
				procedure: undefined,
				steps: [],
			};
		});
	}

	private remember(key: string, make: () => Omit<Document, 'reference' | 'source'>): Document {
		const known = this.byKey.get(key);
		if (known) return known;
		const made = make();
		const reference = this.byReference.length + 1;
		const source: DebugProtocol.Source = { name: made.name, sourceReference: reference, presentationHint: 'normal' };
		const document = { ...made, reference, source };
		this.byReference.push(document);
		this.byKey.set(key, document);
		return document;
	}
}

/** The step that the latest telling record of a frame shows; the first one where there is none yet. */
function currentStep(stacks: CallStacks, frame: CallFrame, procedure: Procedure): number {
	const { reader } = stacks;
	for (const seq of doings(stacks, frame, doingsMax)) {
		const name = reader.name(seq);
		// A procedure begins with the call that it is written for, whatever later step makes the same call.
		if (seq === frame.call && name === procedure.calls[0]) return 0;
		const step = stepOfRecord(procedure, name, reader.site(seq).rules);
		if (step >= 0) return step;
	}
	return 0;
}

/** Breaks text into lines; Chinese, which has no spaces, breaks anywhere. */
function wrapped(text: string, first: string, rest: string): readonly string[] {
	const lines: string[] = [];
	let line = first;
	let width = first.length;
	for (const word of text.match(/[\x21-\x7e’“”]+\s*|[^\x21-\x7e]/gu) ?? []) {
		const length = [...word].reduce((sum, letter) => sum + ((letter.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1), 0);
		if (width + length > lineMax && width > rest.length) {
			lines.push(line.trimEnd());
			line = rest;
			width = rest.length;
		}
		line += word;
		width += length;
	}
	lines.push(line.trimEnd());
	return lines;
}
