/**
 * The webview as a plain page in headless Chromium, with a host made up by the test: the extension's own markup and
 * Content Security Policy, the built assets, and in place of VS Code a function that gets every message.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { panelHtml } from '../../extension/panelHtml';
import type {
	DiagramAnswer,
	DiagramInfo,
	DiagramPage,
	DiagramQuery,
	ViewSettings,
} from '../../server/protocol/diagram';
import type { FromPanel, PanelState, ToPanel } from '../../server/protocol/panel';
import { defaultView } from '../../server/sequence';
import { type ThemeName, themes } from './themes';
import { countWork, restOf } from './work';

const origin = 'http://sanflow.test';
const assets = path.resolve(process.env.SANFLOW_WEBVIEW ?? 'dist');

const types: Readonly<Record<string, string>> = {
	'.js': 'text/javascript',
	'.css': 'text/css',
	'.ttf': 'font/ttf',
	'.map': 'application/json',
};

/** Assets as they were when they were first asked for: a build that goes on beside the tests changes nothing for them. */
const loaded = new Map<string, Buffer>();

function asset(name: string): Buffer {
	const known = loaded.get(name) ?? readFileSync(path.join(assets, name));
	loaded.set(name, known);
	return known;
}

/** Whatever the fake host is asked for. */
export interface FakeRun {
	/** How the run is looked at first. */
	readonly settings?: ViewSettings;
	info(): DiagramInfo;
	pages(first: number, last: number, lane?: number): readonly DiagramPage[] | Promise<readonly DiagramPage[]>;
	/** Answers what is asked beside the pages; nothing is known without it. */
	query?(query: DiagramQuery): DiagramAnswer;
	/** The rows are chosen by other settings from now on. */
	setView?(view: ViewSettings): void;
}

export interface FakePanelOptions {
	readonly theme?: ThemeName;
	readonly width?: number;
	readonly height?: number;
	readonly view?: ViewSettings;
	readonly state?: PanelState;
	readonly texts?: Readonly<Record<string, string>>;
	readonly deviceScaleFactor?: number;
	readonly reducedMotion?: boolean;
	/** Called before the page is loaded. */
	readonly prepare?: (page: Page) => Promise<unknown>;
}

export class FakePanel {
	/** Everything that the page said, except requests for pages and questions. */
	readonly said: FromPanel[] = [];
	/** Errors and policy violations of the page. Every test ends by asking that there are none. */
	readonly complaints: string[] = [];
	/** Number of requests for pages. */
	requests = 0;
	/** Distance of lifelines that the page asked for last. */
	lane: number | undefined;
	view: ViewSettings;

	private constructor(
		readonly page: Page,
		public run: FakeRun | undefined,
		view: ViewSettings,
	) {
		this.view = view;
	}

	/** Opens the page; without a run the host never answers. */
	static async open(browser: Browser, run: FakeRun | undefined, options: FakePanelOptions = {}): Promise<FakePanel> {
		const page = await browser.newPage({
			viewport: { width: options.width ?? 1400, height: options.height ?? 900 },
			deviceScaleFactor: options.deviceScaleFactor ?? 1,
			reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
		});
		const panel = new FakePanel(page, run, options.view ?? run?.settings ?? defaultView);
		page.on('pageerror', (error) => panel.complaints.push(String(error)));
		page.on('console', (message) => {
			if (message.type() === 'error' || message.type() === 'warning') panel.complaints.push(message.text());
		});
		await countWork(page);
		await page.exposeFunction('toFakeHost', (message: FromPanel) => panel.receive(message));
		await page.addInitScript((state) => {
			interface Hosts {
				toFakeHost(message: unknown): unknown;
				/** Set by measurements, which must not wait for another process. */
				inPageHost?(message: unknown): unknown;
				readonly work: { begin(kind: string): number; end(work: number): void };
			}
			const hosts = window as unknown as Hosts;
			// The host has answered, or has taken notice, when its promise is kept.
			const post = async (message: unknown): Promise<void> => {
				const told = hosts.work.begin(`host: ${JSON.stringify(message)}`);
				try {
					await (hosts.inPageHost ?? hosts.toFakeHost)(message);
				} finally {
					hosts.work.end(told);
				}
			};
			const kept = { state };
			Object.assign(window, {
				acquireVsCodeApi: () => ({
					postMessage: post,
					getState: () => kept.state,
					setState: (next: PanelState) => {
						kept.state = next;
					},
				}),
			});
		}, options.state);
		await page.route('**/*', (route) => {
			const { pathname, origin: asked } = new URL(route.request().url());
			if (asked !== origin) {
				panel.complaints.push(`asked for ${route.request().url()}`);
				return route.abort();
			}
			if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: markup(options) });
			return route.fulfill({
				contentType: types[path.extname(pathname)] ?? 'text/plain',
				body: asset(path.basename(pathname)),
			});
		});
		await options.prepare?.(page);
		await page.goto(origin);
		await panel.setTheme(options.theme ?? 'light');
		return panel;
	}

	async setTheme(name: ThemeName): Promise<void> {
		await this.page.evaluate(({ className, variables }) => {
			document.body.className = className;
			document.documentElement.removeAttribute('style');
			for (const [variable, value] of Object.entries(variables))
				document.documentElement.style.setProperty(variable, value);
		}, themes[name]);
	}

	async send(message: ToPanel): Promise<void> {
		await this.page.evaluate((data) => window.postMessage(data), message);
	}

	/** Sends the run's present info. */
	async refresh(): Promise<void> {
		if (this.run) await this.send({ type: 'info', info: this.run.info(), view: this.view });
	}

	/**
	 * Waits until the page has nothing left to do: what it said has arrived here, everything that it asked for has been
	 * answered, and what is on screen is drawn and marked.
	 */
	async settled(): Promise<void> {
		await restOf(this.page);
	}

	async close(): Promise<void> {
		await this.page.close();
	}

	private async receive(message: FromPanel): Promise<void> {
		if (message.type === 'getPages') {
			this.requests++;
			this.lane = message.lane;
			if (!this.run) return;
			const pages = await this.run.pages(message.first, message.last, message.lane);
			await this.send({ type: 'pages', request: message.request, pages });
			return;
		}
		if (message.type === 'query') {
			const answer = this.run?.query?.(message.query) ?? null;
			await this.send({ type: 'answer', request: message.request, answer });
			return;
		}
		this.said.push(message);
		if (message.type === 'setView') {
			this.view = message.view;
			this.run?.setView?.(message.view);
		}
		if (message.type === 'ready' || message.type === 'setView') await this.refresh();
	}
}

function markup(options: FakePanelOptions): string {
	return panelHtml({
		cspSource: origin,
		script: `${origin}/webview.js`,
		module: `${origin}/renderer.js`,
		styles: [`${origin}/codicon.css`, `${origin}/webview.css`],
		nonce: 'dGhpcyBpcyBhIHRlc3Q',
		language: 'en',
		title: 'Call sequence',
		texts: options.texts ?? {},
	});
}
