/**
 * Every place in a file where a declared name stands, with the declaration that it means: the base of definition,
 * references, highlight, rename, hover and semantic tokens.
 */

import { type AstNode, GrammarUtils } from 'langium';
import type { Position, Range } from 'vscode-languageserver';
import { pathPrefix } from '../scenario/checks/context';
import { resolveComponent } from '../scenario/components';
import { threadsOf } from '../scenario/declarations';
import type { ComponentPath, MemberExpression, Thread } from '../scenario/generated/ast';
import { isScenario } from '../scenario/generated/ast';
import { rangeOfCst } from '../scenario/sourceRange';
import { enclosing, NodesByType } from '../scenario/tree';
import type { AnalyzedDocument } from './analyses';
import { contains, rangeOf } from './positions';

export type SymbolKind = 'network' | 'host' | 'nic' | 'thread' | 'process' | 'function' | 'parameter' | 'variable';

export interface Occurrence {
	readonly kind: SymbolKind;
	readonly name: string;
	/** The declaring node; for a process, the first thread in it. */
	readonly target: AstNode;
	readonly range: Range;
	readonly role: 'declaration' | 'read' | 'write';
}

const cache = new WeakMap<AnalyzedDocument, readonly Occurrence[]>();

export function occurrencesIn(analyzed: AnalyzedDocument): readonly Occurrence[] {
	const known = cache.get(analyzed);
	if (known !== undefined) return known;
	const occurrences = new Collector(analyzed).collect();
	cache.set(analyzed, occurrences);
	return occurrences;
}

export function occurrenceAt(analyzed: AnalyzedDocument, position: Position): Occurrence | undefined {
	return occurrencesIn(analyzed).find(({ range }) => contains(range, position));
}

/** The property that holds the name of a declaration (of a process, in its thread). */
export function nameProperty(kind: SymbolKind): string {
	return kind === 'process' ? 'process' : 'name';
}

/** Where the name of a declaration stands in its file. */
export function declarationRange({ kind, target }: Pick<Occurrence, 'kind' | 'target'>): Range | undefined {
	const cst = GrammarUtils.findNodeForProperty(target.$cstNode, nameProperty(kind));
	return cst === undefined ? undefined : rangeOf(rangeOfCst(cst));
}

class Collector {
	private readonly found: Occurrence[] = [];
	private readonly nodes: NodesByType;

	constructor(private readonly analyzed: AnalyzedDocument) {
		this.nodes = new NodesByType(analyzed.file.model);
	}

	collect(): readonly Occurrence[] {
		this.addTopology();
		this.addThreads();
		this.addPaths();
		this.addVariables();
		this.addNames();
		return this.found;
	}

	private add(
		kind: SymbolKind,
		target: AstNode | undefined,
		node: AstNode,
		property: string,
		role: Occurrence['role'],
		index?: number,
	): void {
		const cst = GrammarUtils.findNodeForProperty(node.$cstNode, property, index);
		if (target === undefined || cst === undefined) return;
		this.found.push({ kind, name: cst.text, target, range: rangeOf(rangeOfCst(cst)), role });
	}

	private addTopology(): void {
		const { networks, hosts } = this.analyzed.analysis.declarations;
		for (const node of this.nodes.of('Network')) this.add('network', node, node, 'name', 'declaration');
		for (const node of this.nodes.of('Host')) this.add('host', node, node, 'name', 'declaration');
		for (const node of this.nodes.of('FunctionDeclaration')) this.add('function', node, node, 'name', 'declaration');
		for (const node of this.nodes.of('Nic')) {
			this.add('nic', node, node, 'name', 'declaration');
			this.add('network', networks.get(node.network)?.node, node, 'network', 'read');
		}
		for (const node of this.nodes.of('Thread')) this.add('host', hosts.get(node.host)?.node, node, 'host', 'read');
	}

	private addThreads(): void {
		for (const node of this.nodes.of('Thread')) {
			this.add('thread', node, node, 'name', 'declaration');
			const first = this.processThread(node, node.process);
			this.add('process', first, node, 'process', first === node ? 'declaration' : 'read');
		}
	}

	/** The first thread of a process, which stands for it. */
	private processThread(node: AstNode, name: string | undefined): Thread | undefined {
		return name === undefined ? undefined : this.threadsAround(node).find(({ process }) => process === name);
	}

	private threadsAround(node: AstNode): readonly Thread[] {
		const scenario = enclosing(node, isScenario);
		return scenario === undefined ? [] : threadsOf(scenario);
	}

	private addPaths(): void {
		for (const path of this.nodes.of('ComponentPath')) this.addPath(path);
		for (const member of this.nodes.of('MemberExpression')) this.addThreadMember(member);
	}

	private addPath(path: ComponentPath): void {
		const { declarations } = this.analyzed.analysis;
		const prefix = path.$container.$type === 'FaultStatement' ? pathPrefix(path) : [];
		const parts = [...prefix, ...path.parts];
		const network = declarations.networks.get(parts[0] ?? '')?.node;
		if (parts.length === 1 && network !== undefined) {
			this.add('network', network, path, 'parts', 'read', 0);
			return;
		}
		for (const [index] of path.parts.entries()) {
			const component = resolveComponent(
				declarations,
				this.threadsAround(path),
				parts.slice(0, prefix.length + index + 1),
			);
			if (component.kind === 'unknown') return;
			if (component.kind === 'host')
				this.add('host', declarations.hosts.get(component.host)?.node, path, 'parts', 'read', index);
			else if (component.thread !== undefined) this.add('thread', component.thread, path, 'parts', 'read', index);
			else if (component.kind === 'provider' || component.kind === 'card')
				this.add('nic', component.nic, path, 'parts', 'read', index);
		}
	}

	/** `bob.child` in an expression: the process of a thread. */
	private addThreadMember(node: MemberExpression): void {
		if (node.object?.$type !== 'NameReference' || !this.analyzed.analysis.types.isHost(node.object)) return;
		const host = node.object.name;
		const thread = this.threadsAround(node).find(
			(candidate) => candidate.host === host && candidate.name === node.member,
		);
		this.add('thread', thread, node, 'member', 'read');
	}

	private addVariables(): void {
		for (const { node, reads, assignments } of this.analyzed.analysis.scopes.variables) {
			const kind = node.$type === 'Parameter' ? 'parameter' : 'variable';
			this.add(kind, node, node, 'name', 'declaration');
			for (const read of reads) this.add(kind, node, read, 'name', 'read');
			for (const assignment of assignments) this.add(kind, node, assignment, 'name', 'write');
		}
	}

	private addNames(): void {
		const { scopes, declarations } = this.analyzed.analysis;
		for (const [node, meaning] of scopes.meanings) {
			if (meaning.kind === 'function') this.add('function', meaning.declared.node, node, 'name', 'read');
			else if (meaning.kind === 'host') this.add('host', declarations.hosts.get(node.name)?.node, node, 'name', 'read');
			else if (meaning.kind === 'process')
				this.add('process', this.processThread(node, node.name), node, 'name', 'read');
		}
	}
}
