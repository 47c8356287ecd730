/**
 * The diagram's side of a session: answers what is asked of it and says when it changed. Nothing is computed on the way
 * of a step: a change is announced after the event loop has had a turn, and only once somebody has asked for a diagram.
 */
import type { BranchInfo } from '../protocol/debugRequests';
import {
	DIAGRAM_CHANGED,
	type DiagramAnswer,
	type DiagramInfo,
	type DiagramPagesBody,
	type DiagramQuery,
	type ExportFormat,
	type Lens,
	type RunStatus,
	type ViewSettings,
} from '../protocol/diagram';
import { translatedReason } from '../rules/reasonTexts';
import {
	answerQuery,
	type Comparison,
	compareRuns,
	comparisonReader,
	defaultView,
	type SequenceTexts,
	SequenceView,
	sequenceTexts,
} from '../sequence';
import { svgDrawing, textDrawing } from '../sequence/drawing';
import { loadTrace, type Phase, phases, Reader, TraceFileError, type TraceFileProblem } from '../trace';
import type { Locale } from '../winsock/locale';
import type { Branch } from './branches';
import { BranchOverlay } from './branchOverlay';
import type { Debuggee } from './debuggee';
import { type ErrorKey, RequestError } from './errors';
import type { RequestArguments } from './requestArguments';

/** Real time between two announcements while the scenario runs. */
const intervalMs = 100;
const foldable: readonly string[] = [...phases, 'repeats', 'equal'];
const lenses: readonly string[] = ['application', 'spi', 'wire', 'everything'] satisfies Lens[];

/** What a diagram is drawn from: a run under the debugger, a saved trace, or two of them. */
interface Subject {
	readonly reader: Reader;
	readonly title: string;
	readonly seed: number;
	/** Record at which the debugger stands, and the last one that was shown; none for saved traces. */
	readonly cursor?: Debuggee['cursor'];
	readonly comparison?: Comparison;
	readonly branch?: NonNullable<DiagramInfo['branch']>;
	/** It is two branches, one laid over the other. */
	readonly overlay?: BranchOverlay;
}

export interface DiagramOccasion {
	readonly status: RunStatus;
	readonly statusText: string;
}

export class DiagramFeed {
	private readonly views = new Map<string, SequenceView>();
	private watched: ViewSettings | undefined;
	private subject: Subject | undefined;
	/** The branch that is shown; undefined for saved traces. */
	private branch: Branch | undefined;
	private overlay: BranchOverlay | undefined;
	private lastSaid = 0;
	private scheduled = false;

	constructor(
		private readonly send: (event: string, body: DiagramInfo) => void,
		private readonly occasion: () => DiagramOccasion,
		private readonly branchOf: (id: number) => Branch,
		private readonly branches: () => readonly BranchInfo[],
	) {}

	/** The client's language. */
	locale: Locale = 'en';

	/** Shows another run from now on. */
	bind(branch: Branch): void {
		this.subject = subjectOf(branch);
		this.branch = branch;
		this.overlay = undefined;
		this.views.clear();
	}

	/** Shows one saved trace, or two in comparison, in place of a run. */
	open(args: RequestArguments): object {
		const traces = args.objects('traces').map((trace) => {
			const name = trace.text('name');
			return { name, reader: readTrace(name, trace.text('text')) };
		});
		const [left, right] = traces;
		if (!left) throw new RequestError('badArgument', 'traces', 'one or two');
		this.views.clear();
		this.branch = undefined;
		if (right) {
			const comparison = compareRuns(left.reader, right.reader, left.name, right.name);
			const title = `${left.name} ↔ ${right.name}`;
			this.subject = { reader: comparisonReader(comparison), title, seed: 0, comparison };
		} else {
			this.subject = { reader: left.reader, title: left.name, seed: 0 };
		}
		return {};
	}

	/** Anything but pages. */
	query(args: RequestArguments): DiagramAnswer {
		const settings = readView(args.object('view'));
		const { title, cursor } = this.subjectFor(settings);
		const view = this.view(settings);
		const drawings = { svg: svgDrawing, text: textDrawing };
		const limit = cursor === undefined ? {} : { limit: cursor.furthest };
		return answerQuery({ view, title, drawings, ...limit }, readQuery(args.object('query')));
	}

