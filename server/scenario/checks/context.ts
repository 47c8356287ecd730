/**
 * What every check reads and how it reports.
 */

import type { AstNode } from 'langium';
import type { Declarations } from '../declarations';
import { threadsOf } from '../declarations';
import { type Host, isHost, isNic, isScenario, type Nic, type Scenario, type Thread } from '../generated/ast';
import type { TypeInference } from '../inference';
import type { MessageKey } from '../messages';
import type { ScenarioFile } from '../parse';
import { type Finding, finding, type MessageArguments, type Severity } from '../problem';
import type { Scopes } from '../scopes';
import { enclosing, NodesByType } from '../tree';

interface Where {
	readonly property?: string;
	readonly index?: number;
	readonly hint?: string | undefined;
}

export class CheckContext {
	readonly findings: Finding[] = [];
	/** The nodes of the file. */
	readonly nodes: NodesByType;

	constructor(
		readonly file: Pick<ScenarioFile, 'uri' | 'text' | 'model'>,
		readonly declarations: Declarations,
		readonly scopes: Scopes,
		readonly types: TypeInference,
	) {
		this.nodes = new NodesByType(file.model);
	}

	error(node: AstNode, code: MessageKey, args: MessageArguments = {}, where: Where = {}): void {
		this.report('error', node, code, args, where);
	}

	warning(node: AstNode, code: MessageKey, args: MessageArguments = {}, where: Where = {}): void {
		this.report('warning', node, code, args, where);
	}

	private report(severity: Severity, node: AstNode, code: MessageKey, args: MessageArguments, where: Where): void {
		this.findings.push(finding(node, code, args, { ...where, severity }));
	}
}

/** The threads that a node of a scenario can name. */
export function threadsAround(node: AstNode): readonly Thread[] {
	const scenario: Scenario | undefined = enclosing(node, isScenario);
	return scenario === undefined ? [] : threadsOf(scenario);
}

/** The host or NIC whose block a node stands in: its paths start there. */
export function pathPrefix(node: AstNode): readonly string[] {
	const host: Host | undefined = enclosing(node, isHost);
	const nic: Nic | undefined = enclosing(node, isNic);
	return [host?.name, nic?.name].filter((name) => name !== undefined);
}
