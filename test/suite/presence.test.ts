import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the installed extension', () => {
	it('is there under its identifier', () => {
		assert.ok(vscode.extensions.getExtension('sanflow.sanflow'));
	});
});
