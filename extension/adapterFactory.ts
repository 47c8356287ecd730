/** Starts the debug adapter: a process of its own for each session, so that no scenario can freeze the editor. */
import * as vscode from 'vscode';

export class AdapterFactory implements vscode.DebugAdapterDescriptorFactory {
	/** @param adapter path of the adapter's bundle */
	constructor(private readonly adapter: string) {}

	createDebugAdapterDescriptor(): vscode.DebugAdapterDescriptor {
		// The executable of the extension host is there on every machine; a `node` on the PATH may not be.
		return new vscode.DebugAdapterExecutable(process.execPath, [this.adapter], { env: { ELECTRON_RUN_AS_NODE: '1' } });
	}
}
