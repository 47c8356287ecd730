/** Completion: what can stand at the cursor, judged by the tokens before it and by what the file declares. */

import { CstUtils, type LangiumDocument, type Lexer } from 'langium';
import type { CompletionProvider } from 'langium/lsp';
import { type CompletionItem, CompletionItemKind, CompletionList, type CompletionParams } from 'vscode-languageserver';
import { membersOf } from '../scenario/builtins';
import { partsOfHost, partsOfNic } from '../scenario/components';
import { findNic } from '../scenario/declarations';
import type { Expression, Thread } from '../scenario/generated/ast';
import { variablesAt } from '../scenario/scopes';
import type { SettingOwner } from '../scenario/settings';
import { descendantsOf } from '../scenario/tree';
import { fits, isAny } from '../scenario/types';
import { findScenarioCall } from '../winsock/calls';
import type { ScenarioType } from '../winsock/scenarioTypes';
import type { Analyses, AnalyzedDocument } from './analyses';
import * as items from './completionItems';
import type { Texts } from './texts';
import { type Place, placeAt, type Token, tokensBefore } from './tokens';

/** Words after which an expression stands. */
const beforeExpression =
	/^(?:[=(,[+*/%<>&|-]|[=!<>]=|\+=|-=|and|or|not|if|while|repeat|return|sleep|log|expect|in|try)$/;

interface Request {
	readonly analyzed: AnalyzedDocument;
	readonly document: LangiumDocument;
	readonly place: Place;
	readonly offset: number;
}

export class ScenarioCompletion implements CompletionProvider {
	readonly completionOptions = { triggerCharacters: ['.', ' ', '(', ',', '>', ':', '|'] };

	constructor(
		private readonly analyses: Analyses,
		private readonly lexer: () => Lexer,
		private readonly texts: Texts,
	) {}

	getCompletion(document: LangiumDocument, { position }: CompletionParams): CompletionList {
		const offset = document.textDocument.offsetAt(position);
		const text = document.textDocument.getText();
		const tokens = tokensBefore(this.lexer(), text, offset);
		if (insideText(tokens.at(-1), text, offset)) return CompletionList.create([]);
		const place = placeAt(tokens, text, offset);
		const request: Request = { analyzed: this.analyses.of(document), document, place, offset };
		const start = document.textDocument.positionAt(place.wordOffset);
		const found = this.itemsFor(request).map((item) => ({
			...item,
			textEdit: { range: { start, end: position }, newText: item.insertText ?? item.label },
		}));
		return CompletionList.create(found, false);
	}

	private itemsFor(request: Request): CompletionItem[] {
		const { place } = request;
		const previous = place.statement.at(-1)?.text;
		if (previous === '.') return this.afterDot(request);
		switch (place.block) {
			case 'file':
				return this.inFile(request);
			case 'network':
				return this.inSettings(request, place.head[0]?.text === 'lan' ? 'lan' : 'san', []);
			case 'host':
				return place.statement.length === 0
					? this.inSettings(request, 'host', items.hostSnippets)
					: this.inHost(request);
			case 'nic':
				return place.statement[0]?.text === 'fault'
					? this.inFault(request)
					: this.inSettings(request, 'nic', items.nicSnippets);
			case 'configure':
				return this.inSettings(request, this.configuredOwner(request), []);
			case 'calls':
			case 'unordered':
				return this.inPattern(request);
			case 'scenario':
				return this.inScenario(request);
			case 'code':
				return this.inCode(request);
		}
	}

	private inFile({ place, ...request }: Request): CompletionItem[] {
		const [first] = place.statement;
		if (first === undefined) return [...items.fileSnippets, ...items.settingItems(this.texts, 'scenario')];
		return first.kind === 'ID' ? this.settingValues({ place, ...request }, 'scenario') : [];
	}

	private inSettings(request: Request, owner: SettingOwner, snippets: readonly CompletionItem[]): CompletionItem[] {
		const previous = request.place.statement.at(-1)?.text;
		if (previous === undefined || previous === ',') return [...items.settingItems(this.texts, owner), ...snippets];
		return this.settingValues(request, owner);
	}

	private settingValues({ place }: Request, owner: SettingOwner): CompletionItem[] {
		// Values stand on the line of the name; the setting is the last name before the cursor.
		const name = [...place.statement]
			.reverse()
			.find(({ text }) => items.settingValueItems(owner, text).length > 0)?.text;
		const previous = place.statement.at(-1)?.text;
		if (name === undefined || name !== previous) return items.settingItems(this.texts, owner);
		return items.settingValueItems(owner, name);
	}

	private configuredOwner({ analyzed, place }: Request): SettingOwner {
		const parts = place.head.slice(1).map(({ text }) => text);
		if (parts.includes('.')) return 'nic';
		return analyzed.analysis.declarations.networks.get(parts[0] ?? '')?.node.kind ?? 'host';
	}

	private inHost(request: Request): CompletionItem[] {
		const { place, analyzed } = request;
		if (place.statement[0]?.text === 'fault') return this.inFault(request);
		const { networks } = analyzed.analysis.declarations;
		switch (place.statement.at(-1)?.text) {
			case 'on':
				return items.nameItems([...networks.keys()], CompletionItemKind.Module, (name) =>
					networkDetail(networks.get(name)?.node),
				);
			default: {
				const words = place.statement.map(({ text }) => text);
				return items.keywordItems(words.includes('on') ? ['at'] : ['on']);
			}
		}
	}

	private inScenario(request: Request): CompletionItem[] {
		const { statement } = request.place;
		const [first] = statement;
		if (first === undefined) return [...items.scenarioSnippets, ...items.settingItems(this.texts, 'scenario')];
		if (first.text === 'thread') return this.hosts(request);
		if (first.text === 'configure') return [...this.hosts(request), ...this.networks(request)];
		return (
			this.inEvent(request) ??
			(first.kind === 'ID' ? this.settingValues(request, 'scenario') : this.expressions(request))
		);
	}

	private inCode(request: Request): CompletionItem[] {
		const { statement } = request.place;
		if (statement.length === 0) {
			return [...items.codeSnippets, ...this.functions(request), ...this.variables(request)];
		}
		return this.inEvent(request) ?? this.expressions(request);
	}

	/** Faults, network faults and expectations, which read the same in a scenario and in a thread. */
	private inEvent(request: Request): CompletionItem[] | undefined {
		const words = request.place.statement.map(({ text }) => text);
		const previous = words.at(-1);
		switch (words[0]) {
			case 'fault':
				return this.inFault(request);
			case 'partition':
			case 'heal':
				if (previous === words[0]) return [...this.networks(request), ...this.hosts(request)];
				return previous === 'from' ? this.hosts(request) : items.keywordItems(['from', 'at', 'for']);
			case 'down':
			case 'up':
			case 'crash':
			case 'install':
			case 'uninstall':
				return previous === words[0] ? this.hosts(request) : items.keywordItems(['at', 'for']);
			case 'add':
			case 'remove':
				if (previous === words[0]) return this.addresses(request);
				if (previous === 'from' || previous === 'to') return this.hosts(request);
				return items.keywordItems([words[0] === 'add' ? 'to' : 'from', 'at', 'for']);
			case 'drop':
			case 'delay':
			case 'duplicate':
			case 'reorder':
				if (previous === words[0]) return items.keywordItems(['message', 'messages']);
				if (previous === 'from' || previous === 'to') return this.hosts(request);
				return items.keywordItems(['from', 'to', 'by', 'at', 'for']);
			case 'expect':
				return this.inExpect(request, words);
			default:
				return undefined;
		}
	}

	private inExpect(request: Request, words: readonly string[]): CompletionItem[] | undefined {
		const previous = words.at(-1);
		if (previous === 'expect')
			return [
				...items.keywordItems(['calls', 'no calls', 'unordered calls', 'violates']),
				...this.expressions(request),
			];
		if (previous === 'no' || previous === 'unordered') return items.keywordItems(['calls']);
		if (words.includes('violates')) return items.ruleItems(this.texts);
		if (words.includes('calls')) {
			return previous === 'calls' || previous === '->'
				? this.hosts(request)
				: items.keywordItems(words.includes('->') ? ['within'] : []);
		}
		return undefined;
	}

	private inFault(request: Request): CompletionItem[] {
		const { statement, block } = request.place;
		const words = statement.map(({ text }) => text);
		const previous = words.at(-1);
		const calls = () => items.callNameItems(this.texts, ['spi', 'san-extension', 'upcall']);
		if (words.includes(':')) return this.faultClauses(previous);
		if (previous === 'fault') {
			if (block === 'nic') return calls();
			return block === 'host' ? [...this.nicsOfBlock(request)] : this.hosts(request);
		}
		if (previous === 'to') return this.addresses(request);
		const hasCall = words.some((word, index) => index > 0 && /^W[SP]/.test(word));
		return hasCall ? items.keywordItems(['on call', 'on calls', 'to', 'at', 'for']) : calls();
	}

	private faultClauses(previous: string | undefined): CompletionItem[] {
		switch (previous) {
			case ':':
			case ',':
				return [
					...items.keywordItems(['success', 'pending', 'then', 'return', 'signal', 'complete', 'skip']),
					...items.errorItems(this.texts),
				];
			case 'then':
				return [...items.keywordItems(['success']), ...items.errorItems(this.texts)];
			case 'signal':
			case 'complete':
				return items.keywordItems(['never', 'once', 'twice']);
			case 'skip':
				return items.callNameItems(this.texts, ['upcall', 'win32', 'spi']);
			case 'pending':
				return items.keywordItems(['forever']);
			case 'return':
				return items.errorItems(this.texts);
			default:
				return items.keywordItems(['then']);
		}
	}

	private inPattern(request: Request): CompletionItem[] {
		const { place } = request;
		const previous = place.statement.at(-1)?.text;
		if (previous === '->' || previous === 'or') return items.errorItems(this.texts);
		if (place.call !== undefined) return [...items.constantItems(this.texts), ...items.errorItems(this.texts)];
		const head = [...place.outer.flatMap((outer) => outer.head), ...place.head].map(({ text }) => text);
		const target = head.slice(head.lastIndexOf('->') + 1);
		const source = head.slice(head.lastIndexOf('calls') + 1, head.lastIndexOf('->'));
		const rest = items.keywordItems(place.block === 'calls' ? ['...', 'unordered'] : []);
		if (this.isThread(request, source)) return [...items.applicationCallNameItems(this.texts), ...rest];
		const upward = target.includes('switch');
		return [
			...items.callNameItems(this.texts, upward ? ['upcall', 'win32'] : ['spi', 'san-extension', 'win32']),
			...rest,
		];
	}

	private isThread(request: Request, parts: readonly string[]): boolean {
		return this.threads(request).some(({ host, name }) => host === parts[0] && name === parts[2]);
	}

	private expressions(request: Request): CompletionItem[] {
		const { place } = request;
		const previous = place.statement.at(-1)?.text ?? '';
		if (previous === '->')
			return [...items.keywordItems(['success']), ...items.errorItems(this.texts, this.errorsOfStatement(place))];
		if (previous === 'or' && place.statement.some(({ text }) => text === '->')) return items.errorItems(this.texts);
		if (!beforeExpression.test(previous) && !(previous === ':' && place.call !== undefined)) {
			return items.keywordItems(['and', 'or', 'within', 'as', 'in']);
		}
		const expected = this.expectedType(place);
		return [
			...this.expectedItems(request, expected),
			...this.variables(request, expected),
			...this.functions(request),
			...items.constantItems(this.texts),
			...items.errorItems(this.texts),
			...items.keywordItems(['true', 'false', 'not', 'try']),
		];
	}

	/** The errors that the call of the statement is documented to fail with. */
	private errorsOfStatement({ statement }: Place): readonly string[] {
		return statement.flatMap(({ text }) => findScenarioCall(text)?.errors ?? []);
	}

	private expectedType({ call }: Place): ScenarioType | undefined {
		const parameters = call === undefined ? undefined : findScenarioCall(call.name)?.parameters;
		if (call === undefined || parameters === undefined) return undefined;
		return (call.named === undefined ? parameters[call.argument] : parameters.find(({ name }) => name === call.named))
			?.type;
	}

	private expectedItems(request: Request, expected: ScenarioType | undefined): CompletionItem[] {
		switch (expected?.kind) {
			case 'address':
				return this.addresses(request);
			case 'constant':
			case 'flags':
				return items.constantItems(this.texts, expected.group);
			case 'oneOf':
				return expected.types.flatMap((type) => this.expectedItems(request, type));
			case 'boolean':
				return items.keywordItems(['on', 'off', 'true', 'false']);
			default:
				return [];
		}
	}

	/** The addresses of all NICs, with the ports that the file uses already. */
	private addresses({ analyzed }: Request): CompletionItem[] {
		const { hosts } = analyzed.analysis.declarations;
		const ports = new Set<string>();
		for (const node of descendantsOf(analyzed.file.model)) {
			const port =
				node.$type === 'AddressLiteral'
					? /(?:\]|\.\d+):(\d+)$/.exec((node as unknown as { text: string }).text ?? '')?.[1]
					: undefined;
			if (port !== undefined) ports.add(port);
		}
		return [...hosts.values()].flatMap(({ node: host }) =>
			host.nics.flatMap((nic) =>
				nic.addresses.flatMap(({ text }) => {
					const ip = text.includes(':') ? `[${text}]` : text;
					return [...(ports.size === 0 ? ['7000'] : ports)].map((port) => ({
						label: `${ip}:${port}`,
						kind: CompletionItemKind.Value,
						detail: `${host.name}.${nic.name}`,
						sortText: `0${ip}:${port}`,
					}));
				}),
			),
		);
	}

	private functions({ analyzed }: Request): CompletionItem[] {
		const own = [...analyzed.analysis.declarations.functions.values()].map(({ node }) => ({
			name: node.name,
			parameters: node.parameters.map(({ name }) => name),
		}));
		return items.functionItems(this.texts, own);
	}

	/** The variables in scope; those of the expected type first. */
	private variables({ analyzed, document, place }: Request, expected?: ScenarioType): CompletionItem[] {
		const { scopes, types } = analyzed.analysis;
		const cst = document.parseResult.value.$cstNode;
		const node =
			cst === undefined
				? undefined
				: CstUtils.findLeafNodeBeforeOffset(cst, Math.max(place.wordOffset - 1, 0))?.astNode;
		if (node === undefined) return [];
		return variablesAt(scopes, node).map((variable) => {
			const type = types.typeOfVariable(variable);
			const suits = expected !== undefined && !isAny(type) && fits(type, expected);
			return { label: variable.name, kind: CompletionItemKind.Variable, sortText: `${suits ? 0 : 2}${variable.name}` };
		});
	}

	private hosts({ analyzed }: Request): CompletionItem[] {
		return items.nameItems([...analyzed.analysis.declarations.hosts.keys()], CompletionItemKind.Class);
	}

	private networks({ analyzed }: Request): CompletionItem[] {
		return items.nameItems([...analyzed.analysis.declarations.networks.keys()], CompletionItemKind.Module);
	}

	private nicsOfBlock({ analyzed, place }: Request): CompletionItem[] {
		const host = place.head[1]?.text ?? '';
		const nics = analyzed.analysis.declarations.hosts.get(host)?.node.nics ?? [];
		return items.nameItems(
			nics.map(({ name }) => name),
			CompletionItemKind.Interface,
		);
	}

	/** The threads of the file by its text: the statement being typed may have broken the tree that follows it. */
	private threads({ document }: Request): readonly Pick<Thread, 'host' | 'name'>[] {
		const declarations = document.textDocument.getText().matchAll(/\bthread\s+(\w+)\s*\.\s*(\w+)/g);
		const threads = new Map([...declarations].map(([text, host = '', name = '']) => [text, { host, name }]));
		return [...threads.values()];
	}

	private afterDot(request: Request): CompletionItem[] {
		const { analyzed, place } = request;
		const { declarations } = analyzed.analysis;
		const path = pathBefore(place.statement);
		const [host, nicName] = path;
		if (host !== undefined && declarations.hosts.has(host)) {
			if (path.length === 1)
				return items.nameItems(partsOfHost(declarations, host, this.threads(request)), CompletionItemKind.Interface);
			const nic = findNic(declarations, host, nicName ?? '');
			return nic === undefined || path.length > 2
				? []
				: items.nameItems(partsOfNic(declarations, nic), CompletionItemKind.Interface);
		}
		const type = this.typeBeforeDot(request, path);
		return type === undefined ? [] : items.memberItems(membersOf(type) ?? [], this.texts);
	}

	private typeBeforeDot({ analyzed, document, place }: Request, path: readonly string[]): ScenarioType | undefined {
		const { types, scopes } = analyzed.analysis;
		const cst = document.parseResult.value.$cstNode;
		const dot = place.statement.at(-1);
		if (cst === undefined || dot === undefined) return undefined;
		const node = CstUtils.findLeafNodeBeforeOffset(cst, Math.max(dot.offset - 1, 0))?.astNode;
		if (node === undefined) return undefined;
		const variable = path.length === 1 ? variablesAt(scopes, node).find(({ name }) => name === path[0]) : undefined;
		return variable === undefined ? types.typeOf(node as Expression) : types.typeOfVariable(variable);
	}
}

/** The names before the dot at the end: `alice . ib0 .` is alice, ib0. */
function pathBefore(statement: readonly Token[]): readonly string[] {
	const path: string[] = [];
	for (let index = statement.length - 1; index > 0 && statement[index]?.text === '.'; index -= 2) {
		const name = statement[index - 1]?.text;
		if (name === undefined || !/^\w+$/.test(name)) break;
		path.unshift(name);
	}
	return path;
}

/** Whether the cursor is in a string or a comment, where nothing is to be completed. */
function insideText(last: Token | undefined, text: string, offset: number): boolean {
	const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
	if (/^(?:[^"]|"(?:\\.|[^"\\])*")*\/\//.test(line)) return true;
	if (last === undefined || (last.kind !== 'STRING' && last.kind !== 'BYTES') || last.end !== offset) return false;
	return !/^b?"(?:\\.|[^"\\])*"$/.test(last.text);
}

function networkDetail(
	network: { readonly kind: string; readonly subnets: readonly { readonly text: string }[] } | undefined,
): string {
	return network === undefined ? '' : `${network.kind} ${network.subnets.map(({ text }) => text).join(', ')}`;
}
