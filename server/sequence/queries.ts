/** What else is asked about a view beside its pages. None of it is on the way of a step. */
import type {
	Causes,
	DiagramAnswer,
	DiagramAnswers,
	DiagramQuery,
	ExportFormat,
	MessageFound,
	MessagesFound,
	Overview,
	OverviewMark,
	RowsFound,
} from '../protocol/diagram';
import { CALL, NOTE, type Phase, phases, RETURN, type Reader, recordLine, SIGNAL, VIOLATION } from '../trace';
import { sideOf } from './compare';
import { mermaidText } from './export';
import { toneOf } from './label';
import { messageRow, roundOf } from './page';
import { plantUmlText } from './plantUml';
import type { Rows } from './rows';
import type { SequenceView } from './view';

/** More rows than this are counted, but not named. */
const ROWS_MAX = 5000;
/** More marks than this cannot be told apart in a strip. */
const MARKS_MAX = 1000;
/** So many records after a cause are looked through for its effects. */
const EFFECTS_WITHIN = 200_000;

/** Texts of characters and SVG need a library that the core does not hold; whoever answers brings them. */
export interface Drawings {
	readonly svg: (mermaid: string, isDark?: boolean) => string;
	readonly text: (mermaid: string) => string;
}

export interface Asked {
	readonly view: SequenceView;
	readonly title: string;
	/** Last record that is shown. */
	readonly limit?: number;
	readonly drawings: Drawings;
}

export function answerQuery(asked: Asked, query: DiagramQuery): DiagramAnswer {
	const { view, limit } = asked;
	switch (query.kind) {
		case 'search':
			return search(view, query.text, limit);
		case 'message':
			return message(view, query.seq, limit);
		case 'overview':
			return overview(view, limit);
		case 'causes':
			return causes(view, query.seq, limit);
		case 'statement':
			return ofStatement(view, query.files, query.line, limit);
		case 'export':
			return { text: exported(asked, query) };
	}
}

function search(view: SequenceView, text: string, limit?: number): MessagesFound {
	const sheet = view.sheet(limit);
	const { rows } = sheet;
	const hits = view.search(text.trim()).upTo(sheet.limit);
	const total = hits.countUpTo(sheet.limit);
	const foundRows = new Set<number>();
	const messages: MessageFound[] = [];
	for (let at = 0; at < total; at++) {
		const seq = hits.at(at);
		const row = rows.rowOf(seq);
		foundRows.add(row);
		if (messages.length === ROWS_MAX) continue;
		const round = roundOf(sheet, row, seq);
		const isFolded = isFoldedAway(rows, row, seq);
		messages.push({ seq, row, ...(isFolded ? { isFolded } : {}), ...(round ? { round } : {}) });
	}
	return { rows: [...foundRows].sort((a, b) => a - b).slice(0, ROWS_MAX), total, messages };
}

function message(view: SequenceView, seq: number, limit?: number): DiagramAnswers['message'] {
	const sheet = view.sheet(limit);
	const row = messageRow(sheet, seq);
	return { row, isFolded: row !== null && isFoldedAway(sheet.rows, row.row, seq) };
}

function isFoldedAway({ seqs, folds }: Rows, row: number, seq: number): boolean {
	return seqs.at(row) !== seq || folds.has(row);
}

function found(count: number, test: (row: number) => boolean): RowsFound {
	const rows: number[] = [];
	let total = 0;
	for (let row = 0; row < count; row++) {
		if (!test(row)) continue;
		total++;
		if (rows.length < ROWS_MAX) rows.push(row);
	}
	return { rows, total };
}

function overview(view: SequenceView, limit?: number): Overview {
	const { rows, count } = view.sheet(limit);
	const { reader } = view;
	const bands: { row: number; phase: Phase }[] = [];
	let previous = -1;
	const marks: OverviewMark[] = [];
	for (let row = 0; row < count; row++) {
		const seq = rows.seqs.at(row);
		if (row === 0 || (bands.length < rows.bands.length + 1 && rows.bands.at(bands.length - 1) === row)) {
			const phase = reader.phase(seq);
			if (phase !== previous || row > 0) bands.push({ row, phase: phases[phase] as Phase });
			previous = phase;
		}
		const kind = markOf(view, seq);
		if (kind !== undefined && (marks.length < MARKS_MAX || kind === 'violation')) marks.push({ row, kind });
	}
	return { rowCount: count, bands, marks };
}

