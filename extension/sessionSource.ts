/** The diagram of a debug session, asked for over the session's own connection. */
import type * as vscode from 'vscode';
import {
	BRANCHES,
	type BranchesBody,
	SWITCH_BRANCH,
	type SwitchBranchArguments,
	WHAT_IF,
	type WhatIfArguments,
	type WhatIfChange,
} from '../server/protocol/debugRequests';
import {
	DIAGRAM_INFO,
	DIAGRAM_PAGES,
	DIAGRAM_QUERY,
	type DiagramAnswer,
	type DiagramInfo,
	type DiagramInfoArguments,
	type DiagramPage,
	type DiagramPagesArguments,
	type DiagramPagesBody,
	type DiagramQuery,
	type DiagramQueryArguments,
	GO_TO_RECORD,
	type GoToRecordArguments,
	type ViewSettings,
} from '../server/protocol/diagram';
import type { DiagramSource } from './diagramSource';

export class SessionSource implements DiagramSource {
	private readonly ending = new AbortController();

	constructor(readonly session: vscode.DebugSession) {}

	/** VS Code has reported the end of the session. */
	end(): void {
		this.ending.abort();
	}

	/** Resolves when the session has ended, or after a time in ms. */
	ended(withinMs: number): Promise<void> {
		const { signal } = this.ending;
		return new Promise((resolve) => {
			if (signal.aborted) return resolve();
			const timer = setTimeout(resolve, withinMs);
			signal.addEventListener('abort', () => {
				clearTimeout(timer);
				resolve();
			});
		});
	}

	async info(view: ViewSettings): Promise<DiagramInfo> {
		return await this.session.customRequest(DIAGRAM_INFO, { view } satisfies DiagramInfoArguments);
	}

	async pages(view: ViewSettings, first: number, last: number, lane?: number): Promise<readonly DiagramPage[]> {
		const body: DiagramPagesBody = await this.session.customRequest(DIAGRAM_PAGES, {
			view,
			first,
			last,
			...(lane === undefined ? {} : { lane }),
		} satisfies DiagramPagesArguments);
		return body.pages;
	}

	async query(view: ViewSettings, query: DiagramQuery): Promise<DiagramAnswer> {
		return await this.session.customRequest(DIAGRAM_QUERY, { view, query } satisfies DiagramQueryArguments);
	}

	/** Whether the adapter can start what-if branches. */
	async canBranch(): Promise<boolean> {
		try {
			await this.session.customRequest(BRANCHES);
			return true;
		} catch {
			return false;
		}
	}

	async whatIf(seq: number, change: WhatIfChange): Promise<void> {
		await this.session.customRequest(WHAT_IF, { seq, change } satisfies WhatIfArguments);
	}

	/** Takes the debugger to a record. @param branch the one that has it, if it may be another one than the current */
	async goToRecord(seq: number, branch?: number): Promise<void> {
		if (branch !== undefined) await this.enter(branch);
		await goToRecord(this.session, seq);
	}

	async switchBranch(branch: number): Promise<void> {
		await this.session.customRequest(SWITCH_BRANCH, { branch } satisfies SwitchBranchArguments);
	}

	private async enter(branch: number): Promise<void> {
		const { branches }: BranchesBody = await this.session.customRequest(BRANCHES);
		if (branches.find(({ isCurrent }) => isCurrent)?.id !== branch) await this.switchBranch(branch);
	}
}

/** Takes a session of this debugger to a record; rejects with the adapter's sentence when there is no such record. */
export async function goToRecord(session: vscode.DebugSession, seq: number): Promise<void> {
	await session.customRequest(GO_TO_RECORD, { seq } satisfies GoToRecordArguments);
}
