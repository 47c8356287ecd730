/**
 * A run that nobody debugs: the scenario runs to its end in a debug adapter process of its own, which then stays to answer
 * for the diagram until it is disposed. The same adapter serves both, so both show the same diagram.
 * Does not import `vscode`.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { LaunchText } from '../server/protocol/debugRequests';
import {
	DIAGRAM_INFO,
	DIAGRAM_PAGES,
	DIAGRAM_QUERY,
	type DiagramAnswer,
	type DiagramInfo,
	type DiagramPage,
	type DiagramPagesBody,
	type DiagramQuery,
	type ViewSettings,
} from '../server/protocol/diagram';
import { AdapterProcess } from './adapterProcess';
import type { QuietSource, RunOrigin } from './diagramSource';

export interface QuietRunOptions {
	/** Path of the adapter's bundle. */
	readonly adapter: string;
	/** Display language, for the adapter's texts. */
	readonly locale: string;
	/** What counts in place of what is on disk. */
	readonly texts?: readonly LaunchText[];
}

export class QuietRun implements QuietSource {
	private readonly process: AdapterProcess;
	private readonly ready: Promise<void>;

	constructor(
		readonly origin: RunOrigin,
		options: QuietRunOptions,
	) {
		this.process = new AdapterProcess(options.adapter);
		this.ready = this.run(options);
		// Whoever asks for the diagram gets the error; without this one, a run that nobody asked yet would be unhandled.
		this.ready.catch(() => {});
	}

	/** Of the process that runs the scenario. */
	get pid(): number {
		return this.process.pid;
	}

	/** Resolves when the scenario has ended (or was stopped); rejects when it could not start. */
	ended(): Promise<void> {
		return this.ready;
	}

	/** Stops the scenario where it is; the diagram up to there can be asked for. */
	async stop(): Promise<void> {
		await this.process.request('pause', { threadId: 1 } satisfies DebugProtocol.PauseArguments);
	}

	async info(view: ViewSettings): Promise<DiagramInfo> {
		await this.ready;
		const info = await this.process.request<DiagramInfo>(DIAGRAM_INFO, { view });
		// There is no debugger here that could stand somewhere.
		return { ...info, cursorSeq: null, cursorRow: -1 };
	}

	async pages(view: ViewSettings, first: number, last: number, lane?: number): Promise<readonly DiagramPage[]> {
		await this.ready;
		return (await this.process.request<DiagramPagesBody>(DIAGRAM_PAGES, { view, first, last, lane })).pages;
	}

	async query(view: ViewSettings, query: DiagramQuery): Promise<DiagramAnswer> {
		await this.ready;
		return this.process.request<DiagramAnswer>(DIAGRAM_QUERY, { view, query });
	}

	/** The whole trace, as JSON Lines. */
	async trace(): Promise<string> {
		const view: ViewSettings = { lens: 'everything', hidden: [] };
		return ((await this.query(view, { kind: 'export', format: 'json' })) as { readonly text: string }).text;
	}

	/** Ends the process; what is being waited for is rejected. */
	dispose(): void {
		this.process.dispose();
	}

	private async run({ locale, texts = [] }: QuietRunOptions): Promise<void> {
		const initialized = this.process.nextEvent('initialized');
		const ended = this.process.nextEvent('stopped', 'terminated', 'exited');
		initialized.catch(() => {});
		ended.catch(() => {});
		await this.process.request('initialize', {
			adapterID: 'sanflow',
			clientID: 'sanflow-call-sequence',
			pathFormat: 'path',
			linesStartAt1: true,
			columnsStartAt1: true,
			locale,
		} satisfies DebugProtocol.InitializeRequestArguments);
		const launched = this.process.request('launch', {
			...this.origin,
			...(texts.length > 0 ? { texts } : {}),
			noDebug: true,
			stopOnEnd: true,
		});
		launched.catch(() => {});
		// An adapter may answer `launch` only after `configurationDone`, and refuse it before `initialized`.
		await Promise.race([initialized, launched.then(() => initialized)]);
		await this.process.request('configurationDone');
		await launched;
		await ended;
	}
}
