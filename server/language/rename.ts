/** Rename a declared name everywhere; refused for a new name that is none or that is taken. */

import type { LangiumDocument, LangiumDocuments } from 'langium';
import type { RenameProvider } from 'langium/lsp';
import {
	LSPErrorCodes,
	type Range,
	type RenameParams,
	ResponseError,
	type TextDocumentPositionParams,
	type TextEdit,
	type WorkspaceEdit,
} from 'vscode-languageserver';
import { builtins } from '../scenario/builtins';
import { hostParts } from '../scenario/components';
import { threadsOf } from '../scenario/declarations';
import { isHost, isScenario } from '../scenario/generated/ast';
import { scenarioCalls } from '../winsock/calls';
import type { Analyses, AnalyzedDocument } from './analyses';
import { occurrencesEverywhere } from './navigation';
import { type Occurrence, occurrenceAt } from './occurrences';
import type { Texts } from './texts';
import { reservedWords } from './words';

export class ScenarioRename implements RenameProvider {
	constructor(
		private readonly analyses: Analyses,
		private readonly documents: () => LangiumDocuments,
		private readonly texts: Texts,
	) {}

	prepareRename(document: LangiumDocument, { position }: TextDocumentPositionParams): Range | undefined {
		return occurrenceAt(this.analyses.of(document), position)?.range;
	}

	rename(document: LangiumDocument, { position, newName }: RenameParams): WorkspaceEdit | undefined {
		const analyzed = this.analyses.of(document);
		const wanted = occurrenceAt(analyzed, position);
		if (wanted === undefined) return undefined;
		this.refuseBadName(analyzed, wanted, newName);
		const changes: Record<string, TextEdit[]> = {};
		for (const place of occurrencesEverywhere(this.analyses, this.documents(), wanted)) {
			const uri = place.document.uri.toString();
			changes[uri] ??= [];
			changes[uri].push({ range: place.occurrence.range, newText: newName });
		}
		return { changes };
	}

	private refuseBadName(analyzed: AnalyzedDocument, wanted: Occurrence, name: string): void {
		if (!/^[A-Za-z_]\w*$/.test(name) || reservedWords.has(name)) {
			throw this.refusal(`'${name}' is not a name`, `“${name}”不能用作名称`);
		}
		if (name !== wanted.name && namesBeside(analyzed, wanted).has(name)) {
			throw this.refusal(`'${name}' is already taken`, `“${name}”已被使用`);
		}
	}

	private refusal(en: string, zhCn: string): ResponseError {
		return new ResponseError(LSPErrorCodes.RequestFailed, this.texts.say(en, zhCn));
	}
}

/** The names that the new one would collide with. */
function namesBeside({ analysis }: AnalyzedDocument, { kind, target }: Occurrence): ReadonlySet<string> {
	const { networks, hosts, functions } = analysis.declarations;
	switch (kind) {
		case 'network':
			return new Set(networks.keys());
		case 'host':
			return new Set(hosts.keys());
		case 'function':
			return new Set([
				...functions.keys(),
				...scenarioCalls.map(({ name }) => name),
				...builtins.map(({ name }) => name),
			]);
		case 'nic': {
			const host = target.$container;
			return new Set([...hostParts, ...(isHost(host) ? host.nics.map(({ name }) => name) : [])]);
		}
		case 'thread': {
			const scenario = target.$container;
			const threads = isScenario(scenario) ? threadsOf(scenario) : [];
			const host = threads.find((thread) => thread === target)?.host ?? '';
			const nics = hosts.get(host)?.node.nics ?? [];
			const siblings = threads.filter((thread) => thread.host === host);
			return new Set([...hostParts, ...siblings.map(({ name }) => name), ...nics.map(({ name }) => name)]);
		}
		default:
			// Any variable of the file: a change of meaning through shadowing would go unnoticed.
			return new Set(analysis.scopes.variables.map(({ name }) => name));
	}
}
