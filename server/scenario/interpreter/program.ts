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
	private readonly byNode: ReadonlyMap<VariableNode, Variable>;
	/** Variables by the thread or function that they are declared in. */
	private readonly byOwner = new Map<Node, Variable[]>();
	private readonly files = new Map<Node, string>();

	constructor(readonly file: ScenarioFile) {
		this.declarations = declarationsOf(file);
		const scopes = filesOf(file).map(({ model }) => bindNames(model, this.declarations));
		this.meanings = scopes.map(({ meanings }) => meanings);
		const variables = scopes.flatMap((scope) => scope.variables);
		this.byNode = new Map(variables.map((variable) => [variable.node, variable]));
		for (const variable of variables) this.addToOwners(variable);
		for (const { model, uri } of filesOf(file)) this.files.set(model, uri);
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
		const variable = node.$type === 'AssignmentStatement' ? this.assigned(node) : this.byNode.get(node);
		if (!variable) throw new RangeError(`nothing is declared as ${node.name}; the file has errors`);
		return variable;
	}

	private assigned(node: AssignmentStatement): Variable | undefined {
		const meaning = this.meaningOf(node);
		return meaning?.kind === 'variable' ? meaning.variable : undefined;
	}

	/** Names of the variables that are declared somewhere inside `node`, in order, each once. */
	namesIn(node: Node): readonly string[] {
		return [...new Set((this.byOwner.get(node) ?? []).map(({ name }) => name))];
	}

	private addToOwners(variable: Variable): void {
		for (let current: Node | undefined = variable.node; current; current = current.$container) {
			if (current.$type !== 'Thread' && current.$type !== 'FunctionDeclaration') continue;
			const owned = this.byOwner.get(current);
			if (owned) owned.push(variable);
			else this.byOwner.set(current, [variable]);
		}
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
		return this.files.get(root) ?? this.file.uri;
	}
}
