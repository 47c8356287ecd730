/** Starts what answers for a panel without a session: a run to the end, a saved trace, or a comparison. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { LaunchText } from '../server/protocol/debugRequests';
import type { SavedTrace } from '../server/protocol/diagram';
import { committedText } from './committedText';
import { committedTexts } from './committedTexts';
import type { QuietSource, RunOrigin, RunText, TraceOrigin } from './diagramSource';
import { QuietRun, type QuietRunOptions } from './quietRun';
import { showRunProgress } from './runProgress';
import { isScenario } from './scenarioEditor';
import { TraceRun } from './traceRun';

/** Larger files would not fit into memory as records. */
const traceBytesMax = 256 * 1024 * 1024;

export function quietSourceOf(origin: RunOrigin, options: QuietRunOptions): QuietSource {
	const { traces } = origin;
	if (traces) return new TraceRun(() => Promise.all(traces.map((trace) => readTrace(trace, options))), options);
	const run = new QuietRun(origin, options);
	void showRunProgress(run);
	return run;
}

async function readTrace(origin: TraceOrigin, options: QuietRunOptions): Promise<SavedTrace> {
	const { name } = origin;
	if (origin.kind === 'file') return { name, text: await readFile(origin.path) };
	return { name, text: await traceOfRun(origin, options) };
}

async function readFile(file: string): Promise<string> {
	const uri = vscode.Uri.file(file);
	const { size } = await vscode.workspace.fs.stat(uri);
	if (size > traceBytesMax) throw new Error(vscode.l10n.t('{0} is too large to be shown.', path.basename(file)));
	return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
}

async function traceOfRun(
	{ run: origin, text }: TraceOrigin & { kind: 'run' },
	options: QuietRunOptions,
): Promise<string> {
	const run = new QuietRun(origin, { ...options, texts: await textsOf(origin.program, text) });
	try {
		return await run.trace();
	} finally {
		run.dispose();
	}
}

/** What counts in place of what is on disk. */
async function textsOf(program: string, which: RunText): Promise<readonly LaunchText[]> {
	switch (which) {
		case 'saved':
			return [];
		case 'edited':
			return editedTexts();
		case 'committed':
			return committedTexts(program, committedText);
	}
}

/** Of all scenario files that are not saved: one may import another. */
function editedTexts(): readonly LaunchText[] {
	return vscode.workspace.textDocuments
		.filter((document) => document.isDirty && isScenario(document))
		.map((document) => ({ path: document.uri.fsPath, text: document.getText() }));
}
