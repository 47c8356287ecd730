/**
 * Saved traces, or runs that become traces, in place of a run: one to look at, two to compare. An adapter process of its
 * own reads them and answers for the diagram. Does not import `vscode`.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import {
	DIAGRAM_INFO,
	DIAGRAM_PAGES,
	DIAGRAM_QUERY,
	type DiagramAnswer,
	type DiagramInfo,
	type DiagramPage,
	type DiagramPagesBody,
	type DiagramQuery,
	OPEN_TRACES,
	type OpenTracesArguments,
	type SavedTrace,
	type ViewSettings,
} from '../server/protocol/diagram';
import { AdapterProcess } from './adapterProcess';
import type { QuietSource } from './diagramSource';
import type { QuietRunOptions } from './quietRun';

export class TraceRun implements QuietSource {
	private readonly process: AdapterProcess;
	private readonly ready: Promise<void>;

	/** @param read gets the traces; what it rejects with is what the diagram cannot be shown for */
	constructor(read: () => Promise<readonly SavedTrace[]>, options: QuietRunOptions) {
		this.process = new AdapterProcess(options.adapter);
		this.ready = this.open(read, options.locale);
		this.ready.catch(() => {});
	}

	async info(view: ViewSettings): Promise<DiagramInfo> {
		await this.ready;
		return this.process.request<DiagramInfo>(DIAGRAM_INFO, { view });
	}

	async pages(view: ViewSettings, first: number, last: number, lane?: number): Promise<readonly DiagramPage[]> {
		await this.ready;
		return (await this.process.request<DiagramPagesBody>(DIAGRAM_PAGES, { view, first, last, lane })).pages;
	}

	async query(view: ViewSettings, query: DiagramQuery): Promise<DiagramAnswer> {
		await this.ready;
		return this.process.request<DiagramAnswer>(DIAGRAM_QUERY, { view, query });
	}

	dispose(): void {
		this.process.dispose();
	}

	private async open(read: () => Promise<readonly SavedTrace[]>, locale: string): Promise<void> {
		await this.process.request('initialize', {
			adapterID: 'sanflow',
			clientID: 'sanflow-call-sequence',
			pathFormat: 'path',
			locale,
		} satisfies DebugProtocol.InitializeRequestArguments);
		const traces = await read();
		await this.process.request(OPEN_TRACES, { traces } satisfies OpenTracesArguments);
	}
}
