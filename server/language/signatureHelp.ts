/** Signature help: the parameters of the call whose parentheses are open, the current one marked. */

import type { LangiumDocument, Lexer } from 'langium';
import type { SignatureHelpProvider } from 'langium/lsp';
import {
	MarkupKind,
	type SignatureHelp,
	type SignatureHelpOptions,
	type SignatureHelpParams,
} from 'vscode-languageserver';
import { findBuiltin } from '../scenario/builtins';
import { signatureOf } from '../scenario/checks/calls';
import { type CallName, findBoundaryCall, findScenarioCall } from '../winsock/calls';
import type { Analyses } from './analyses';
import type { Texts } from './texts';
import { placeAt, tokensBefore } from './tokens';

export class ScenarioSignatureHelp implements SignatureHelpProvider {
	readonly signatureHelpOptions: SignatureHelpOptions = { triggerCharacters: ['(', ','], retriggerCharacters: [')'] };

	constructor(
		private readonly analyses: Analyses,
		private readonly lexer: () => Lexer,
		private readonly texts: Texts,
	) {}

	provideSignatureHelp(document: LangiumDocument, { position }: SignatureHelpParams): SignatureHelp | undefined {
		const offset = document.textDocument.offsetAt(position);
		const text = document.textDocument.getText();
		const { call } = placeAt(tokensBefore(this.lexer(), text, offset), text, offset);
		if (call === undefined) return undefined;
		const shown = this.signature(document, call.name);
		if (shown === undefined) return undefined;
		const named = shown.names.indexOf(call.named ?? '');
		const index = named >= 0 ? named : Math.min(call.argument, Math.max(shown.names.length - 1, 0));
		return {
			signatures: [
				{
					label: shown.label,
					documentation: { kind: MarkupKind.Markdown, value: shown.doc },
					parameters: shown.names.map((name) => {
						const documentation = this.parameterDoc(call.name, name);
						return { label: name, ...(documentation === undefined ? {} : { documentation }) };
					}),
				},
			],
			activeSignature: 0,
			activeParameter: index,
		};
	}

	private signature(document: LangiumDocument, name: string) {
		const signature = signatureOf(this.analyses.of(document).analysis, name);
		if (signature !== undefined) {
			return {
				label: signature.text,
				names: signature.parameters.map((parameter) => parameter.name),
				doc: this.callDoc(name),
			};
		}
		// In a call pattern the parameters are those of the documented function.
		const boundary = findBoundaryCall(name);
		if (boundary === undefined) return undefined;
		const names = boundary.parameters.map((parameter) => parameter.name);
		return { label: `${name}(${names.join(', ')})`, names, doc: this.texts.calls.doc(name as CallName) };
	}

	private callDoc(name: string): string {
		if (findScenarioCall(name) !== undefined) return this.texts.calls.doc(name as CallName);
		return findBuiltin(name)?.doc[this.texts.locale] ?? '';
	}

	private parameterDoc(call: string, parameter: string): string | undefined {
		const documented = findScenarioCall(call) ?? findBoundaryCall(call);
		return documented === undefined ? undefined : this.texts.calls.parameter(call as CallName, parameter);
	}
}
