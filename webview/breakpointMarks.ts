/** Which messages have a breakpoint: the webview is told the breakpoints, and knows what its rows say. */
import type { DiagramInfo, DiagramRow } from '../server/protocol/diagram';
import type { PanelBreakpoint, PanelBreakpoints } from '../server/protocol/panel';

/** The breakpoint that a message gets: on its call by name and component, or on its scenario line. */
export function breakpointFor(info: DiagramInfo, row: DiagramRow): PanelBreakpoint | undefined {
	const callee = info.lifelines[row.to];
	if (row.kind === 'call' && row.name !== undefined && callee && callee.role !== 'host')
		return { kind: 'function', name: `${callee.id}!${row.name}` };
	return row.source ? { kind: 'source', source: row.source } : undefined;
}

/** Tells the rows that have one. A breakpoint on a statement is shown at its first message. */
export function breakpointTest(
	breakpoints: PanelBreakpoints,
	lifelineOf: (lane: number) => string | undefined,
	rowAt: (row: number) => DiagramRow | undefined,
): (row: DiagramRow) => boolean {
	const functions = breakpoints.functions.map(functionTest);
	const { statements } = breakpoints;
	return (row) => {
		if (row.kind === 'call' && row.folded === undefined) {
			const component = lifelineOf(row.to) ?? '';
			if (functions.some((matches) => matches(row.name ?? '', component))) return true;
		}
		const { source } = row;
		if (!source || statements.length === 0) return false;
		const before = rowAt(row.row - 1);
		// Before what was not fetched yet, nothing can be told to be first.
		if (row.row > 0 && !before) return false;
		if (before?.source?.line === source.line && before.source.file === source.file) return false;
		return statements.some(({ files, line }) => line === source.line && files.includes(source.file));
	};
}

/** `name`, `component!name` or `component.name`, with `*` for anything, as the debugger takes them. */
function functionTest(name: string): (call: string, component: string) => boolean {
	const [, component = '', call = name] = /^(.*)!([^!]*)$/.exec(name) ?? [];
	const isCall = wildcard(call.trim());
	const isComponent = component === '' ? () => true : wildcard(component.trim());
	return (called, callee) => isCall(called) && isComponent(callee);
}

function wildcard(text: string): (candidate: string) => boolean {
	const source = text
		.split('*')
		.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
		.join('.*');
	const expression = new RegExp(`^${source}$`, 'i');
	return (candidate) => expression.test(candidate);
}
