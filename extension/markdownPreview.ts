/**
 * Fenced `sanflow` blocks in VS Code's Markdown preview: the block is run and what happened is drawn. The preview asks for
 * its text at once, so the simulation runs here, in the extension's process, with a small budget; the adapter's bundle
 * holds it, and is loaded with the first such block.
 */
import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { AdapterModule, ScenarioPicture } from '../server/protocol/scenarioPicture';
import { escapeMarkup } from './panelHtml';

/** What is used of markdown-it. */
export interface MarkdownIt {
	readonly renderer: { readonly rules: { fence?: Fence | undefined } };
}

type Fence = (tokens: readonly Token[], index: number, ...rest: unknown[]) => string;

interface Token {
	readonly info: string;
	readonly content: string;
}

/** Pictures that are kept: the preview renders everything with each key. */
const kept = 30;

export class MarkdownPreview {
	private readonly pictures = new Map<string, string>();

	/** @param load gets the adapter's bundle as a module */
	constructor(private readonly load: () => AdapterModule) {}

	/** Draws fenced blocks of the language `sanflow`; the source stays below, folded. */
	extend<T extends MarkdownIt>(markdown: T): T {
		const { rules } = markdown.renderer;
		const before = rules.fence;
		rules.fence = (tokens, index, ...rest) => {
			const token = tokens[index];
			const source = before?.(tokens, index, ...rest) ?? '';
			if (!token || !/^sanflow(\s|$)/.test(token.info.trim())) return source;
			return this.block(token.content, source);
		};
		return markdown;
	}

	private block(text: string, source: string): string {
		const key = createHash('sha256').update(text).digest('base64');
		const known = this.pictures.get(key);
		const picture = known ?? this.draw(text);
		this.pictures.delete(key);
		this.pictures.set(key, picture);
		for (const oldest of this.pictures.keys()) {
			if (this.pictures.size <= kept) break;
			this.pictures.delete(oldest);
		}
		if (picture === '') return source;
		const summary = escapeMarkup(vscode.l10n.t('Scenario'));
		return `${picture}<details><summary>${summary}</summary>${source}</details>`;
	}

	private draw(text: string): string {
		try {
			return figure(this.load().scenarioPicture(text, vscode.env.language === 'zh-cn' ? 'zh-cn' : 'en'));
		} catch (error) {
			// A defect of ours must not take the whole preview down.
			return note(error instanceof Error ? error.message : String(error));
		}
	}
}

function figure(picture: ScenarioPicture): string {
	if (picture.kind === 'nothing') return '';
	if (picture.kind === 'problem') return note(vscode.l10n.t('Line {0}: {1}', picture.line, picture.message));
	const { title, svg, isPassed, failures } = picture;
	// As an image, the drawing can neither run anything nor touch the page.
	const data = Buffer.from(svg).toString('base64');
	const state = isPassed ? vscode.l10n.t('passed') : vscode.l10n.t('failed');
	const image = `<img alt="${escapeMarkup(vscode.l10n.t('Call sequence of {0}', title))}" src="data:image/svg+xml;base64,${data}" style="min-width:760px;max-width:100%;border-radius:6px">`;
	const caption = `<figcaption>${isPassed ? '✓' : '✗'} ${escapeMarkup(`${title}: ${state}`)}</figcaption>`;
	return `<figure style="margin:0 0 8px"><div style="overflow-x:auto">${image}</div>${caption}</figure>${failures.map(note).join('')}`;
}

function note(text: string): string {
	return `<p>⚠ ${escapeMarkup(text)}</p>`;
}
