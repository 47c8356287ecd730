/**
 * What each name in a file stands for: variables by block, functions, Winsock calls, constants, error codes.
 *
 * One pass over the tree. The checks, the editor's features and rename all read the result; nothing resolves a name a
 * second time.
 */

import type { AstNode } from 'langium';
import { findScenarioCall } from '../winsock/calls';
import { constantValue } from '../winsock/constants';
import { isWsaError } from '../winsock/errors';
import { findBuiltin, namedValues } from './builtins';
import type { Declarations, Declared } from './declarations';
import { threadsOf } from './declarations';
import {
	type AssignmentStatement,
	type Block,
	type CallExpression,
	type Expression,
	type FunctionDeclaration,
	isBlock,
	isLetStatement,
	type LetStatement,
	type LoopVariable,
	type Model,
	type NameReference,
	type Parameter,
	type Scenario,
	type ScenarioItem,
	type Statement,
} from './generated/ast';
import { childrenOf } from './tree';

export type VariableNode = LetStatement | Parameter | LoopVariable;

export interface Variable {
	readonly name: string;
	readonly node: VariableNode;
	readonly reads: NameReference[];
	readonly assignments: AssignmentStatement[];
}

export type Meaning =
	| { readonly kind: 'variable'; readonly variable: Variable }
	| { readonly kind: 'function'; readonly declared: Declared<FunctionDeclaration> }
	| { readonly kind: 'winsock' | 'builtin' | 'constant' | 'error' | 'value' | 'process' | 'host' }
	/** Nothing of that name; `candidates` are the names that could stand here. */
	| { readonly kind: 'unknown'; readonly candidates: readonly string[] };

export type NamedNode = NameReference | CallExpression | AssignmentStatement;

export interface Scopes {
	readonly variables: readonly Variable[];
	readonly meanings: ReadonlyMap<NamedNode, Meaning>;
	/** Names declared twice in one block: the second declaration and the first. */
	readonly redeclared: readonly { readonly node: VariableNode; readonly first: VariableNode }[];
}

/** The variables of one block and, through `outer`, of those around it. */
interface Scope {
	readonly outer: Scope | undefined;
	readonly variables: Map<string, Variable>;
}

export function bindNames(model: Model, declarations: Declarations): Scopes {
	const binder = new Binder(declarations);
	for (const declaration of model.functions) binder.bindFunction(declaration);
	for (const scenario of model.scenarios) binder.bindScenario(scenario);
	return binder;
}

/** The variables that a statement at this node could use, innermost first: for completion. */
export function variablesAt(scopes: Scopes, node: AstNode): readonly Variable[] {
	const enclosing = new Set<AstNode>();
	for (let current: AstNode | undefined = node; current !== undefined; current = current.$container)
		enclosing.add(current);
	return scopes.variables.filter((variable) => {
		const home = variable.node.$container;
		return home !== undefined && enclosing.has(home);
	});
}

class Binder implements Scopes {
	readonly variables: Variable[] = [];
	readonly meanings = new Map<NamedNode, Meaning>();
	readonly redeclared: { node: VariableNode; first: VariableNode }[] = [];
	private processes: ReadonlySet<string> = new Set();

	constructor(private readonly declarations: Declarations) {}

	bindFunction(declaration: FunctionDeclaration): void {
		const scope = inner(undefined);
		for (const parameter of declaration.parameters) this.declare(parameter, scope);
		this.bindBlock(declaration.body, scope);
	}

	/** Variables at the top of a scenario are shared by its threads, wherever they stand. */
	bindScenario(scenario: Scenario): void {
		const threads = threadsOf(scenario);
		this.processes = new Set(threads.flatMap(({ process }) => (process === undefined ? [] : [process])));
		const scope = inner(undefined);
		for (const item of scenario.items.filter(isLetStatement)) {
			this.bindExpressions(item.value, scope);
			this.declare(item, scope);
		}
		for (const item of scenario.items) this.bindItem(item, scope);
	}

	private bindItem(item: ScenarioItem, scope: Scope): void {
		if (item.$type === 'Thread') this.bindBlock(item.body, scope);
		else if (item.$type !== 'LetStatement') this.bindExpressions(item, scope);
	}

	private bindBlock(block: Block | undefined, outer: Scope): void {
		if (block === undefined) return;
		const scope = inner(outer);
		for (const statement of block.statements) this.bindStatement(statement, scope);
	}

