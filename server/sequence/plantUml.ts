/** A view as PlantUML text. Labels are written in Creole's escapes, so that a scenario's text means nothing but itself. */
import type { DiagramRow } from '../protocol/diagram';
import { visible } from './escape';
import type { ExportOptions } from './export';
import { bandsBetween, diagramRow, endOf, loopsBetween, openBefore, type Sheet } from './page';
import { filled } from './texts';
import type { SequenceView } from './view';

/** What Creole, the preprocessor, or the lexer of a label could act on: everything but letters, digits and plain signs. */
const active = /[^\p{L}\p{N} ,.()…→]/gu;

/** `text` as the label of a message or the name of a participant. */
export function escapePlantUml(text: string): string {
	const shown = visible(text).trim();
	if (shown === '') return ' ';
	return shown.replace(
		active,
		(character) => `<U+${(character.codePointAt(0) as number).toString(16).padStart(4, '0')}>`,
	);
}

const icons = { application: 'participant', host: 'participant', switch: 'control', tcpip: 'boundary' } as const;

/** The whole view or a part of it. It ends with a line break. */
export function plantUmlText(view: SequenceView, title: string, options: ExportOptions = {}): string {
	const sheet = view.sheet(options.limit);
	const first = Math.max(0, options.first ?? 0);
	const last = Math.min(options.last ?? sheet.count, sheet.count - 1);
	const lines = ['@startuml', `title ${escapePlantUml(title)}`, 'hide footbox', ...participants(sheet)];
	const bands = new Map(bandsBetween(sheet, first, last).map((band) => [band.row, band.title]));
	const loops = loopsBetween(sheet, first, last);
	const open = new Map<number, number>();
	for (const call of openBefore(sheet, first)) {
		const { to } = diagramRow(sheet, call);
		open.set(call, to);
		lines.push(`activate p${to}`);
	}
	for (let index = first; index <= last; index++) {
		const row = diagramRow(sheet, index);
		const title = bands.get(index);
		for (const loop of loops) if (loop.last === index - 1) lines.push('end');
		for (const loop of loops) {
			if (Math.max(first, loop.first) === index)
				lines.push(`loop ${escapePlantUml(filled(sheet.texts.times, loop.count))}`);
		}
		if (title !== undefined) lines.push(`== ${escapePlantUml(title)} ==`);
		lines.push(statement(row));
		if (sheet.rows.isCallRow(index)) {
			open.set(index, row.to);
			lines.push(`activate p${row.to}`);
		}
		for (const [call, lane] of [...open].reverse()) {
			if (endOf(sheet, call) !== index) continue;
			lines.push(`deactivate p${lane}`);
			open.delete(call);
		}
	}
	for (const loop of loops) if (loop.last >= last) lines.push('end');
	for (const lane of [...open.values()].reverse()) lines.push(`deactivate p${lane}`);
	return `${[...lines, '@enduml'].join('\n')}\n`;
}

function participants({ lifelines }: Sheet): readonly string[] {
	const lines: string[] = [];
	let host: string | undefined;
	lifelines.forEach(({ label, role, host: own }, lane) => {
		if (own !== host) {
			if (host !== undefined) lines.push('end box');
			lines.push(`box "${escapePlantUml(own)}"`);
			host = own;
		}
		const icon = role in icons ? icons[role as keyof typeof icons] : 'entity';
		lines.push(`${icon} "${escapePlantUml(label)}" as p${lane}`);
	});
	if (host !== undefined) lines.push('end box');
	return lines;
}

const arrows = { call: '->', return: '-->', signal: '->>', message: '->', state: '->' } as const;

function statement(row: DiagramRow): string {
	const label = escapePlantUml(row.label);
	if (row.wide || row.folded !== undefined) return `note across : ${label}`;
	if (row.kind === 'note' || row.kind === 'violation') return `note over p${row.from} : ${label}`;
	const isFailure = row.kind === 'return' && row.tone === 'failure';
	return `p${row.from} ${isFailure ? '-->x' : arrows[row.kind]} p${row.to} : ${label}${gapText(row)}`;
}

/** The virtual time that passed before the message, where any did. */
function gapText({ gap = 0 }: DiagramRow): string {
	return gap > 0 ? ` (+${gap} ns)` : '';
}
