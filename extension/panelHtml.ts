/** The page of the call sequence: its Content Security Policy and the assets, all of them local. */

export interface PanelAssets {
	/** What the webview may load styles, fonts and pictures from. */
	readonly cspSource: string;
	readonly script: string;
	/** Imported by the script once there is something to draw; named here so that it is fetched meanwhile. */
	readonly module: string;
	readonly styles: readonly string[];
	/** Fresh for each page. */
	readonly nonce: string;
	/** Display language, BCP 47. */
	readonly language: string;
	readonly title: string;
	/** Translations of the webview's texts by English text; empty for English. */
	readonly texts: Readonly<Record<string, unknown>>;
}

/** Text made safe to stand in markup and in attribute values. */
export function escapeMarkup(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * The policy of the page. Scripts run only with the nonce. Styles may be inline: Mermaid writes a `<style>` element and
 * style attributes into each drawing, whose content is not known beforehand. Nothing remote can be reached.
 */
export function contentSecurityPolicy(assets: Pick<PanelAssets, 'cspSource' | 'nonce'>): string {
	return [
		"default-src 'none'",
		`script-src 'nonce-${assets.nonce}'`,
		`style-src ${assets.cspSource} 'unsafe-inline'`,
		`font-src ${assets.cspSource}`,
		`img-src ${assets.cspSource} data:`,
		"base-uri 'none'",
		"form-action 'none'",
	].join('; ');
}

/** The whole page. */
export function panelHtml(assets: PanelAssets): string {
	const attribute = escapeMarkup;
	return `<!DOCTYPE html>
<html lang="${attribute(assets.language)}">
<head>
	<meta charset="UTF-8">
	<meta http-equiv="Content-Security-Policy" content="${attribute(contentSecurityPolicy(assets))}">
	<meta name="viewport" content="width=device-width, initial-scale=1.0">
${assets.styles.map((style) => `\t<link rel="stylesheet" href="${attribute(style)}">`).join('\n')}
	<link rel="modulepreload" nonce="${attribute(assets.nonce)}" href="${attribute(assets.module)}">
	<title>${escapeMarkup(assets.title)}</title>
</head>
<body data-texts="${attribute(JSON.stringify(assets.texts))}">
	<div id="app"></div>
	<script nonce="${attribute(assets.nonce)}" src="${attribute(assets.script)}"></script>
</body>
</html>
`;
}
