/** The breakpoints of the editor, as the call sequence shows and changes them. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { PanelBreakpoint, PanelBreakpoints, PanelStatement } from '../server/protocol/panel';
import type { RunOrigin } from './diagramSource';

/** All enabled breakpoints that a message of the run can have. */
export function panelBreakpoints(origin: RunOrigin): PanelBreakpoints {
	const enabled = vscode.debug.breakpoints.filter((breakpoint) => breakpoint.enabled);
	return {
		functions: enabled.flatMap((breakpoint) =>
			breakpoint instanceof vscode.FunctionBreakpoint ? [breakpoint.functionName] : [],
		),
		statements: enabled.flatMap((breakpoint) =>
			breakpoint instanceof vscode.SourceBreakpoint
				? [statementAt(breakpoint.location.uri, breakpoint.location.range.start, origin)]
				: [],
		),
	};
}

/** A place in a file, with the file written in each way in which a trace may write it. */
export function statementAt(uri: vscode.Uri, position: vscode.Position, origin: RunOrigin): PanelStatement {
	const relative = path.relative(path.dirname(origin.program), uri.fsPath);
	const files = [uri.fsPath, uri.toString(), relative, relative.split(path.sep).join('/'), path.basename(uri.fsPath)];
	return { files: [...new Set(files)], line: position.line + 1 };
}

/** Sets the breakpoint, or removes those that are there already. */
export function toggleBreakpoint(breakpoint: PanelBreakpoint, origin: RunOrigin): void {
	const { debug } = vscode;
	const there = debug.breakpoints.filter((other) => isSame(other, breakpoint, origin));
	if (there.length > 0) {
		debug.removeBreakpoints(there);
		return;
	}
	if (breakpoint.kind === 'function') {
		debug.addBreakpoints([new vscode.FunctionBreakpoint(breakpoint.name)]);
		return;
	}
	const { file, line, column } = breakpoint.source;
	const uri = vscode.Uri.file(path.resolve(path.dirname(origin.program), file));
	const at = new vscode.Position(line - 1, column - 1);
	debug.addBreakpoints([new vscode.SourceBreakpoint(new vscode.Location(uri, at))]);
}

/** `alice.ib0!WSPConnect` is reached by a breakpoint on `WSPConnect`, too. */
function isSame(other: vscode.Breakpoint, breakpoint: PanelBreakpoint, origin: RunOrigin): boolean {
	if (breakpoint.kind === 'function') {
		const call = breakpoint.name.slice(breakpoint.name.indexOf('!') + 1);
		return (
			other instanceof vscode.FunctionBreakpoint &&
			(other.functionName === breakpoint.name || other.functionName === call)
		);
	}
	if (!(other instanceof vscode.SourceBreakpoint)) return false;
	const { files, line } = statementAt(other.location.uri, other.location.range.start, origin);
	return line === breakpoint.source.line && files.includes(breakpoint.source.file);
}
