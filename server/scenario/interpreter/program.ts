/** A scenario file ready to run: what its names mean, and its functions compiled once. */
import type { Coroutine } from '../../simulation';
import type { SourcePosition } from '../../trace';
import { type Declarations, declarationsOf, filesOf } from '../declarations';
import type { AssignmentStatement, FunctionDeclaration, Scenario } from '../generated/ast';
import type { ScenarioFile } from '../parse';
import { bindNames, type Meaning, type NamedNode, type Variable, type VariableNode } from '../scopes';
import { sourceRange } from '../sourceRange';
import type { Actor } from './frame';
import type { RuntimeValue } from './value';

type Node = Parameters<typeof sourceRange>[0];

export type FunctionBody = (actor: Actor, args: readonly RuntimeValue[]) => Coroutine<RuntimeValue>;
export type FunctionTable = ReadonlyMap<string, FunctionBody>;

export class Program {
	readonly declarations: Declarations;
	readonly functions = new Map<string, FunctionBody>();
	private readonly meanings: readonly ReadonlyMap<NamedNode, Meaning>[];
	private readonly variables: readonly Variable[];

	constructor(readonly file: ScenarioFile) {
		this.declarations = declarationsOf(file);
		const scopes = filesOf(file).map(({ model }) => bindNames(model, this.declarations));
		this.meanings = scopes.map(({ meanings }) => meanings);
		this.variables = scopes.flatMap(({ variables }) => variables);
	}

	get scenarios(): readonly Scenario[] {
		return this.file.model.scenarios;
	}

	functionsDeclared(): readonly FunctionDeclaration[] {
		return [...this.declarations.functions.values()].map(({ node }) => node);
	}

	meaningOf(node: NamedNode): Meaning | undefined {
		for (const meanings of this.meanings) {
			const meaning = meanings.get(node);
			if (meaning) return meaning;
		}
		return undefined;
	}

	/** The variable that a node declares or assigns to. */
	variableOf(node: VariableNode | AssignmentStatement): Variable {
		const variable =
			node.$type === 'AssignmentStatement' ? this.assigned(node) : this.variables.find((known) => known.node === node);
		if (!variable) throw new RangeError(`nothing is declared as ${node.name}; the file has errors`);
		return variable;
	}

	private assigned(node: AssignmentStatement): Variable | undefined {
		const meaning = this.meaningOf(node);
		return meaning?.kind === 'variable' ? meaning.variable : undefined;
	}

	/** Names of the variables that are declared somewhere inside `node`, in order, each once. */
	namesIn(node: Node): readonly string[] {
		const inside = this.variables.filter((variable) => isInside(variable.node, node));
		return [...new Set(inside.map(({ name }) => name))];
	}

	/** Where a node stands, as the trace records it. */
	position(node: Node): SourcePosition {
		const { line, column } = sourceRange(node);
		return { file: this.fileOf(node), line, column };
	}

	/** The file that a node is in: its root is one of the models. */
	private fileOf(node: Node): string {
		let root: Node = node;
		while (root.$container) root = root.$container;
		return filesOf(this.file).find(({ model }) => model === root)?.uri ?? this.file.uri;
	}
}

function isInside(node: Node, outer: Node): boolean {
	for (let current: Node | undefined = node; current; current = current.$container) if (current === outer) return true;
	return false;
}
