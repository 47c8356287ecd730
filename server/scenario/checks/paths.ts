/** Paths of components: `alice`, `alice.ib0`, `alice.ib0.proxy`. */

import { type Component, resolveComponent } from '../components';
import type { ComponentPath } from '../generated/ast';
import { nearestName } from '../nearestName';
import { type CheckContext, threadsAround } from './context';

/** The component of a path; reports it if there is none. `prefix` is what the place of the path implies. */
export function checkPath(
	context: CheckContext,
	path: ComponentPath | undefined,
	prefix: readonly string[] = [],
): Component | undefined {
	if (path === undefined || path.parts.length === 0) return undefined;
	const component = resolveComponent(context.declarations, threadsAround(path), [...prefix, ...path.parts]);
	if (component.kind !== 'unknown') return component;
	const { name, owner, candidates } = component;
	const where = { property: 'parts', index: component.index - prefix.length, hint: nearestName(name, candidates) };
	if (component.what === 'host') context.error(path, 'unknown-host', { name }, where);
	else context.error(path, 'unknown-component', { name, owner }, where);
	return undefined;
}

export function pathText(path: ComponentPath): string {
	return path.parts.join('.');
}
