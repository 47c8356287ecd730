/**
 * Hovering over a scenario's title or one of its statements shows the messages of it as a picture. The scenario runs once
 * for each version of its file, in an adapter process that is let go soon after.
 */
import * as vscode from 'vscode';
import type { DiagramInfo, RowsFound, ViewSettings } from '../server/protocol/diagram';
import { statementAt } from './breakpointToggle';
import type { RunOrigin } from './diagramSource';
import { QuietRun } from './quietRun';
import { findScenarios, type ScenarioOutline } from './scenarioOutline';

/** A process is kept so long after the last hover. */
const keptMs = 20_000;
/** More messages are no use in a hover, and would be cut by the editor. */
const rowsMax = 14;
/** VS Code cuts longer texts of a hover. */
const charactersMax = 95_000;

interface Kept {
	readonly key: string;
	readonly origin: RunOrigin;
	readonly run: QuietRun;
}

export class ScenarioHover implements vscode.HoverProvider, vscode.Disposable {
	private kept: Kept | undefined;
	private timer: NodeJS.Timeout | undefined;

	/** @param adapter path of the adapter's bundle */
	constructor(private readonly adapter: string) {}

	dispose(): void {
		clearTimeout(this.timer);
		this.kept?.run.dispose();
		this.kept = undefined;
	}

	async provideHover(
		document: vscode.TextDocument,
		position: vscode.Position,
		token: vscode.CancellationToken,
	): Promise<vscode.Hover | undefined> {
		// What is on disk is what runs.
		if (document.isDirty || document.uri.scheme !== 'file') return undefined;
		const offset = document.offsetAt(position);
		const scenario = findScenarios(document.getText()).find(({ start, end }) => offset >= start && offset < end);
		if (!scenario) return undefined;
		const isTitle = document.positionAt(scenario.start).line === position.line;
		if (!isTitle && !isAtWord(document, position)) return undefined;
		try {
			const { run, origin } = this.runOf(document, scenario);
			const picture = await pictureOf(run, isTitle ? undefined : { document, position, origin });
			return picture === undefined || token.isCancellationRequested ? undefined : new vscode.Hover(picture);
		} catch {
			// A scenario that cannot run says so elsewhere.
			return undefined;
		}
	}

	private runOf(document: vscode.TextDocument, scenario: ScenarioOutline): Kept {
		const key = `${document.uri.fsPath}\n${document.version}\n${scenario.title}`;
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.dispose(), keptMs);
		if (this.kept?.key === key) return this.kept;
		this.kept?.run.dispose();
		const origin = { program: document.uri.fsPath, scenario: scenario.title };
		this.kept = { key, origin, run: new QuietRun(origin, { adapter: this.adapter, locale: vscode.env.language }) };
		return this.kept;
	}
}

function isAtWord(document: vscode.TextDocument, position: vscode.Position): boolean {
	const text = document.lineAt(position.line).text;
	const comment = text.indexOf('//');
	if (comment >= 0 && position.character >= comment) return false;
	return document.getWordRangeAtPosition(position) !== undefined;
}

interface Place {
	readonly document: vscode.TextDocument;
	readonly position: vscode.Position;
	readonly origin: RunOrigin;
}

/** The first messages of the scenario, or those of a statement; undefined if it has none. */
async function pictureOf(run: QuietRun, place: Place | undefined): Promise<vscode.MarkdownString | undefined> {
	const view: ViewSettings = { lens: place ? 'spi' : 'application', hidden: [] };
	const info = await run.info(view);
	const rows = place ? await statementRows(run, view, place) : { first: 0, last: info.rowCount - 1 };
	if (!rows || rows.last < rows.first) return undefined;
	for (let count = Math.min(rowsMax, rows.last - rows.first + 1); count > 0; count = Math.floor(count / 2)) {
		const last = rows.first + count - 1;
		const format = vscode.window.activeColorTheme.kind === vscode.ColorThemeKind.Light ? 'svg' : 'svgDark';
		const answer = await run.query(view, { kind: 'export', format, first: rows.first, last });
		const { text } = answer as { readonly text: string };
		const data = Buffer.from(text).toString('base64');
		if (data.length > charactersMax) continue;
		return markdownOf(data, info, rows.last - last);
	}
	return undefined;
}

function markdownOf(data: string, info: DiagramInfo, left: number): vscode.MarkdownString {
	const markdown = new vscode.MarkdownString();
	const alt = vscode.l10n.t('Call sequence');
	markdown.appendMarkdown(`![${alt}](data:image/svg+xml;base64,${data}|width=460)\n\n`);
	const more = left > 0 ? vscode.l10n.t('{0} more messages', left) : '';
	const calls = info.summary ? vscode.l10n.t('{0} calls', info.summary.calls) : '';
	markdown.appendText([more, calls].filter((part) => part !== '').join(' · '));
	return markdown;
}

async function statementRows(
	run: QuietRun,
	view: ViewSettings,
	{ document, position, origin }: Place,
): Promise<{ readonly first: number; readonly last: number } | undefined> {
	const { files, line } = statementAt(document.uri, position, origin);
	const { rows } = (await run.query(view, { kind: 'statement', files, line })) as RowsFound;
	const first = rows[0];
	if (first === undefined) return undefined;
	// One stretch: what happened elsewhere meanwhile belongs to the story.
	return { first, last: rows.at(-1) ?? first };
}
