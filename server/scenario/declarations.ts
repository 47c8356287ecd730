/**
 * What a scenario file declares, its imports included: networks, hosts with their NICs, functions.
 */

import type { FunctionDeclaration, Host, Network, Nic, Scenario, Thread } from './generated/ast';
import { isThread } from './generated/ast';
import type { ScenarioFile } from './parse';

/** A declaration and the file that it stands in. */
export interface Declared<Node> {
	readonly node: Node;
	readonly uri: string;
}

export interface Declarations {
	readonly networks: ReadonlyMap<string, Declared<Network>>;
	readonly hosts: ReadonlyMap<string, Declared<Host>>;
	readonly functions: ReadonlyMap<string, Declared<FunctionDeclaration>>;
}

type DeclaringFile = Pick<ScenarioFile, 'uri' | 'model'> & { readonly imports: readonly DeclaringFile[] };

/** Every file that takes part, the imported ones first, each once. */
export function filesOf<File extends DeclaringFile>(file: File): readonly File[] {
	const files = new Map<string, File>();
	const visit = (current: File) => {
		for (const imported of current.imports) visit(imported as File);
		if (!files.has(current.uri)) files.set(current.uri, current);
	};
	visit(file);
	return [...files.values()];
}

/** The declarations that the file can use. Of two with one name the first stands; checks report the other. */
export function declarationsOf(file: DeclaringFile): Declarations {
	const networks = new Map<string, Declared<Network>>();
	const hosts = new Map<string, Declared<Host>>();
	const functions = new Map<string, Declared<FunctionDeclaration>>();
	for (const { model, uri } of filesOf(file)) {
		addAll(networks, model.networks, uri);
		addAll(hosts, model.hosts, uri);
		addAll(functions, model.functions, uri);
	}
	return { networks, hosts, functions };
}

function addAll<Node extends { readonly name: string }>(
	target: Map<string, Declared<Node>>,
	nodes: readonly Node[],
	uri: string,
): void {
	for (const node of nodes) {
		if (node.name !== undefined && !target.has(node.name)) target.set(node.name, { node, uri });
	}
}

export function findNic(declarations: Declarations, host: string, nic: string): Nic | undefined {
	return declarations.hosts.get(host)?.node.nics.find((candidate) => candidate.name === nic);
}

export function threadsOf(scenario: Scenario): readonly Thread[] {
	return scenario.items.filter(isThread);
}
