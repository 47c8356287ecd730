/** Starts what answers for a panel without a session: a run to the end, a saved trace, or a comparison. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { SavedTrace } from '../server/protocol/diagram';
import { committedText } from './committedText';
import type { QuietSource, RunOrigin, TraceOrigin } from './diagramSource';
import { QuietRun, type QuietRunOptions } from './quietRun';
import { showRunProgress } from './runProgress';
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
	if (!origin.isCommitted) return { name, text: await traceOfRun(origin.run, options) };
	// The adapter reads scenarios from disk.
	const folder = await mkdtemp(path.join(os.tmpdir(), 'sanflow-'));
	try {
		const program = path.join(folder, path.basename(origin.run.program));
		await writeFile(program, await committedText(origin.run.program));
		return { name, text: await traceOfRun({ ...origin.run, program }, options) };
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function readFile(file: string): Promise<string> {
	const uri = vscode.Uri.file(file);
	const { size } = await vscode.workspace.fs.stat(uri);
	if (size > traceBytesMax) throw new Error(vscode.l10n.t('{0} is too large to be shown.', path.basename(file)));
	return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
}

async function traceOfRun(origin: RunOrigin, options: QuietRunOptions): Promise<string> {
	const run = new QuietRun(origin, options);
	try {
		return await run.trace();
	} finally {
		run.dispose();
	}
}
