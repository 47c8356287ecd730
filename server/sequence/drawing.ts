/** A sequence diagram as SVG, or with characters for a terminal; drawn by beautiful-mermaid. */
import { renderMermaidASCII, renderMermaidSVG } from 'beautiful-mermaid';
import { plainMermaid } from './plainMermaid';

/** For dark ground. */
const dark = { bg: '#1f1f1f', fg: '#d4d4d4', muted: '#c4c4c4', line: '#8f8f8f' };
const light = { bg: '#ffffff', fg: '#27272a', muted: '#3f3f46', line: '#71717a' };

/** One SVG document that needs nothing from elsewhere. */
export function svgDrawing(mermaid: string, isDark = false): string {
	const { text, titles } = plainMermaid(mermaid);
	let svg = renderMermaidSVG(text, { font: 'system-ui', ...(isDark ? dark : light) }).replace(
		/^\s*@import url\([^)]*\);\n/gm,
		'',
	);
	for (const title of new Set(titles)) svg = svg.replaceAll(`>rect [${xml(title)}]<`, `>${xml(title)}<`);
	return `${svg.trimEnd()}\n`;
}

/** Text of box-drawing characters; lines carry no trailing blanks. */
export function textDrawing(mermaid: string): string {
	const { text, titles } = plainMermaid(mermaid);
	let phase = 0;
	const drawing = renderMermaidASCII(text, { colorMode: 'none' }).replace(
		/┌(rect \[.*?)┐/g,
		(_whole, head: string) => `┌${frameHead(titles[phase++] ?? '', head.length)}┐`,
	);
	return `${drawing
		.split('\n')
		.map((line) => line.trimEnd())
		.join('\n')
		.trim()}\n`;
}

/** A title in the upper edge of a frame, `width` cells wide. */
function frameHead(title: string, width: number): string {
	let shown = ' ';
	let cells = 1;
	for (const character of title) {
		const more = wide.test(character) ? 2 : 1;
		if (cells + more > width - 1) break;
		shown += character;
		cells += more;
	}
	return `${shown} ${'─'.repeat(Math.max(0, width - cells - 1))}`;
}

/** Characters that take two cells of a terminal. */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/;

function xml(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll("'", '&#39;');
}
