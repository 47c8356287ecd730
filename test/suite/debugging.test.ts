import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAllEditors, eventually, openAt, panelTitles, scenarioFile } from './scratch';

/** Starts debugging and waits for the session. */
async function started(start: () => Thenable<unknown>): Promise<vscode.DebugSession> {
	const session = new Promise<vscode.DebugSession>((resolve) => {
		const listener = vscode.debug.onDidStartDebugSession((first) => {
			listener.dispose();
			resolve(first);
		});
	});
	await start();
	return session;
}

/** Ends all sessions and waits until they have. */
async function stopAll(): Promise<void> {
	await vscode.debug.stopDebugging();
	await eventually(() => vscode.debug.activeDebugSession === undefined, 'no session is left');
}

describe('debugging without a launch.json', () => {
	afterEach(stopAll);
	after(closeAllEditors);

	it('runs the scenario at the cursor of the open file', async () => {
		const uri = scenarioFile('f5.sanflow');
		await openAt(uri, 'bob.client');
		const session = await started(() => {
			return vscode.debug.startDebugging(undefined, {
				type: 'sanflow',
				request: 'launch',
				name: 'test',
				stopOnEntry: true,
			});
		});
		assert.equal(session.type, 'sanflow');
		assert.equal(session.configuration.program, uri.fsPath);
		assert.equal(session.configuration.scenario, 'the "second" {');
	});

	it('starts from the command of the code lens', async () => {
		const uri = scenarioFile('lens.sanflow');
		await openAt(uri, 'first');
		await vscode.workspace
			.getConfiguration('sanflow')
			.update('debug.stopOnEntry', true, vscode.ConfigurationTarget.Global);
		try {
			const session = await started(() => vscode.commands.executeCommand('sanflow.debugScenario', uri, 'first'));
			assert.equal(session.configuration.scenario, 'first');
			assert.equal(session.configuration.stopOnEntry, true);
		} finally {
			await vscode.workspace
				.getConfiguration('sanflow')
				.update('debug.stopOnEntry', undefined, vscode.ConfigurationTarget.Global);
		}
	});

	it('saves the file first', async () => {
		const uri = scenarioFile('dirty.sanflow');
		const editor = await openAt(uri);
		await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// changed\n'));
		assert.equal(editor.document.isDirty, true);
		await started(() => vscode.commands.executeCommand('sanflow.debugScenario', uri, 'first'));
		assert.equal(editor.document.isDirty, false);
	});
});

describe('call sequence', () => {
	const launch = { type: 'sanflow', request: 'launch', name: 'test', stopOnEntry: true };

	afterEach(async () => {
		await stopAll();
		await closeAllEditors();
		await eventually(() => panelTitles().length === 0, 'no panel is left');
	});

	it('opens beside the editor when a session starts, and stays after its end', async () => {
		const uri = scenarioFile('opens.sanflow');
		const editor = await openAt(uri);
		await started(() => vscode.debug.startDebugging(undefined, { ...launch, program: uri.fsPath, scenario: 'first' }));
		await eventually(() => panelTitles().length === 1, 'a panel opens');
		await eventually(() => vscode.window.activeTextEditor?.document === editor.document, 'the editor keeps the focus');
		await eventually(() => vscode.window.tabGroups.all.length === 2, 'there are two groups of editors');
		await stopAll();
		assert.equal(panelTitles().length, 1);
	});

	it('is the same panel when the scenario is started again', async () => {
		const uri = scenarioFile('again.sanflow');
		await openAt(uri);
		for (let run = 0; run < 2; run++) {
			await started(() =>
				vscode.debug.startDebugging(undefined, { ...launch, program: uri.fsPath, scenario: 'first' }),
			);
			await eventually(() => panelTitles().length === 1, 'a panel is open');
			await stopAll();
		}
		assert.equal(panelTitles().length, 1);
	});

	it('does not open by itself when the setting is off', async () => {
		const settings = vscode.workspace.getConfiguration('sanflow');
		await settings.update('callSequence.openOnDebug', false, vscode.ConfigurationTarget.Global);
		try {
			const uri = scenarioFile('unopened.sanflow');
			await openAt(uri);
			await started(() =>
				vscode.debug.startDebugging(undefined, { ...launch, program: uri.fsPath, scenario: 'first' }),
			);
			assert.deepEqual(panelTitles(), []);
			await vscode.commands.executeCommand('sanflow.showCallSequence');
			await eventually(() => panelTitles().length === 1, 'the command opens the panel');
		} finally {
			await settings.update('callSequence.openOnDebug', undefined, vscode.ConfigurationTarget.Global);
		}
	});

	it('opens for a file without a session', async () => {
		const uri = scenarioFile('alone.sanflow');
		await openAt(uri, 'bob.client');
		await vscode.commands.executeCommand('sanflow.showCallSequence');
		await eventually(() => panelTitles().length === 1, 'a panel opens');
		assert.match(panelTitles()[0] ?? '', /the "second" \{/);
		assert.equal(vscode.debug.activeDebugSession, undefined);
	});

	it('closes while its session runs on', async () => {
		const uri = scenarioFile('closes.sanflow');
		await openAt(uri);
		const session = await started(() =>
			vscode.debug.startDebugging(undefined, { ...launch, program: uri.fsPath, scenario: 'first' }),
		);
		await eventually(() => panelTitles().length === 1, 'a panel opens');
		await closeAllEditors();
		await eventually(() => panelTitles().length === 0, 'the panel closes');
		await eventually(() => vscode.debug.activeDebugSession?.id === session.id, 'the session runs on');
	});
});
