/**
 * The webview of a call sequence. The extension's page holds `<div id="app">`, the translations as JSON by English text in
 * the attribute `data-texts` of its body, the style sheets `codicon.css` and `webview.css`, and this script with the page's
 * nonce. Its Content Security Policy allows no other script and nothing remote. It must allow inline styles, because
 * Mermaid puts a `<style>` element into the page while it measures; what stays of a drawing holds none.
 */
import { connect } from './host';
import { Panel } from './panel';
import { translator } from './texts';

function bundle(): Readonly<Record<string, unknown>> {
	const text = document.body.dataset.texts;
	return text === undefined ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
}

const app = document.getElementById('app');
if (!app) throw new Error('the page has no element #app');
const host = connect((message) => panel.receive(message));
const panel = new Panel(app, host, translator(bundle()));
host.post({ type: 'ready' });
// While the host gets its answer ready, what will draw it starts.
requestIdleCallback(() => void import('./renderer'));
