/** What an error says to the user. */
import * as vscode from 'vscode';
import { AdapterEnded } from './adapterProcess';

export function errorText(error: unknown): string {
	if (error instanceof AdapterEnded) return vscode.l10n.t('The debug adapter ended unexpectedly: {0}', error.detail);
	return error instanceof Error ? error.message : String(error);
}
