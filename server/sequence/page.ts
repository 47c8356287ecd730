/**
 * One page of a view: its rows as the protocol tells them, and the Mermaid text that draws them.
 *
 * All pages of a view name the same participants in the same boxes and keep their labels within a lane, so that Mermaid
 * gives each lifeline the same place on every page. A call that is open across a page border is activated again at the
 * top and deactivated at the bottom.
 */
import type { DiagramLoop, DiagramPage, DiagramRow, Lifeline, LoopRound } from '../protocol/diagram';
import { type Phase, phases, type TraceRecord } from '../trace';
import { sideOf } from './compare';
import { escapeLabel } from './escape';
import { fullText, inLanguage, labelTexts, type Tone, toneOf } from './label';
import type { Loop } from './loops';
import type { Rows } from './rows';
import { PAGE_SIZE } from './rows';
import { filled, type SequenceTexts } from './texts';
import { plainWidth, shorten, shortenFirst, textWidth } from './width';

/** Distance of two lifelines in px if nobody says otherwise; the webview configures Mermaid so (`width` + `actorMargin`). */
export const LANE = 200;
/** What a lane is wider than the label between two neighbours. */
const BESIDE = 20;
/** Where lanes are narrow, a label may reach beyond its arrow's ends; it is this wide at most. */
const ROOMY = 370;
/** So many records after a call that is folded away are looked through for its return. */
const RETURN_WITHIN = 50_000;
/** Longest `fullText` in characters; the debugger's variables show the rest. */
const FULL_TEXT = 4000;

/** What rows and pages are made of. */
export interface Sheet {
	readonly rows: Rows;
	readonly lifelines: readonly Lifeline[];
	/** Position of each lifeline. */
	readonly lanes: ReadonlyMap<string, number>;
	/** Last record that is shown. */
	readonly limit: number;
	/** Rows whose record is at most `limit`. */
	readonly count: number;
	readonly texts: SequenceTexts;
	/** Distance of two lifelines in px. */
	readonly lane: number;
}

/** Row `index` of the sheet. */
export function diagramRow(sheet: Sheet, index: number): DiagramRow {
	const { rows, limit } = sheet;
	const back = rows.returns.at(index);
	const repeated = repeatedCall(sheet, index);
	const seq = rows.seqs.at(index);
	const loop = loopsBetween(sheet, index, index).at(-1);
	return {
		...toldRow(sheet, index, seq, {
			returnSeq: back >= 0 && back <= limit ? back : null,
			repeated,
			folded: rows.folds.get(index)?.countUpTo(limit),
		}),
		gap: index === 0 ? 0 : rows.reader.time(seq) - rows.reader.time(rows.seqBefore(index)),
		...(loop ? { loop } : {}),
	};
}

/** The message of record `seq`, also where its row tells another one of a loop or of a fold; null if it is not shown. */
export function messageRow(sheet: Sheet, seq: number): DiagramRow | null {
	const { rows, limit } = sheet;
	if (seq > limit || !isTold(rows, seq)) return null;
	const index = rows.rowOf(seq);
	const isFold = rows.folds.has(index);
	if (!isFold && rows.seqs.at(index) === seq) return diagramRow(sheet, index);
	const loop = isFold ? undefined : loopsBetween(sheet, index, index).at(-1);
	const round = roundOf(sheet, index, seq);
	return {
		...toldRow(sheet, index, seq, { returnSeq: returnOf(rows.reader, seq, limit), repeated: 1, folded: undefined }),
		...(loop ? { loop } : {}),
		...(round ? { round } : {}),
	};
}

function isTold(rows: Rows, seq: number): boolean {
	for (const shown of rows.shownBetween(seq - 1, seq)) return shown === seq;
	return false;
}

/** The return of call `seq`, if it is near enough to be looked for. */
function returnOf(reader: Rows['reader'], seq: number, limit: number): number | null {
	const end = Math.min(limit, reader.length - 1, seq + RETURN_WITHIN);
	for (let at = seq + 1; at <= end; at++) if (reader.callOf(at) === seq) return at;
	return null;
}

/** Which round of a loop a record belongs to, if its row stands in one: of the outermost loop that is beyond its first. */
export function roundOf({ rows, limit }: Sheet, index: number, seq: number): LoopRound | undefined {
	const rounds = rows.loops
		.at(index)
		.map((loop) => ({ length: loop.length, number: loop.rounds.countUpTo(seq), of: loop.rounds.countUpTo(limit) }))
		.filter(({ of }) => of > 1)
		.sort((a, b) => b.length - a.length);
	const { number, of } = rounds.find((round) => round.number > 1) ?? rounds[0] ?? { number: 0, of: 0 };
	return of > 0 ? { number, of } : undefined;
}