	private bindStatement(statement: Statement, scope: Scope): void {
		switch (statement.$type) {
			case 'LetStatement':
				this.bindExpressions(statement.value, scope);
				this.declare(statement, scope);
				return;
			case 'AssignmentStatement':
				this.bindExpressions(statement.value, scope);
				this.bindAssignment(statement, scope);
				return;
			case 'IfStatement':
				this.bindExpressions(statement.condition, scope);
				this.bindBlock(statement.then, scope);
				if (isBlock(statement.otherwise)) this.bindBlock(statement.otherwise, scope);
				else if (statement.otherwise !== undefined) this.bindStatement(statement.otherwise, scope);
				return;
			case 'WhileStatement':
				this.bindExpressions(statement.condition, scope);
				this.bindBlock(statement.body, scope);
				return;
			case 'RepeatStatement':
				this.bindExpressions(statement.count, scope);
				this.bindLoop(statement.variable, statement.body, scope);
				return;
			case 'ForStatement':
				this.bindExpressions(statement.list, scope);
				this.bindLoop(statement.variable, statement.body, scope);
				return;
			default:
				this.bindExpressions(statement, scope);
		}
	}

	private bindLoop(variable: LoopVariable | undefined, body: Block, outer: Scope): void {
		const scope = inner(outer);
		if (variable !== undefined) this.declare(variable, scope);
		this.bindBlock(body, scope);
	}

	private bindAssignment(statement: AssignmentStatement, scope: Scope): void {
		const variable = lookUp(scope, statement.name);
		variable?.assignments.push(statement);
		this.meanings.set(
			statement,
			variable === undefined ? { kind: 'unknown', candidates: variableNames(scope) } : { kind: 'variable', variable },
		);
	}

	private bindExpressions(node: AstNode | undefined, scope: Scope): void {
		if (node === undefined) return;
		if (node.$type === 'NameReference') this.bindName(node as NameReference, scope);
		else if (node.$type === 'CallExpression') this.bindCall(node as CallExpression);
		for (const child of childrenOf(node)) this.bindExpressions(child, scope);
	}

	private bindName(node: NameReference, scope: Scope): void {
		const variable = lookUp(scope, node.name);
		variable?.reads.push(node);
		this.meanings.set(
			node,
			variable === undefined ? this.outsideMeaning(node.name, scope) : { kind: 'variable', variable },
		);
	}

	private outsideMeaning(name: string, scope: Scope): Meaning {
		const declared = this.declarations.functions.get(name);
		if (declared !== undefined) return { kind: 'function', declared };
		if (isWsaError(name)) return { kind: 'error' };
		if (constantValue(name) !== undefined) return { kind: 'constant' };
		if (Object.hasOwn(namedValues, name) || name === '_') return { kind: 'value' };
		if (this.processes.has(name)) return { kind: 'process' };
		if (this.declarations.hosts.has(name)) return { kind: 'host' };
		return { kind: 'unknown', candidates: [...variableNames(scope), ...this.declarations.functions.keys()] };
	}

	private bindCall(node: CallExpression): void {
		this.meanings.set(node, this.callMeaning(node.name));
	}

	private callMeaning(name: string): Meaning {
		if (findScenarioCall(name) !== undefined) return { kind: 'winsock' };
		if (findBuiltin(name) !== undefined) return { kind: 'builtin' };
		const declared = this.declarations.functions.get(name);
		return declared === undefined ? { kind: 'unknown', candidates: [] } : { kind: 'function', declared };
	}

	private declare(node: VariableNode, scope: Scope): void {
		const { name } = node;
		if (name === undefined) return;
		const first = scope.variables.get(name);
		if (first !== undefined) {
			this.redeclared.push({ node, first: first.node });
			return;
		}
		const variable: Variable = { name, node, reads: [], assignments: [] };
		scope.variables.set(name, variable);
		this.variables.push(variable);
	}
}

function inner(outer: Scope | undefined): Scope {
	return { outer, variables: new Map() };
}

function lookUp(scope: Scope, name: string): Variable | undefined {
	for (let current: Scope | undefined = scope; current !== undefined; current = current.outer) {
		const found = current.variables.get(name);
		if (found !== undefined) return found;
	}
	return undefined;
}

function variableNames(scope: Scope): readonly string[] {
	const names: string[] = [];
	for (let current: Scope | undefined = scope; current !== undefined; current = current.outer) {
		names.push(...current.variables.keys());
	}
	return names;
}

/** The variable of an expression that is just its name. */
export function variableOf(scopes: Scopes, expression: Expression): Variable | undefined {
	if (expression.$type !== 'NameReference') return undefined;
	const meaning = scopes.meanings.get(expression);
	return meaning?.kind === 'variable' ? meaning.variable : undefined;
}