	info(args: RequestArguments): DiagramInfo {
		const settings = readView(args.object('view'));
		const branch = args.optionalInteger('branch');
		if (branch !== undefined) return this.infoOf(settings, branch);
		this.watched = settings;
		return this.infoOf(settings);
	}

	pages(args: RequestArguments): DiagramPagesBody {
		const settings = readView(args.object('view'));
		const first = args.optionalCount('first') ?? 0;
		const last = args.optionalCount('last') ?? first;
		const lane = args.optionalCount('lane');
		const branch = args.optionalInteger('branch');
		const { cursor } = this.subjectFor(settings, branch);
		return { pages: this.view(settings, branch).pages(first, last, cursor?.furthest, lane) };
	}

	/** Announces a change after a stop or at the end. */
	changed(): void {
		if (!this.watched || this.scheduled) return;
		this.scheduled = true;
		const say = (): void => {
			this.scheduled = false;
			this.say();
		};
		const pauseMs = this.watched.over ? (this.overlay?.pauseMs ?? 0) : 0;
		if (pauseMs < 1) setImmediate(say);
		else setTimeout(say, pauseMs).unref();
	}

	/** Announces growth while the scenario runs, not too often. */
	grew(): void {
		const pauseMs = Math.max(intervalMs, this.watched?.over ? (this.overlay?.pauseMs ?? 0) : 0);
		if (this.watched && performance.now() - this.lastSaid >= pauseMs) this.say();
	}

	private say(): void {
		if (!this.watched || !this.subject) return;
		this.lastSaid = performance.now();
		this.send(DIAGRAM_CHANGED, this.infoOf(this.watched));
	}

	private infoOf(settings: ViewSettings, branchId?: number): DiagramInfo {
		const { title, seed, cursor, branch, overlay } = this.subjectFor(settings, branchId);
		if (overlay) return this.overlayInfo(settings, overlay);
		if (!cursor) {
			const info = this.view(settings).info({ title, status: 'passed', statusText: title, seed, cursor: null });
			return { ...info, isReadOnly: true };
		}
		const { status, statusText } = this.occasion();
		const at = cursor.seq < 0 ? null : cursor.seq;
		const occasion = { title, status, statusText, seed, cursor: at, limit: cursor.furthest };
		const info = this.view(settings, branchId).info(occasion);
		return { ...info, ...(branch ? { branch } : {}), ...this.branchList() };
	}

	private overlayInfo(settings: ViewSettings, overlay: BranchOverlay): DiagramInfo {
		overlay.refreshed();
		const { title, seed } = this.current();
		const info = this.view(settings).info({ ...this.occasion(), title, seed, cursor: overlay.cursor });
		const { comparison } = info;
		return {
			...info,
			...(comparison ? { comparison: { ...comparison, branches: overlay.branches } } : {}),
			...this.branchList(),
		};
	}

	private branchList(): Pick<DiagramInfo, 'branches'> {
		const branches = this.branches();
		if (branches.length < 2) return {};
		return { branches: branches.map(({ id, title, isCurrent }) => ({ id, title, isCurrent })) };
	}

	private view(settings: ViewSettings, branch?: number): SequenceView {
		const { reader, comparison } = this.subjectFor(settings, branch);
		const key = `${branch ?? ''}${JSON.stringify(settings)}`;
		const known = this.views.get(key);
		// Of branches that are laid over each other there is another reader when one got further.
		if (known?.reader === reader) return known;
		const made =
			known && comparison
				? known.continued(reader, comparison)
				: new SequenceView(reader, settings, textsFor(this.locale), comparison);
		this.views.set(key, made);
		return made;
	}

	/** What the view shows: a branch, or two of them laid over each other. A branch that is gone is laid over nothing. */
	private subjectFor({ over }: ViewSettings, branchId?: number): Subject {
		const { branch } = this;
		const isKnown = this.branches().some(({ id }) => id === over?.branch);
		if (!over || !branch || !isKnown || branchId !== undefined || over.branch === branch.id)
			return this.current(branchId);
		const foldsEqual = over.foldsEqual ?? false;
		if (this.overlay?.other.id !== over.branch || this.overlay.foldsEqual !== foldsEqual)
			this.overlay = new BranchOverlay(branch, this.branchOf(over.branch), foldsEqual);
		const { title, seed } = this.current();
		return { ...this.overlay.run, title, seed, overlay: this.overlay };
	}

