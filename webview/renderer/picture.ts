/** Pictures for files, drawn by Mermaid with its own configuration: what everybody else's Mermaid would draw. */
import mermaid from 'mermaid';
import type { PictureFormat } from '../../server/protocol/panel';
import { inTurn, reconfigure } from './draw';

/** Pixels a px, and the most that a browser's canvas takes along one side. */
const DENSITY = 2;
const SIDE_MAX = 16_000;

let count = 0;

/** SVG as text, PNG as base64. @throws Error if it cannot be drawn, or is too large for a PNG */
export async function picture(text: string, format: PictureFormat): Promise<string> {
	const svg = standalone(await inTurn(() => draw(text)));
	return format === 'svg' ? svg : png(svg);
}

async function draw(text: string): Promise<string> {
	mermaid.initialize({
		startOnLoad: false,
		securityLevel: 'strict',
		htmlLabels: false,
		theme: 'default',
		maxTextSize: 100_000_000,
		fontFamily: 'system-ui, sans-serif',
		sequence: { useMaxWidth: false, mirrorActors: true, rightAngles: true },
	});
	try {
		return (await mermaid.render(`picture${count++}`, text)).svg;
	} finally {
		reconfigure();
	}
}

/** An SVG document that needs nothing from elsewhere, on white: its texts are dark. */
function standalone(svg: string): string {
	const parsed = new DOMParser().parseFromString(svg, 'text/html').querySelector('svg');
	if (!parsed) throw new Error('Mermaid drew nothing');
	parsed.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
	parsed.style.background = '#ffffff';
	return `${new XMLSerializer().serializeToString(parsed)}\n`;
}

async function png(svg: string): Promise<string> {
	const image = new Image();
	await new Promise((resolve, reject) => {
		image.onload = resolve;
		image.onerror = () => reject(new Error('the picture cannot be read'));
		image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
	});
	const density = Math.min(DENSITY, SIDE_MAX / Math.max(image.naturalWidth, image.naturalHeight, 1));
	const canvas = document.createElement('canvas');
	canvas.width = Math.round(image.naturalWidth * density);
	canvas.height = Math.round(image.naturalHeight * density);
	const pen = canvas.getContext('2d');
	if (!pen) throw new Error('no canvas');
	pen.fillStyle = '#ffffff';
	pen.fillRect(0, 0, canvas.width, canvas.height);
	pen.scale(density, density);
	pen.drawImage(image, 0, 0);
	return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}
