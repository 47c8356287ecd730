/** Asks which two runs are to be compared. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunOrigin, RunText, TraceOrigin } from './diagramSource';

interface Choice extends vscode.QuickPickItem {
	readonly choose: (origin: RunOrigin | undefined) => Promise<readonly TraceOrigin[] | undefined>;
}

/** Both runs are of what the editor shows, saved or not. */
const present: RunText = 'edited';

/**
 * @param origin the scenario that is meant, if one is open
 * @param isEdited there is something in editors that is not saved
 * @returns undefined if the user gives up
 */
export async function chooseComparison(
	origin: RunOrigin | undefined,
	isEdited: boolean,
): Promise<RunOrigin | undefined> {
	const ofScenario: readonly Choice[] = [
		...(isEdited ? [{ label: vscode.l10n.t('Before and after my unsaved edits'), choose: savedAndEdited }] : []),
		{ label: vscode.l10n.t('Two seeds'), description: vscode.l10n.t('other schedules'), choose: twoSeeds },
		{ label: vscode.l10n.t('Before and after my edits'), description: 'Git: HEAD', choose: committedAndEdited },
	];
	const ofFiles: readonly Choice[] = [
		{ label: vscode.l10n.t('Two saved traces'), description: '*.jsonl', choose: twoFiles },
	];
	const chosen = await vscode.window.showQuickPick(origin ? [...ofScenario, ...ofFiles] : ofFiles, {
		title: vscode.l10n.t('Compare Call Sequences'),
	});
	const traces = await chosen?.choose(origin);
	if (!traces) return undefined;
	const [first] = traces;
	const program = origin?.program ?? (first?.kind === 'file' ? first.path : '');
	return { program, ...(origin?.scenario === undefined ? {} : { scenario: origin.scenario }), traces };
}

async function twoSeeds(origin: RunOrigin | undefined): Promise<readonly TraceOrigin[] | undefined> {
	if (!origin) return undefined;
	const answer = await vscode.window.showInputBox({
		title: vscode.l10n.t('Compare Call Sequences'),
		prompt: vscode.l10n.t('Two seeds, for example 1 2'),
		value: '1 2',
		validateInput: (text) => (seedsOf(text) ? undefined : vscode.l10n.t('Enter two whole numbers, for example 1 2.')),
	});
	return seedsOf(answer ?? '')?.map((seed) => {
		return { kind: 'run', name: vscode.l10n.t('seed {0}', seed), run: { ...origin, seed }, text: present } as const;
	});
}

function seedsOf(text: string): readonly number[] | undefined {
	const words = text.trim().split(/[\s,]+/);
	return words.length === 2 && words.every((word) => /^\d{1,9}$/.test(word)) ? words.map(Number) : undefined;
}

async function committedAndEdited(origin: RunOrigin | undefined): Promise<readonly TraceOrigin[] | undefined> {
	if (!origin) return undefined;
	return [
		{ kind: 'run', name: 'HEAD', run: origin, text: 'committed' },
		{ kind: 'run', name: path.basename(origin.program), run: origin, text: present },
	];
}

async function savedAndEdited(origin: RunOrigin | undefined): Promise<readonly TraceOrigin[] | undefined> {
	if (!origin) return undefined;
	return [
		{ kind: 'run', name: vscode.l10n.t('saved'), run: origin, text: 'saved' },
		{ kind: 'run', name: vscode.l10n.t('not saved'), run: origin, text: present },
	];
}

async function twoFiles(): Promise<readonly TraceOrigin[] | undefined> {
	const files = await vscode.window.showOpenDialog({
		canSelectMany: true,
		filters: { 'JSON Lines': ['jsonl'] },
		title: vscode.l10n.t('Choose two traces'),
	});
	if (files?.length !== 2) return undefined;
	return files.map(({ fsPath }) => ({ kind: 'file', name: path.basename(fsPath), path: fsPath }));
}
