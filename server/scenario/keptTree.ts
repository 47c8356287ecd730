/**
 * Syntax trees as texts, to be kept: a file that has not changed need not be parsed again, which would be most of a start.
 *
 * What is kept of a node is its type, its properties, and where it and each of its properties stand in the file. That is
 * all that checks, runs and the debugger ask of a tree.
 */
import { type AstNode, type CstNode, GrammarUtils } from 'langium';
import type { Model } from './generated/ast';
import type { Problem } from './problem';

/** Where trees are kept. Both may fail quietly: a tree that is not there is made anew. */
export interface TreeStore {
	/** What `keep` got for that very text. */
	find(text: string): string | undefined;
	/** @param tree makes the tree's text, when there is time for it */
	keep(text: string, tree: () => string): void;
}

/** Offsets of the beginning and the end, one pair after the other. */
type Offsets = readonly number[];

interface PackedNode {
	readonly $type: string;
	readonly $at: Offsets;
	/** By property, one pair for each element; left out where it is the place of the node that is its value. */
	readonly $of?: Readonly<Record<string, Offsets>>;
	readonly [property: string]: unknown;
}

/** A tree without errors, and the warnings about it. */
interface Checked {
	readonly model: Model;
	readonly problems: readonly Problem[];
}

export function packTree({ model, problems }: Checked): string {
	return JSON.stringify({ model: pack(model), problems });
}

/**
 * @param text the text that the tree was made of
 * @param uri of the file that has the text now
 * @throws SyntaxError or TypeError if `tree` is not what `packTree` made
 */
export function unpackTree(tree: string, text: string, uri: string): Checked {
	const packed = JSON.parse(tree) as { readonly model?: PackedNode; readonly problems?: readonly Problem[] } | null;
	if (packed?.model?.$type !== 'Model' || !Array.isArray(packed.problems)) throw new TypeError('no kept tree');
	const problems = packed.problems.map((problem: Problem) => ({ ...problem, file: uri }));
	return { model: unpack(packed.model, new Source(text)) as Model, problems };
}

function pack(node: AstNode): PackedNode {
	const packed: Record<string, unknown> = { $type: node.$type, $at: offsetsOf(node.$cstNode) };
	const places: Record<string, Offsets> = {};
	for (const [name, value] of propertiesOf(node)) {
		packed[name] = Array.isArray(value) ? value.map(packValue) : packValue(value);
		const found = GrammarUtils.findNodesForProperty(node.$cstNode, name).flatMap(offsetsOf);
		const own = [value].flat().flatMap((item) => (isNode(item) ? offsetsOf(item.$cstNode) : []));
		if (found.join() !== own.join()) places[name] = found;
	}
	if (Object.keys(places).length > 0) packed.$of = places;
	return packed as unknown as PackedNode;
}

function packValue(value: unknown): unknown {
	return isNode(value) ? pack(value) : value;
}

function unpack(packed: PackedNode, source: Source): AstNode {
	const { $type, $at, $of = {} } = packed;
	const node: Record<string, unknown> = { $type };
	for (const [name, value] of propertiesOf(packed)) {
		const adopt = (item: unknown, index?: number): unknown => {
			if (!isNode(item)) return item;
			const child = unpack(item as unknown as PackedNode, source);
			return Object.assign(child, {
				$container: node,
				$containerProperty: name,
				...(index === undefined ? {} : { $containerIndex: index }),
			});
		};
		node[name] = Array.isArray(value) ? value.map(adopt) : adopt(value);
	}
	node.$cstNode = new KeptCst(source, $at, node as unknown as AstNode, $of) as unknown as CstNode;
	return node as unknown as AstNode;
}

function propertiesOf(node: object): readonly (readonly [string, unknown])[] {
	return Object.entries(node).filter(([name, value]) => !name.startsWith('$') && value !== undefined);
}

function isNode(value: unknown): value is AstNode {
	return typeof value === 'object' && value !== null && '$type' in value;
}

function offsetsOf(cst: CstNode | undefined): number[] {
	return cst === undefined ? [] : [cst.offset, cst.end];
}

/** A text with the beginnings of its lines, found when somebody asks. */
class Source {
	private starts: readonly number[] | undefined;

	constructor(readonly text: string) {}

	/** Line and character from 0, as in the Language Server Protocol. */
	position(offset: number): { readonly line: number; readonly character: number } {
		this.starts ??= lineStarts(this.text);
		let [low, high] = [0, this.starts.length];
		while (high - low > 1) {
			const middle = (low + high) >> 1;
			if ((this.starts[middle] as number) <= offset) low = middle;
			else high = middle;
		}
		return { line: low, character: offset - (this.starts[low] as number) };
	}
}

function lineStarts(text: string): readonly number[] {
	return [0, ...[...text.matchAll(/\r\n?|\n/g)].map(({ index, 0: end }) => index + end.length)];
}

/** What is left of a concrete syntax node: where it stands, and where the properties of its node do. */
export class KeptCst {
	readonly offset: number;
	readonly end: number;

	constructor(
		private readonly source: Source,
		[offset = 0, end = 0]: Offsets,
		private readonly node: AstNode,
		private readonly places: Readonly<Record<string, Offsets>>,
	) {
		this.offset = offset;
		this.end = end;
	}

	get length(): number {
		return this.end - this.offset;
	}

	get text(): string {
		return this.source.text.slice(this.offset, this.end);
	}

	get range(): CstNode['range'] {
		return { start: this.source.position(this.offset), end: this.source.position(this.end) };
	}

	/** As Langium's `findNodeForProperty`: the element at `index`, or the nearest that there is; the first without one. */
	ofProperty(property: string, index = 0): CstNode | undefined {
		const nearest = (length: number): number => Math.max(0, Math.min(index, length - 1));
		const places = this.places[property];
		if (places === undefined) {
			const values = [(this.node as unknown as Readonly<Record<string, unknown>>)[property]].flat().filter(isNode);
			return values[nearest(values.length)]?.$cstNode;
		}
		if (places.length === 0) return undefined;
		const at = 2 * nearest(places.length / 2);
		return new KeptCst(this.source, places.slice(at, at + 2), this.node, {}) as unknown as CstNode;
	}
}