/** What a row tells beside its message. */
interface Telling {
	readonly returnSeq: number | null;
	/** How often the message came, at least 1. */
	readonly repeated: number;
	/** Number of messages that the row stands for, if it is a fold. */
	readonly folded: number | undefined;
}

function toldRow(sheet: Sheet, index: number, seq: number, { returnSeq, repeated, folded }: Telling): DiagramRow {
	const { rows } = sheet;
	const { reader } = rows;
	const record = inLanguage(reader.record(seq), sheet.texts);
	const [from, to] = ends(sheet, record);
	const isWide = isSpanning(sheet, record);
	const name = folded === undefined ? record.name : sheet.texts.phases[record.phase];
	const labels = folded === undefined ? labelTexts(record) : [foldLabel(sheet, name, folded)];
	const times = repeated > 1 ? ` × ${repeated}` : '';
	const full = folded === undefined ? fullText(reader, record, returnSeq) + times : (labels[0] as string);
	return {
		row: index,
		seq,
		returnSeq,
		kind: folded === undefined ? kindOf(rows, record) : 'note',
		from,
		to,
		label:
			shortenFirst(
				labels,
				roomyWidth(sheet, labelWidth(sheet, record.kind, isWide || folded !== undefined, from, to), isWide) -
					textWidth(times),
				sheet.lane < LANE ? plainWidth : textWidth,
			) + times,
		fullText: full.length > FULL_TEXT ? `${full.slice(0, FULL_TEXT)}…` : full,
		error: record.error ?? null,
		time: record.time,
		phase: record.phase,
		depth: rows.depths.at(index),
		rules: record.rules,
		source: record.source,
		cause: record.cause,
		name,
		tone: toneOf(record),
		...(returnSeq === null ? {} : { duration: reader.time(returnSeq) - record.time }),
		...(folded === undefined ? {} : { folded }),
		...(repeated > 1 ? { repeated } : {}),
		...(isWide ? { wide: true } : {}),
		thread: record.thread,
		...pairOf(rows, seq),
	};
}

function kindOf({ comparison }: Rows, { seq, kind }: TraceRecord): TraceRecord['kind'] {
	return comparison?.retold.has(seq) ? 'call' : kind;
}

/** How often the call in row `index` was made in a row, if it is all of a loop; 1 for any other row. */
function repeatedCall({ rows, limit }: Sheet, index: number): number {
	const loop = rows.loops.at(index).find((candidate) => isOneCall(rows, candidate));
	return loop?.first === index ? loop.rounds.countUpTo(limit) : 1;
}

/** One message or one call with its return: it is counted on its arrow. */
function isOneCall({ reader, seqs }: Rows, { first, length }: Loop): boolean {
	return length === 1 || (length === 2 && reader.callOf(seqs.at(first + 1)) === seqs.at(first));
}

/** The loops of several messages that have rows from `first` to `last`, outer ones first. */
export function loopsBetween({ rows, limit }: Sheet, first: number, last: number): readonly DiagramLoop[] {
	return rows.loops
		.between(first, last)
		.filter((loop) => !isOneCall(rows, loop))
		.map((loop) => ({ first: loop.first, last: loop.first + loop.length - 1, count: loop.rounds.countUpTo(limit) }))
		.filter(({ count }) => count > 1)
		.sort((a, b) => a.first - b.first || b.last - a.last);
}

/** Which runs of a comparison have the record. */
function pairOf({ comparison }: Rows, seq: number): Pick<DiagramRow, 'side' | 'pair'> {
	if (!comparison) return {};
	const left = comparison.left[seq] as number;
	const right = comparison.right[seq] as number;
	const pair = [left < 0 ? null : left, right < 0 ? null : right] as const;
	const side = sideOf(comparison, seq);
	return side === '' ? { pair } : { pair, side };
}

function foldLabel({ texts, rows }: Sheet, name: string, count: number): string {
	if (rows.comparison?.foldsEqual) return filled(texts.equal, count);
	return `${name}: ${count === 1 ? texts.foldedOne : filled(texts.folded, count)}`;
}

