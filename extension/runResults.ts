/** What the last run of each scenario came to, as far as one was shown in this window. */
import * as vscode from 'vscode';
import type { DiagramInfo } from '../server/protocol/diagram';
import type { RunOrigin } from './diagramSource';

export interface RunResult {
	readonly isPassed: boolean;
	/** Number of calls, at every level. */
	readonly calls: number;
	/** Virtual time of the last record in ns. */
	readonly time: number;
}

export class RunResults implements vscode.Disposable {
	private readonly results = new Map<string, RunResult>();
	private readonly emitter = new vscode.EventEmitter<void>();
	readonly onDidChange = this.emitter.event;

	note(origin: RunOrigin, { status, title, summary, comparison }: DiagramInfo): void {
		if (!summary || comparison || origin.traces) return;
		const result = { isPassed: status === 'passed', ...summary };
		const key = keyOf(origin.program, origin.scenario ?? title);
		if (JSON.stringify(this.results.get(key)) === JSON.stringify(result)) return;
		this.results.set(key, result);
		this.emitter.fire();
	}

	of(program: string, scenario: string): RunResult | undefined {
		return this.results.get(keyOf(program, scenario));
	}

	dispose(): void {
		this.emitter.dispose();
	}
}

function keyOf(program: string, scenario: string): string {
	return `${program}\n${scenario}`;
}
