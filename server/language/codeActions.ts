/** Quick fixes: the nearest existing name, `let` for an undeclared variable, the subnet that was meant. */

import type { LangiumDocument } from 'langium';
import type { CodeActionProvider } from 'langium/lsp';
import {
	type CodeAction,
	CodeActionKind,
	type CodeActionParams,
	type Diagnostic,
	type TextEdit,
} from 'vscode-languageserver';
import type { Texts } from './texts';
import type { DiagnosticData } from './validator';

export class ScenarioCodeActions implements CodeActionProvider {
	constructor(private readonly texts: Texts) {}

	getCodeActions(document: LangiumDocument, { context }: CodeActionParams): CodeAction[] {
		return context.diagnostics
			.filter(({ source }) => source === 'sanflow')
			.flatMap((diagnostic) => this.fixesFor(document, diagnostic));
	}

	private fixesFor(document: LangiumDocument, diagnostic: Diagnostic): CodeAction[] {
		const { range, code } = diagnostic;
		const data = (diagnostic.data ?? { args: {} }) as DiagnosticData;
		const fixes: CodeAction[] = [];
		const fix = (title: string, newText: string, where = range) => {
			const edit: TextEdit = { range: where, newText };
			fixes.push({
				title,
				kind: CodeActionKind.QuickFix,
				diagnostics: [diagnostic],
				isPreferred: fixes.length === 0,
				edit: { changes: { [document.uri.toString()]: [edit] } },
			});
		};
		if (data.hint !== undefined) fix(this.texts.say(`Change to '${data.hint}'`, `改为“${data.hint}”`), data.hint);
		const before = { start: range.start, end: range.start };
		if (code === 'undeclared-variable') fix(this.texts.say('Declare it with let', '用 let 声明'), 'let ', before);
		if (code === 'unused-variable') fix(this.texts.say("Mark as unused with '_'", '用“_”标为未使用'), '_', before);
		if (code === 'subnet-host-bits') {
			const subnet = String(data.args?.subnet ?? '');
			if (subnet !== '') fix(this.texts.say(`Change to ${subnet}`, `改为 ${subnet}`), subnet);
		}
		return fixes;
	}
}
