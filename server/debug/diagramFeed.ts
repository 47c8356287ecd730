/**
 * The diagram's side of a session: answers what is asked of it and says when it changed. Nothing is computed on the way
 * of a step: a change is announced after the event loop has had a turn, and only once somebody has asked for a diagram.
 */
import {
	DIAGRAM_CHANGED,
	type DiagramInfo,
	type DiagramPagesBody,
	type Lens,
	type RunStatus,
	type ViewSettings,
} from '../protocol/diagram';
import { defaultView, SequenceView } from '../sequence';
import { type Phase, phases } from '../trace';
import type { Debuggee } from './debuggee';
import { RequestError } from './errors';
import type { RequestArguments } from './requestArguments';

/** Real time between two announcements while the scenario runs. */
const intervalMs = 100;
const lenses: readonly string[] = ['application', 'spi', 'wire', 'everything'] satisfies Lens[];

export interface DiagramOccasion {
	readonly status: RunStatus;
	readonly statusText: string;
}

export class DiagramFeed {
	private readonly views = new Map<string, SequenceView>();
	private watched: ViewSettings | undefined;
	private debuggee: Debuggee | undefined;
	private lastSaid = 0;
	private scheduled = false;

	constructor(
		private readonly send: (event: string, body: DiagramInfo) => void,
		private readonly occasion: () => DiagramOccasion,
	) {}

	/** Shows another run from now on. */
	bind(debuggee: Debuggee): void {
		this.debuggee = debuggee;
		this.views.clear();
	}

	info(args: RequestArguments): DiagramInfo {
		this.watched = readView(args.object('view'));
		return this.infoOf(this.watched);
	}

	pages(args: RequestArguments): DiagramPagesBody {
		const settings = readView(args.object('view'));
		const first = args.optionalCount('first') ?? 0;
		const last = args.optionalCount('last') ?? first;
		return { pages: this.view(settings).pages(first, last, this.current().cursor.furthest) };
	}

	/** Announces a change after a stop or at the end. */
	changed(): void {
		if (!this.watched || this.scheduled) return;
		this.scheduled = true;
		setImmediate(() => {
			this.scheduled = false;
			this.say();
		});
	}

	/** Announces growth while the scenario runs, not too often. */
	grew(): void {
		if (this.watched && performance.now() - this.lastSaid >= intervalMs) this.say();
	}

	private say(): void {
		if (!this.watched || !this.debuggee) return;
		this.lastSaid = performance.now();
		this.send(DIAGRAM_CHANGED, this.infoOf(this.watched));
	}

	private infoOf(settings: ViewSettings): DiagramInfo {
		const { run, cursor } = this.current();
		const { status, statusText } = this.occasion();
		return this.view(settings).info({
			title: run.title,
			status,
			statusText,
			seed: run.seed,
			cursor: cursor.seq < 0 ? null : cursor.seq,
			limit: cursor.furthest,
		});
	}

	private view(settings: ViewSettings): SequenceView {
		const key = JSON.stringify(settings);
		const known = this.views.get(key);
		if (known) return known;
		const made = new SequenceView(this.current().reader, settings);
		this.views.set(key, made);
		return made;
	}

	private current(): Debuggee {
		if (!this.debuggee) throw new RequestError('notLaunched');
		return this.debuggee;
	}
}

function readView(args: RequestArguments): ViewSettings {
	const lens = args.optionalText('lens') ?? defaultView.lens;
	if (!lenses.includes(lens)) throw new RequestError('badArgument', 'lens', lenses.join(', '));
	const unfolded = args
		.texts('unfolded')
		.filter((phase): phase is Phase => (phases as readonly string[]).includes(phase));
	return {
		lens: lens as Lens,
		hidden: args.texts('hidden'),
		...(unfolded.length > 0 ? { unfolded } : {}),
	};
}