function markOf(view: SequenceView, seq: number): OverviewMark['kind'] | undefined {
	const { reader } = view;
	const { comparison } = view.sheet(seq).rows;
	const side = comparison ? sideOf(comparison, seq) : '';
	if (side !== '') return side;
	const kind = reader.kind(seq);
	if (kind === VIOLATION) return 'violation';
	if (kind === CALL) return undefined;
	const canFail = kind === RETURN || kind === SIGNAL ? reader.errorId(seq) > 0 : kind === NOTE;
	return canFail && toneOf(reader.record(seq)) === 'failure' ? 'failure' : undefined;
}

/** Back along causes, and where a record has none, to the call that it belongs to; forward over everything so caused. */
function causes(view: SequenceView, seq: number, limit?: number): Causes {
	const { reader } = view;
	if (seq < 0 || seq >= reader.length) return { causes: [], effects: [] };
	const end = Math.min(reader.length - 1, limit ?? reader.length - 1);
	const back = new Set<number>();
	for (let at = before(reader, seq); at >= 0; at = before(reader, at)) {
		const row = exactRow(view, at);
		if (row >= 0) back.add(row);
	}
	const led = new Set([seq]);
	const effects = new Set<number>();
	for (let at = seq + 1; at <= Math.min(end, seq + EFFECTS_WITHIN); at++) {
		const within = reader.within(at);
		const call = reader.callOf(at);
		if (!led.has(reader.cause(at)) && !led.has(call) && (within === null || !led.has(within))) continue;
		led.add(at);
		const row = exactRow(view, at);
		if (row >= 0) effects.add(row);
	}
	const own = exactRow(view, seq);
	back.delete(own);
	effects.delete(own);
	return { causes: [...back].sort((a, b) => b - a), effects: [...effects] };
}

/** The record that a record goes back to, or -1: its call on a return, the call around it, what woke its thread. */
function before(reader: Reader, seq: number): number {
	const call = reader.callOf(seq);
	if (call >= 0) return call;
	return reader.within(seq) ?? reader.cause(seq);
}

/** The row that draws or stands for record `seq`, or -1. */
function exactRow(view: SequenceView, seq: number): number {
	const { rows } = view.sheet();
	return rows.isShown(seq) ? rows.rowOf(seq) : -1;
}

function ofStatement(view: SequenceView, files: readonly string[], line: number, limit?: number): RowsFound {
	const { rows, count } = view.sheet(limit);
	const { reader } = view;
	const sources = reader.trace.sources.all();
	const wanted = new Set(
		sources.flatMap((source, id) => (source.line === line && files.includes(source.file) ? [id] : [])),
	);
	return found(count, (row) => wanted.has(reader.sourceId(rows.seqs.at(row))));
}

function exported(
	{ view, title, limit, drawings }: Asked,
	{ format, first, last }: { readonly format: ExportFormat; readonly first?: number; readonly last?: number },
): string {
	const options = {
		...(limit === undefined ? {} : { limit }),
		...(first === undefined ? {} : { first }),
		...(last === undefined ? {} : { last }),
	};
	switch (format) {
		case 'mermaid':
			return mermaidText(view, options);
		case 'markdown':
			return `## ${title.replace(/[\\`*_[\]<>#&|~]/g, '\\$&')}\n\n\`\`\`mermaid\n${mermaidText(view, options)}\`\`\`\n`;
		case 'plantuml':
			return plantUmlText(view, title, options);
		case 'json':
			return recordLines(view, options);
		case 'text':
			return drawings.text(mermaidText(view, options));
		case 'svg':
			return drawings.svg(mermaidText(view, options));
		case 'svgDark':
			return drawings.svg(mermaidText(view, options), true);
	}
}

/**
 * The exchange format: for the whole run every record, so that the file can be opened again; for a part of it the records of
 * its rows.
 */
function recordLines(view: SequenceView, options: { first?: number; last?: number; limit?: number }): string {
	const { rows, count } = view.sheet(options.limit);
	let text = '';
	if (options.first === undefined && options.last === undefined) {
		const end = Math.min(view.reader.length - 1, options.limit ?? view.reader.length - 1);
		for (let seq = 0; seq <= end; seq++) text += `${recordLine(view.reader.record(seq))}\n`;
		return text;
	}
	const last = Math.min(options.last ?? count, count - 1);
	for (let row = options.first ?? 0; row <= last; row++)
		text += `${recordLine(view.reader.record(rows.seqs.at(row)))}\n`;
	return text;
}
