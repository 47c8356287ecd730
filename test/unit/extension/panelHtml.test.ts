import assert from 'node:assert/strict';
import { contentSecurityPolicy, escapeMarkup, panelHtml } from '../../../extension/panelHtml';

const assets = {
	cspSource: 'https://*.vscode-cdn.net',
	script: 'https://host/dist/webview.js',
	module: 'https://host/dist/renderer.js',
	styles: ['https://host/dist/codicon.css', 'https://host/dist/webview.css'],
	nonce: 'bm9uY2U',
	language: 'zh-cn',
	title: 'Calls',
	texts: {},
};

describe('panel page', () => {
	it('lets scripts run with the nonce only', () => {
		const policy = contentSecurityPolicy(assets).split('; ');
		assert.ok(policy.includes("default-src 'none'"));
		assert.ok(policy.includes("script-src 'nonce-bm9uY2U'"));
	});

	it('names no origin but the webview’s own', () => {
		const sources = contentSecurityPolicy(assets)
			.split('; ')
			.flatMap((directive) => directive.split(' ').slice(1));
		const known = ["'none'", "'nonce-bm9uY2U'", "'unsafe-inline'", 'data:', assets.cspSource];
		assert.deepEqual(
			sources.filter((source) => !known.includes(source)),
			[],
		);
	});

	it('has one script, and it carries the nonce', () => {
		const scripts = panelHtml(assets).match(/<script\b[^>]*>/g);
		assert.deepEqual(scripts, ['<script nonce="bm9uY2U" src="https://host/dist/webview.js">']);
	});

	it('shows a hostile title as text', () => {
		const title = '</title><script>alert(1)</script>"\'&';
		const html = panelHtml({ ...assets, title, texts: { '"><img src=x onerror=1>': "'" } });
		assert.equal(html.match(/<script\b/g)?.length, 1);
		assert.ok(!html.includes('<img'));
		assert.ok(html.includes(escapeMarkup(title)));
	});
});
