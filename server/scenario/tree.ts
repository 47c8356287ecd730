/**
 * Walking a syntax tree, including the incomplete trees that error recovery leaves behind.
 */

import type { AstNode } from 'langium';
import type { SanflowAstType } from './generated/ast';

/** The direct children in the order of their properties. Visited for every node of a file, hence plain loops. */
export function childrenOf(node: AstNode): readonly AstNode[] {
	const children: AstNode[] = [];
	for (const name in node) {
		// `$container` and `$cstNode` lead out of the tree.
		if (name.charCodeAt(0) === 36) continue;
		const value: unknown = (node as unknown as Readonly<Record<string, unknown>>)[name];
		if (typeof value !== 'object' || value === null) continue;
		if (Array.isArray(value)) {
			for (const item of value) if (isNode(item)) children.push(item);
		} else if (isNode(value)) {
			children.push(value);
		}
	}
	return children;
}

function isNode(value: unknown): value is AstNode {
	return typeof value === 'object' && value !== null && typeof (value as { $type?: unknown }).$type === 'string';
}

/** The node and everything below it, parents first. */
export function descendantsOf(node: AstNode): readonly AstNode[] {
	const nodes: AstNode[] = [node];
	// The list grows while it is walked: breadth first.
	for (let index = 0; index < nodes.length; index++) {
		const current = nodes[index];
		if (current !== undefined) nodes.push(...childrenOf(current));
	}
	return nodes;
}

/** All nodes below a root by type, so that each check visits only its own. */
export class NodesByType {
	private readonly nodes = new Map<string, AstNode[]>();

	constructor(root: AstNode) {
		for (const node of descendantsOf(root)) {
			const same = this.nodes.get(node.$type);
			if (same === undefined) this.nodes.set(node.$type, [node]);
			else same.push(node);
		}
	}

	/** The nodes of the types, by type, in no particular order. */
	of<Types extends readonly (keyof SanflowAstType)[]>(...types: Types): readonly SanflowAstType[Types[number]][] {
		return types.flatMap((type) => (this.nodes.get(type) ?? []) as SanflowAstType[Types[number]][]);
	}
}

/** The nearest node of a type around (or at) a node. */
export function enclosing<Node extends AstNode>(
	node: AstNode | undefined,
	is: (candidate: unknown) => candidate is Node,
): Node | undefined {
	for (let current = node; current !== undefined; current = current.$container) {
		if (is(current)) return current;
	}
	return undefined;
}