/** What failed stands across all lifelines, and so does the note of somebody who has none. */
function isSpanning(sheet: Sheet, record: TraceRecord): boolean {
	if (record.kind !== 'note' && record.kind !== 'violation') return false;
	if (toneOf(record) === 'failure') return true;
	const component = sheet.rows.reader.trace.components.find(record.from);
	return component === undefined || sheet.rows.lifelineOf(component) === null;
}

/** Lanes of a record; the first one for what has no lifeline. */
function ends(sheet: Sheet, record: TraceRecord): [number, number] {
	const { components } = sheet.rows.reader.trace;
	const lane = (id: string): number => {
		const lifeline = sheet.rows.lifelineOf(components.find(id) ?? 0);
		return lifeline === null ? 0 : (sheet.lanes.get(lifeline) ?? 0);
	};
	return [lane(record.from), lane(record.to)];
}

function labelWidth(sheet: Sheet, kind: TraceRecord['kind'], isWide: boolean, from: number, to: number): number {
	// Mermaid takes half of a wide note's text as wanted between the last two lifelines.
	const { lane } = sheet;
	const label = lane - BESIDE;
	if (isWide) return Math.min(2 * label, Math.max(1, sheet.lifelines.length - 1) * lane);
	if (kind === 'note' || kind === 'violation') {
		// Between other lifelines a note may reach over its neighbours; Mermaid moves them only when it is wider still.
		return from > 0 && from < sheet.lifelines.length - 1 ? label + lane - 30 : label;
	}
	return label + (Math.max(1, Math.abs(from - to)) - 1) * lane;
}

/** Room for the label that is shown, which may be more than Mermaid is told of: see `drawnLabel`. */
function roomyWidth(sheet: Sheet, width: number, isWide: boolean): number {
	if (sheet.lane >= LANE) return width;
	const all = sheet.lifelines.length * sheet.lane - BESIDE;
	return Math.max(width, isWide ? all : Math.min(ROOMY, all));
}

/**
 * The label as Mermaid gets it: never wider than the lanes between its ends, or Mermaid would move the lifelines. Where
 * lanes are narrow, the webview puts the whole label in its place.
 */
function drawnLabel(sheet: Sheet, row: DiagramRow): string {
	if (sheet.lane >= LANE) return row.label;
	const { kind, from, to } = row;
	return shorten(row.label, Math.max(12, labelWidth(sheet, kind, isAcross(row), from, to)));
}

function isAcross(row: DiagramRow): boolean {
	return row.wide === true || row.folded !== undefined;
}

/** Page `index` of the sheet. */
export function diagramPage(sheet: Sheet, index: number): DiagramPage {
	const first = index * PAGE_SIZE;
	const last = Math.min(first + PAGE_SIZE, sheet.count) - 1;
	const rows: DiagramRow[] = [];
	for (let row = first; row <= last; row++) rows.push(diagramRow(sheet, row));
	const bands = bandsBetween(sheet, first, last);
	// Mermaid only keeps the place of a title; the page sets it itself.
	const { lane } = sheet;
	const placeOf = (title: string): string => (lane < LANE ? shorten(title, 2 * (lane - BESIDE)) : title);
	const titles = new Map(bands.map(({ row, title }) => [row, [titleNote(sheet.lifelines, placeOf(title))]]));
	const lines = [...heading(sheet.lifelines, sheet.lane), ...body(sheet, rows, openBefore(sheet, first), titles)];
	const openAfter = openBefore(sheet, last + 1).length;
	const mermaid = `${lines.join('\n')}\n`;
	const loops = loopsBetween(sheet, first, last);
	const revision = revisionOf(mermaid, rows, [
		openAfter,
		...loops.flatMap((loop) => [loop.first, loop.last, loop.count]),
	]);
	return { index, revision, mermaid, rows, bands, openAfter, loops };
}

/** Rows of the calls that are open when row `row` begins, outermost first. */
export function openBefore(sheet: Sheet, row: number): readonly number[] {
	const page = Math.min(Math.floor(row / PAGE_SIZE), sheet.rows.openAtPage.length - 1);
	const open = new Set(sheet.rows.openAtPage[page]);
	for (let earlier = page * PAGE_SIZE; earlier < row; earlier++) {
		if (sheet.rows.isCallRow(earlier)) open.add(earlier);
	}
	return [...open].filter((call) => endOf(sheet, call) < 0 || endOf(sheet, call) >= row);
}

/** The note that titles a band. */
export function titleNote(lifelines: readonly Lifeline[], title: string): string {
	return `Note over ${span(lifelines)}: ${escapeLabel(title)}`;
}

