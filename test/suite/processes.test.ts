/** However sessions, panels and editors are closed, no process of ours stays behind. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';
import { closeAllEditors, eventually, openAt, panelTitles, scenarioFile } from './scratch';

const endless = `san fabric 10.1.0.0/16
host alice { nic ib0 on fabric at 10.1.0.1 }
scenario "endless" {
  thread alice.client {
    let n = 0
    while n >= 0 { n += 1 }
  }
}
`;

/** Command lines of the debug adapters that this extension host has started. */
function adapters(): readonly string[] {
	const listed = execFileSync('ps', ['-A', '-o', 'ppid=,args=']).toString();
	return listed
		.split('\n')
		.filter((line) => Number(line.trim().split(/\s+/)[0]) === process.pid && line.includes('debugAdapter.js'));
}

async function adapterCount(count: number): Promise<void> {
	await eventually(() => adapters().length === count, `${count} debug adapters run`);
}

function isOpen(): boolean {
	return panelTitles().length > 0;
}

describe('processes', function () {
	if (process.platform === 'win32') return;
	this.slow(5000);

	const launch = (uri: vscode.Uri): Thenable<boolean> => {
		const configuration = { type: 'sanflow', request: 'launch', name: 'test', program: uri.fsPath, stopOnEntry: true };
		return vscode.debug.startDebugging(undefined, configuration);
	};

	afterEach(async () => {
		await vscode.debug.stopDebugging();
		await closeAllEditors();
		await adapterCount(0);
	});

	it('end with a session whose panel and editor were closed first', async () => {
		const uri = scenarioFile('panelFirst.sanflow');
		await openAt(uri);
		assert.ok(await launch(uri));
		await eventually(isOpen, 'the panel opens');
		await closeAllEditors();
		await adapterCount(1);
		await vscode.debug.stopDebugging();
		await adapterCount(0);
	});

	it('end with the panel of a session that was stopped first', async () => {
		const uri = scenarioFile('sessionFirst.sanflow');
		await openAt(uri);
		assert.ok(await launch(uri));
		await eventually(isOpen, 'the panel opens');
		await vscode.debug.stopDebugging();
		await closeAllEditors();
		await adapterCount(0);
	});

	it('end with the panel of a file without a session', async () => {
		await openAt(scenarioFile('noSession.sanflow'));
		await vscode.commands.executeCommand('sanflow.showCallSequence');
		await adapterCount(1);
		await closeAllEditors();
		await adapterCount(0);
	});

	it('end with the panel of a scenario that never ends', async () => {
		await openAt(scenarioFile('endless.sanflow', endless));
		await vscode.commands.executeCommand('sanflow.showCallSequence');
		await adapterCount(1);
		await closeAllEditors();
		await adapterCount(0);
	});

	it('end when a scenario that never ends is stopped', async () => {
		const uri = scenarioFile('endlessSession.sanflow', endless);
		await openAt(uri);
		assert.ok(await launch(uri));
		await vscode.commands.executeCommand('workbench.action.debug.continue');
		await adapterCount(1);
		await vscode.debug.stopDebugging();
		await adapterCount(0);
	});

	it('do not start for a file with errors', async () => {
		const uri = scenarioFile('errors.sanflow', 'scenario "x" { thread nobody.client { } }');
		await openAt(uri);
		const errors = (): boolean => vscode.languages.getDiagnostics(uri).some(({ severity }) => severity === 0);
		await eventually(errors, 'the language server reports the error');
		// VS Code tells it in a dialog, which it refuses to show in tests.
		await assert.rejects(async () => launch(uri), /errors\.sanflow has .* does not run/);
		await adapterCount(0);
	});
});
