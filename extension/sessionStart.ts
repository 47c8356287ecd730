/** Starts a debug session for a run. */
import path from 'node:path';
import * as vscode from 'vscode';
import { debugType, type LaunchAttributes } from './debugConfiguration';
import type { RunOrigin } from './diagramSource';

/** The configuration of a run: its origin's fields are launch attributes. */
export function launchConfiguration(origin: RunOrigin): vscode.DebugConfiguration {
	const { traces: _, ...run } = origin;
	return { type: debugType, request: 'launch', name: run.scenario ?? path.basename(run.program), ...run };
}

/** Resolves to whether the session has started. */
export async function startSession(
	origin: RunOrigin,
	attributes: LaunchAttributes,
	options: vscode.DebugSessionOptions = {},
): Promise<boolean> {
	const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(origin.program));
	return vscode.debug.startDebugging(folder, { ...launchConfiguration(origin), ...attributes }, options);
}