	/** @param branch the branch asked about; the one that is shown if left out */
	private current(branch?: number): Subject {
		if (branch !== undefined) return subjectOf(this.branchOf(branch));
		if (!this.subject) throw new RequestError('notLaunched');
		return this.subject;
	}
}

function subjectOf({ id, parent, departsAt, title, debuggee }: Branch): Subject {
	const { reader, run, cursor } = debuggee;
	const branch = parent ? { branch: { id, departsAt, title } } : {};
	return { reader, title: run.title, seed: run.seed, cursor, ...branch };
}

const traceErrors: Readonly<Record<TraceFileProblem, ErrorKey>> = {
	json: 'traceJson',
	member: 'traceMember',
	seq: 'traceSeq',
	reference: 'traceReference',
	record: 'traceRecord',
	empty: 'traceEmpty',
};

/** @throws RequestError that names the file and the line */
function readTrace(name: string, text: string): Reader {
	try {
		return new Reader(loadTrace(text));
	} catch (error) {
		if (error instanceof TraceFileError)
			throw new RequestError(traceErrors[error.problem], name, error.line, error.detail);
		throw error;
	}
}

const exportFormats: readonly string[] = ['mermaid', 'markdown', 'plantuml', 'text', 'json', 'svg', 'svgDark'];

function readQuery(args: RequestArguments): DiagramQuery {
	const kind = args.text('kind');
	switch (kind) {
		case 'search':
			return { kind, text: args.text('text') };
		case 'overview':
			return { kind };
		case 'causes':
		case 'message':
			return { kind, seq: args.integer('seq') };
		case 'statement':
			return { kind, files: args.texts('files'), line: args.integer('line') };
		case 'export':
			return readExport(args);
		default:
			throw new RequestError('badArgument', 'kind', 'search, message, overview, causes, statement, export');
	}
}

function readExport(args: RequestArguments): DiagramQuery {
	const format = args.text('format');
	if (!exportFormats.includes(format)) throw new RequestError('badArgument', 'format', exportFormats.join(', '));
	const first = args.optionalCount('first');
	const last = args.optionalCount('last');
	return {
		kind: 'export',
		format: format as ExportFormat,
		...(first === undefined ? {} : { first }),
		...(last === undefined ? {} : { last }),
	};
}

function readView(args: RequestArguments): ViewSettings {
	const lens = args.optionalText('lens') ?? defaultView.lens;
	if (!lenses.includes(lens)) throw new RequestError('badArgument', 'lens', lenses.join(', '));
	const unfolded = args
		.texts('unfolded')
		.filter((part): part is Phase | 'repeats' | 'equal' => foldable.includes(part));
	return {
		lens: lens as Lens,
		hidden: args.texts('hidden'),
		...(unfolded.length > 0 ? { unfolded } : {}),
		...listOf(args, 'order'),
		...listOf(args, 'collapsed'),
		...listOf(args, 'filter'),
		...readOverlay(args),
	};
}

/** What a diagram adds to the trace in the user's language, the reasons of violations among it. */
function textsFor(locale: Locale): SequenceTexts {
	return { ...sequenceTexts(locale), reason: (sentence) => translatedReason(sentence, locale) };
}

function readOverlay(args: RequestArguments): Pick<ViewSettings, 'over'> {
	const over = args.object('over');
	const branch = over.optionalInteger('branch');
	return branch === undefined ? {} : { over: { branch, foldsEqual: over.flag('foldsEqual') } };
}

/** A member of the view that is left out when it is empty. */
function listOf<K extends 'order' | 'collapsed' | 'filter'>(
	args: RequestArguments,
	name: K,
): Partial<Record<K, readonly string[]>> {
	const items = args.texts(name);
	return items.length > 0 ? ({ [name]: items } as Record<K, readonly string[]>) : {};
}
