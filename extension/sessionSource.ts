/** The diagram of a debug session, asked for over the session's own connection. */
import type * as vscode from 'vscode';
import {
	DIAGRAM_INFO,
	DIAGRAM_PAGES,
	type DiagramInfo,
	type DiagramInfoArguments,
	type DiagramPage,
	type DiagramPagesArguments,
	type DiagramPagesBody,
	GO_TO_RECORD,
	type GoToRecordArguments,
	type ViewSettings,
} from '../server/protocol/diagram';
import type { DiagramSource } from './diagramSource';

export class SessionSource implements DiagramSource {
	constructor(readonly session: vscode.DebugSession) {}

	async info(view: ViewSettings): Promise<DiagramInfo> {
		return await this.session.customRequest(DIAGRAM_INFO, { view } satisfies DiagramInfoArguments);
	}

	async pages(view: ViewSettings, first: number, last: number): Promise<readonly DiagramPage[]> {
		const body: DiagramPagesBody = await this.session.customRequest(DIAGRAM_PAGES, {
			view,
			first,
			last,
		} satisfies DiagramPagesArguments);
		return body.pages;
	}

	/** Takes the debugger to a record. */
	async goToRecord(seq: number): Promise<void> {
		await goToRecord(this.session, seq);
	}
}

/** Takes a session of this debugger to a record; rejects with the adapter's sentence when there is no such record. */
export async function goToRecord(session: vscode.DebugSession, seq: number): Promise<void> {
	await session.customRequest(GO_TO_RECORD, { seq } satisfies GoToRecordArguments);
}
