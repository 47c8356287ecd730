/** What the extension loads, and when. The order of these tests matters: first nothing is open. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as vscode from 'vscode';
import { closeAllEditors, eventually, openAt, scenarioFile } from './scratch';

/** Files of the extension that Node has loaded in this extension host. */
function loaded(): readonly string[] {
	const root = vscode.extensions.getExtension('sanflow.sanflow')?.extensionPath ?? '';
	const { cache } = createRequire(__filename);
	return Object.keys(cache).filter((file) => file.startsWith(root));
}

describe('activation', () => {
	const extension = vscode.extensions.getExtension('sanflow.sanflow');

	after(closeAllEditors);

	it('has not happened before something of ours is used', () => {
		assert.equal(extension?.isActive, false);
		assert.deepEqual(loaded(), []);
	});

	it('registers, without loading the language client', async () => {
		await extension?.activate();
		assert.deepEqual(
			loaded().map((file) => file.replace(/.*[\\/]/, '')),
			['extension.js'],
		);
	});

	it('declares the commands and registers all of them', async () => {
		const manifest: { contributes: { commands: { command: string }[] } } = extension?.packageJSON;
		const declared = manifest.contributes.commands.map(({ command }) => command);
		const registered = await vscode.commands.getCommands(true);
		assert.ok(declared.length >= 5);
		assert.deepEqual(
			declared.filter((command) => !registered.includes(command)),
			[],
		);
	});

	it('loads the language client when a scenario is opened', async () => {
		await openAt(scenarioFile('activation.sanflow'));
		await eventually(
			() => loaded().some((file) => file.endsWith('languageClient.js')),
			'the language client is loaded',
		);
	});
});
