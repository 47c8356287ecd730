/** A sequence diagram as SVG, or with characters for a terminal; drawn by beautiful-mermaid. */
import { renderMermaidASCII, renderMermaidSVG } from 'beautiful-mermaid';
import { plainMermaid } from './plainMermaid';

/** One SVG document that needs nothing from elsewhere. */
export function svgDrawing(mermaid: string): string {
	const { text, titles } = plainMermaid(mermaid);
	let svg = renderMermaidSVG(text, { font: 'system-ui' }).replace(/^\s*@import url\([^)]*\);\n/gm, '');
	for (const title of new Set(titles)) svg = svg.replaceAll(`>rect [${xml(title)}]<`, `>${xml(title)}<`);
	return `${svg.trimEnd()}\n`;
}

/** Text of box-drawing characters; lines carry no trailing blanks. */
export function textDrawing(mermaid: string): string {
	const { text, titles } = plainMermaid(mermaid);
	let drawing = renderMermaidASCII(text, { colorMode: 'none' });
	for (const title of new Set(titles)) {
		const head = `rect [${title}]`;
		// A wide character takes two places, so the line that follows it is the shorter for it.
		const rest = '─'.repeat(Math.max(0, head.length - title.length - 2 - wideCharacters(title)));
		drawing = drawing.replaceAll(head, ` ${title} ${rest}`);
	}
	return `${drawing
		.split('\n')
		.map((line) => line.trimEnd())
		.join('\n')
		.trim()}\n`;
}

function wideCharacters(text: string): number {
	return [...text].filter((character) =>
		/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/.test(character),
	).length;
}

function xml(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll("'", '&#39;');
}
