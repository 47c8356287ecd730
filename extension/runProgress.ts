/** Tells about a quiet run that takes its time, and lets the user stop it. */
import * as vscode from 'vscode';
import type { QuietRun } from './quietRun';

/** Most runs end sooner than a notification could be read. */
const patienceMs = 1500;

/** Shows nothing for a short run; for a long one, progress with a button that stops the run where it is. */
export async function showRunProgress(run: QuietRun): Promise<void> {
	const ended = run.ended().catch(() => {});
	const isShort = await Promise.race([
		ended.then(() => true),
		new Promise<boolean>((resolve) => setTimeout(() => resolve(false), patienceMs)),
	]);
	if (isShort) return;
	const title = run.origin.scenario
		? vscode.l10n.t('Running “{0}” to its end', run.origin.scenario)
		: vscode.l10n.t('Running the scenario to its end');
	await vscode.window.withProgress(
		{ location: vscode.ProgressLocation.Notification, title, cancellable: true },
		async (_progress, cancelled) => {
			cancelled.onCancellationRequested(() => void run.stop().catch(() => {}));
			await ended;
		},
	);
}
