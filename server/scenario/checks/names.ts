/** Names in expressions and assignments: declared, used, and meaning something where they stand. */

import { constantNames } from '../../winsock/constants';
import { wsaErrorNames } from '../../winsock/errors';
import { resolveComponent } from '../components';
import { type AssignmentStatement, isMemberExpression, type NameReference } from '../generated/ast';
import { nearestName } from '../nearestName';
import type { Variable } from '../scopes';
import { type CheckContext, threadsAround } from './context';
import { reportDuplicate } from './topology';

export function checkNames(context: CheckContext): void {
	for (const { node, first } of context.scopes.redeclared) reportDuplicate(context, node, first, node.name);
	for (const [node, meaning] of context.scopes.meanings) {
		if (node.$type === 'AssignmentStatement' && meaning.kind === 'unknown') {
			reportUndeclared(context, node, meaning.candidates);
		}
		if (node.$type !== 'NameReference') continue;
		if (meaning.kind === 'unknown') reportUnknown(context, node, meaning.candidates);
		if (meaning.kind === 'host') checkHostName(context, node);
	}
	for (const variable of context.scopes.variables) checkUsed(context, variable);
}

function reportUndeclared(context: CheckContext, node: AssignmentStatement, candidates: readonly string[]): void {
	if (node.name === undefined) return;
	const hint = nearestName(node.name, candidates);
	context.error(node, 'undeclared-variable', { name: node.name }, { property: 'name', hint });
}

function reportUnknown(context: CheckContext, node: NameReference, candidates: readonly string[]): void {
	const { name } = node;
	if (name === undefined) return;
	if (/^WSA_?[A-Z]/.test(name)) {
		context.error(node, 'unknown-error', { name }, { hint: nearestName(name, [...wsaErrorNames, ...constantNames]) });
		return;
	}
	context.error(
		node,
		'unknown-name',
		{ name },
		{ hint: nearestName(name, [...candidates, ...constantNames, ...wsaErrorNames]) },
	);
}

/** A host is no value; `bob.child` stands for the process of that thread. */
function checkHostName(context: CheckContext, node: NameReference): void {
	const member = node.$container;
	if (!isMemberExpression(member) || member.object !== node) {
		context.error(node, 'host-as-value', { name: node.name });
		return;
	}
	if (member.member === undefined) return;
	const component = resolveComponent(context.declarations, threadsAround(node), [node.name, member.member]);
	if (component.kind === 'thread') return;
	const names = threadsAround(node)
		.filter(({ host }) => host === node.name)
		.map(({ name }) => name);
	const hint = nearestName(member.member, names);
	context.error(member, 'unknown-component', { owner: node.name, name: member.member }, { property: 'member', hint });
}

/** Parameters may be there for the caller's sake, and a leading underscore says that the name is not needed. */
function checkUsed(context: CheckContext, { name, node, reads }: Variable): void {
	if (reads.length > 0 || node.$type === 'Parameter' || name.startsWith('_')) return;
	context.warning(node, 'unused-variable', { name }, { property: 'name' });
}
