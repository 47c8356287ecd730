/** Asks what is still to be known of a what-if that was chosen at a message. */
import * as vscode from 'vscode';
import type { WhatIfChange } from '../server/protocol/debugRequests';
import type { WhatIfKind } from '../server/protocol/panel';

/** The whole change; undefined if the user gives up. */
export async function completeWhatIf(kind: WhatIfKind): Promise<WhatIfChange | undefined> {
	switch (kind) {
		case 'drop':
		case 'duplicate':
			return { kind };
		case 'link':
			// The adapter knows which NIC the record goes through.
			return { kind, up: false };
		case 'delay': {
			const answer = await ask(vscode.l10n.t('How much later, in ms?'), '10', /^\d+(\.\d+)?$/);
			return answer === undefined ? undefined : { kind, ns: Math.round(Number(answer) * 1e6) };
		}
		case 'return': {
			const prompt = vscode.l10n.t('Result of the call: a number, or the name of an error such as WSAECONNREFUSED');
			const answer = await ask(prompt, 'WSAECONNREFUSED', /^(-?\d+|WSA\w+)$/);
			if (answer === undefined) return undefined;
			return { kind, outcome: /^-?\d+$/.test(answer) ? Number(answer) : answer };
		}
		default:
			return undefined;
	}
}

async function ask(prompt: string, value: string, pattern: RegExp): Promise<string | undefined> {
	const answer = await vscode.window.showInputBox({
		title: vscode.l10n.t('What if…'),
		prompt,
		value,
		validateInput: (text) => (pattern.test(text.trim()) ? undefined : prompt),
	});
	return answer?.trim();
}