/** The bands that begin in rows `first` to `last`. */
export function bandsBetween(sheet: Sheet, first: number, last: number): DiagramPage['bands'] {
	const { bands, reader, seqs } = sheet.rows;
	const found: { row: number; phase: Phase; title: string }[] = [];
	for (let i = bands.countUpTo(first - 1); i < bands.length && bands.at(i) <= last; i++) {
		const row = bands.at(i);
		const phase = phases[reader.phase(seqs.at(row))] as Phase;
		found.push({ row, phase, title: sheet.texts.phases[phase] });
	}
	return found;
}

/** Participants `p0`, `p1`, … in boxes of their hosts. */
export function heading(lifelines: readonly Lifeline[], lane = LANE): readonly string[] {
	const lines = ['sequenceDiagram'];
	let host: string | undefined;
	lifelines.forEach((lifeline, position) => {
		if (lifeline.host !== host) {
			if (host !== undefined) lines.push('end');
			lines.push(`box transparent ${escapeLabel(shorten(lifeline.host, lane - BESIDE))}`);
			host = lifeline.host;
		}
		lines.push(`participant p${position} as ${escapeLabel(shorten(lifeline.label, lane - BESIDE))}`);
	});
	if (host !== undefined) lines.push('end');
	return lines;
}

/**
 * The rows as Mermaid statements, with activations for calls that are open around and inside of them.
 * @param before lines that stand before a row, by row
 */
export function body(
	sheet: Sheet,
	rows: readonly DiagramRow[],
	openCalls: readonly number[],
	before: ReadonlyMap<number, readonly string[]>,
): readonly string[] {
	const lines: string[] = [];
	/** Lanes of the calls that are open, by their row. */
	const open = new Map<number, number>();
	for (const row of openCalls) activate(row, laneOfCall(sheet, row));
	for (const row of rows) {
		lines.push(...(before.get(row.row) ?? []), statement(sheet, row));
		if (sheet.rows.isCallRow(row.row)) activate(row.row, row.to);
		for (const [call, lane] of [...open].reverse()) {
			if (endOf(sheet, call) !== row.row) continue;
			lines.push(`deactivate p${lane}`);
			open.delete(call);
		}
	}
	for (const lane of [...open.values()].reverse()) lines.push(`deactivate p${lane}`);
	return lines;

	function activate(row: number, lane: number): void {
		lines.push(`activate p${lane}`);
		open.set(row, lane);
	}
}

function laneOfCall(sheet: Sheet, row: number): number {
	const { rows } = sheet;
	const lifeline = rows.lifelineOf(rows.reader.to(rows.seqs.at(row)));
	return lifeline === null ? 0 : (sheet.lanes.get(lifeline) ?? 0);
}

/** Last row of a call's activation, or -1 while the call is open at the sheet's limit. */
export function endOf(sheet: Sheet, row: number): number {
	const closing = sheet.rows.closings.at(row);
	return closing >= 0 && closing <= sheet.limit ? sheet.rows.ends.at(row) : -1;
}

const arrows: Readonly<Record<Tone, string>> = { plain: '-->>', pending: '-->>', failure: '--x' };

function statement(sheet: Sheet, row: DiagramRow): string {
	const label = escapeLabel(drawnLabel(sheet, row));
	if (isAcross(row)) return `Note over ${span(sheet.lifelines)}: ${label}`;
	switch (row.kind) {
		case 'note':
		case 'violation':
			return `Note over p${row.from}: ${label}`;
		case 'return':
			return `p${row.from}${arrows[row.tone ?? 'plain']}p${row.to}: ${label}`;
		case 'signal':
			return `p${row.from}-)p${row.to}: ${label}`;
		default:
			return `p${row.from}->>p${row.to}: ${label}`;
	}
}

/** All lifelines, as a note names them. */
function span(lifelines: readonly Lifeline[]): string {
	return lifelines.length > 1 ? `p0,p${lifelines.length - 1}` : 'p0';
}

/** A number that changes with the text of a page and with what its rows tell besides (FNV-1a, 32 bits). */
function revisionOf(mermaid: string, rows: readonly DiagramRow[], more: readonly number[]): number {
	let hash = 0x811c9dc5;
	const add = (code: number): void => {
		hash = Math.imul(hash ^ code, 0x01000193);
	};
	for (const number of more) add(number);
	for (let i = 0; i < mermaid.length; i++) add(mermaid.charCodeAt(i));
	for (const { seq, returnSeq } of rows) {
		add(seq);
		add(returnSeq ?? -1);
	}
	return hash >>> 0;
}
