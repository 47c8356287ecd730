/** Ticks off the steps of the walkthrough that no command or setting shows to be done. */
import * as vscode from 'vscode';
import { debugType } from './debugConfiguration';

/** Sets the context keys that complete the steps; package.json names them. */
export function trackWalkthrough(): vscode.Disposable {
	const { debug } = vscode;
	return vscode.Disposable.from(
		debug.onDidChangeBreakpoints(({ added }) => {
			if (added.some((breakpoint) => breakpoint instanceof vscode.FunctionBreakpoint))
				done('sanflow.hasFunctionBreakpoint');
		}),
		debug.onDidStartDebugSession(({ type }) => {
			if (type === debugType) done('sanflow.hasDebugged');
		}),
		debug.onDidChangeActiveStackItem((item) => {
			if (item?.session.type === debugType && item instanceof vscode.DebugStackFrame) done('sanflow.hasStopped');
		}),
	);
}

function done(key: string): void {
	void vscode.commands.executeCommand('setContext', key, true);
}
