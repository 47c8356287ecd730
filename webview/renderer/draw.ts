/**
 * Draws a page's Mermaid text. Mermaid has one configuration and one place in the document where it measures, so that
 * drawings are made one after the other.
 */
import mermaid from 'mermaid';
import type { DiagramPage } from '../../server/protocol/diagram';
import { breath } from '../breath';
import type { Drawing } from '../drawing';
import { FONT_SIZE, fontFamily } from '../fonts';
import { prepare } from './prepare';

let configured = '';

/** Sets Mermaid up for the present font. `width` + `actorMargin` is the distance of lifelines that labels are cut to. */
function configure(lane: number): void {
	const family = fontFamily();
	const wanted = `${lane} ${family}`;
	if (wanted === configured) return;
	configured = wanted;
	mermaid.initialize({
		startOnLoad: false,
		securityLevel: 'strict',
		htmlLabels: false,
		suppressErrorRendering: true,
		maxTextSize: 1_000_000,
		theme: 'base',
		fontFamily: family,
		fontSize: FONT_SIZE,
		sequence: {
			width: lane - 10,
			height: 1,
			actorMargin: 10,
			wrap: false,
			wrapPadding: 5,
			boxMargin: 0,
			boxTextMargin: 0,
			noteMargin: 5,
			activationWidth: 8,
			mirrorActors: false,
			useMaxWidth: false,
			diagramMarginX: 0,
			diagramMarginY: 0,
			rightAngles: true,
			showSequenceNumbers: false,
			hideUnusedParticipants: false,
			actorFontFamily: family,
			messageFontFamily: family,
			noteFontFamily: family,
			actorFontSize: FONT_SIZE,
			messageFontSize: FONT_SIZE,
			noteFontSize: FONT_SIZE,
			messageFontWeight: 400,
			noteFontWeight: 400,
		},
	});
	lightenConfiguration();
}

/**
 * Takes out of Mermaid's configuration what concerns other kinds of diagram, and the colours. Mermaid copies the whole
 * configuration every time one of its functions looks something up, about a hundred times a page: that was half of the
 * time that a page took. Its update function gives the very object that the copies are made from.
 */
function lightenConfiguration(): void {
	const site = mermaid.mermaidAPI.updateSiteConfig({}) as Record<string, unknown>;
	for (const [name, section] of Object.entries(site)) {
		const isNeeded = name === 'sequence' || Array.isArray(section);
		if (typeof section === 'object' && !isNeeded) delete site[name];
	}
	site.themeVariables = {};
}

let turns: Promise<unknown> = Promise.resolve();

/** Mermaid has one configuration: who configures it draws before somebody else does. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
	const turn = turns.then(work);
	turns = turn.catch(() => {});
	return turn;
}

/** Somebody else has configured Mermaid meanwhile. */
export function reconfigure(): void {
	configured = '';
}

let drawn = 0;

/** Draws one page. @param lane distance of two lifelines, px at zoom 1 @throws Error if Mermaid cannot parse the text */
export async function draw(page: DiagramPage, lane: number): Promise<Drawing> {
	const markup = await inTurn(async () => {
		configure(lane);
		return (await mermaid.render(`drawing${drawn++}`, page.mermaid)).svg;
	});
	await breath();
	const parsed = new DOMParser().parseFromString(markup, 'text/html').querySelector('svg');
	if (!parsed) throw new Error('Mermaid drew nothing');
	return prepare(document.importNode(parsed, true), page, lane);
}
