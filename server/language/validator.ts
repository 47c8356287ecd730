/** Diagnostics: the problems of the language core, in the language of the editor. */

import type { DocumentValidator, LangiumDocument } from 'langium';
import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver';
import { checkScenarioFile } from '../scenario/check';
import { packTree, type TreeStore } from '../scenario/keptTree';
import { formatMessage, type MessageKey } from '../scenario/messages';
import { withoutEchoes } from '../scenario/parse';
import { type Finding, problemOf } from '../scenario/problem';
import { syntaxFindings } from '../scenario/syntax';
import type { Analyses, AnalyzedFile } from './analyses';
import { rangeOf } from './positions';
import type { Texts } from './texts';

/** What a diagnostic carries for its quick fixes. */
export interface DiagnosticData {
	/** Replaces the text of the range. */
	readonly hint?: string;
	readonly args: Readonly<Record<string, string | number>>;
}

/** Shown faded: they do nothing. */
const unnecessary: ReadonlySet<MessageKey> = new Set<MessageKey>(['unused-variable', 'unreachable-statement']);

export class ScenarioValidator implements DocumentValidator {
	constructor(
		private readonly analyses: Analyses,
		private readonly texts: Texts,
		private readonly trees: TreeStore | undefined,
	) {}

	async validateDocument(document: LangiumDocument): Promise<Diagnostic[]> {
		const { file, analysis } = this.analyses.of(document);
		const syntax = [...syntaxFindings(file.parseResult, file.text), ...file.importFindings];
		const findings = [...syntax, ...withoutEchoes(syntax, checkScenarioFile(file, analysis))];
		this.keepTree(file, findings);
		return findings.map((found) => this.diagnosticOf(found));
	}

	/** Who debugs next what was edited here need not parse it. */
	private keepTree({ text, model }: AnalyzedFile, findings: readonly Finding[]): void {
		if (model.imports.length > 0 || findings.some(({ severity }) => severity !== 'warning')) return;
		const problems = findings.map((found) => problemOf(found, ''));
		this.trees?.keep(text, () => packTree({ model, problems }));
	}

	private diagnosticOf({ code, severity, args = {}, hint, range }: Finding): Diagnostic {
		const data: DiagnosticData = { args, ...(hint === undefined ? {} : { hint }) };
		return {
			range: rangeOf(range),
			severity: severity === 'warning' ? DiagnosticSeverity.Warning : DiagnosticSeverity.Error,
			code,
			source: 'sanflow',
			message: formatMessage(code, args, this.texts.locale, hint),
			data,
			...(unnecessary.has(code) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
		};
	}
}
