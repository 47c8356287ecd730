/**
 * Drives the workbench of a real VS Code the way a person does: mouse, keys, and reading what is on the screen.
 * Nothing here calls into the extension; what a test learns through this file, a user can see.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { launchChromium, preparedHost } from './browser';
import { DebugViews } from './debugViews';
import { EditorPane } from './editorPane';
import { expectSoon, plain, texts } from './locators';
import { Palette } from './palette';
import { type HostServer, remoteUri, startHost, workbenchUrl } from './server.mjs';

export { expectSoon } from './locators';

/** Colour themes that every VS Code has, with the class that the workbench has while one is chosen. */
const colorThemes = {
	light: { name: 'Light Modern', className: 'vs' },
	dark: { name: 'Dark Modern', className: 'vs-dark' },
	highContrast: { name: 'Dark High Contrast', className: 'hc-black' },
	highContrastLight: { name: 'Light High Contrast', className: 'hc-light' },
} as const;

export type ColorTheme = keyof typeof colorThemes;

export interface WorkbenchOptions {
	/** Absolute path of the folder to open. */
	readonly folder: string;
	/** A file of it to open at once, relative to the folder. */
	readonly file?: string;
	/** VSIX files to install; default: the packaged extension that `npm run test:e2e` made. */
	readonly vsix?: readonly string[];
	/** User settings from the start. */
	readonly settings?: Readonly<Record<string, unknown>>;
	readonly viewport?: { readonly width: number; readonly height: number };
}

/** Starts a host of its own with the packaged extension, and opens a folder in it. Close it in an `after` hook. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
	const packaged = process.env.SANFLOW_VSIX;
	const vsix = options.vsix ?? (packaged === undefined ? [] : [packaged]);
	const settings = { 'workbench.colorTheme': colorThemes.dark.name, ...options.settings };
	const server = await startHost({ host: preparedHost(), vsix, settings });
	let browser: Browser | undefined;
	try {
		browser = await launchChromium();
		const page = await browser.newPage({ viewport: options.viewport ?? { width: 1400, height: 900 } });
		const workbench = new Workbench(page, browser, server);
		await workbench.goTo(options.folder, options.file);
		return workbench;
	} catch (error) {
		await browser?.close();
		await server.stop();
		throw error;
	}
}

export class Workbench {
	readonly palette: Palette;
	readonly editor: EditorPane;
	readonly debug: DebugViews;
	/** Errors that a page of the workbench did not catch, for tests to assert that there are none. */
	readonly pageErrors: string[] = [];

	constructor(
		/** The page of the workbench, for what this driver has no method for. */
		readonly page: Page,
		private readonly browser: Browser,
		readonly server: HostServer,
	) {
		page.setDefaultTimeout(15_000);
		page.on('pageerror', (error) => this.pageErrors.push(error.message));
		this.palette = new Palette(page);
		this.editor = new EditorPane(page, this.palette);
		this.debug = new DebugViews(page, this.palette, this.editor);
	}

	/** Loads the workbench with a folder, and optionally a file of it open. */
	async goTo(folder: string, file?: string): Promise<void> {
		const payload = file === undefined ? [] : [['openFile', remoteUri(this.server, path.join(folder, file))] as const];
		await this.page.goto(workbenchUrl(this.server, folder, payload), { timeout: 60_000 });
		await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
		if (file !== undefined) {
			await this.editor.waitFor(path.basename(file));
		}
	}

	/** Closes browser and host; no process of either is left. */
	async close(): Promise<void> {
		await this.browser.close();
		await this.server.stop();
	}

	/** Presses a key or a chord: `F5`, `Shift+F11`, `Control+Shift+P`. */
	async press(key: string): Promise<void> {
		await this.page.keyboard.press(key);
	}

	/** Runs a command of the command palette by its full title. */
	async runCommand(title: string): Promise<void> {
		await this.palette.run(title);
	}

	/** The document of a webview; with several open, `index` counts them in the order of their creation. */
	webview(index = 0): FrameLocator {
		return this.page.frameLocator(`iframe.webview.ready >> nth=${index}`).frameLocator('iframe#active-frame');
	}

	/** Rows of the problems view (which is brought to the front). */
	async problems(): Promise<readonly string[]> {
		await this.palette.run('Problems: Focus on Problems View');
		return texts(this.page.locator('.markers-panel .monaco-list-row'));
	}

	/** What the notifications on the screen say. */
	notifications(): Promise<readonly string[]> {
		return texts(this.page.locator('.notification-toast .notification-list-item-message'));
	}

	/** Error notifications on the screen; a test of a good run asserts that there are none. */
	errorNotifications(): Promise<readonly string[]> {
		const errors = this.page.locator('.notification-toast').filter({ has: this.page.locator('.codicon-error') });
		return texts(errors.locator('.notification-list-item-message'));
	}

	/** The text of a dialog that is open, or nothing. */
	async dialogText(): Promise<string | undefined> {
		const box = this.page.locator('.monaco-dialog-box');
		return (await box.isVisible()) ? plain(await box.textContent()) : undefined;
	}

	/**
	 * What VS Code has written down for the workspace under `key`: open editors (`memento/workbench.parts.editor`), or the
	 * state of an extension by its identifier; empty while there is nothing. VS Code in a browser writes it down every few
	 * seconds, when it has nothing else to do; a reload of the window finds that and nothing newer.
	 */
	remembered(key: string): Promise<string> {
		return this.page.evaluate<string>(`(${readStorage})(${JSON.stringify(key)})`);
	}

	/** Changes user settings in the settings.json editor, and closes it again. */
	async changeSettings(changes: Readonly<Record<string, unknown>>): Promise<void> {
		const current: unknown = JSON.parse(readFileSync(this.server.settingsFile, 'utf8'));
		const text = JSON.stringify({ ...(current as object), ...changes });
		const { keyboard } = this.page;
		await this.palette.run('Preferences: Open User Settings (JSON)');
		await this.editor.tab('settings.json').waitFor();
		await this.editor.focus();
		await keyboard.press('Control+a');
		// The editor closes the bracket by itself, in some places; take away what it added, then end the text ourselves.
		await keyboard.insertText(text.slice(0, -1));
		await keyboard.press('Control+Shift+End');
		await keyboard.press('Delete');
		await keyboard.insertText('}');
		await keyboard.press('Control+s');
		const saved = async () => readFileSync(this.server.settingsFile, 'utf8').trim() === text;
		await expectSoon(saved, 'the settings are saved');
		await this.palette.run('View: Close Editor');
		await this.editor.tab('settings.json').waitFor({ state: 'detached' });
	}

	/** Switches the colour theme with its quick pick, and waits until the workbench shows it. */
	async setColorTheme(theme: ColorTheme): Promise<void> {
		const { name, className } = colorThemes[theme];
		await this.palette.run('Preferences: Color Theme');
		await this.palette
			.widget()
			.getByRole('option', { name: /^(Light|Dark) / })
			.first()
			.waitFor();
		await this.palette.input().fill(name);
		await this.palette.pick(name);
		await this.palette.waitUntilClosed();
		await this.page.locator(`.monaco-workbench.${className}`).waitFor();
	}

	/** Saves what is on the screen to out/screenshots/NAME.png; returns the path. */
	async screenshot(name: string): Promise<string> {
		const folder = path.resolve('out/screenshots');
		mkdirSync(folder, { recursive: true });
		const file = path.join(folder, `${name}.png`);
		await this.page.screenshot({ path: file });
		return file;
	}
}

/** Runs in the page, where there is IndexedDB; all workspaces of this browser are one. */
const readStorage = `async (key) => {
	const result = (request) => new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
	let texts = '';
	for (const { name } of await indexedDB.databases()) {
		if (!name?.startsWith('vscode-web-state-db')) continue;
		const database = await result(indexedDB.open(name));
		if (database.objectStoreNames.contains('ItemTable'))
			texts += (await result(database.transaction('ItemTable').objectStore('ItemTable').get(key))) ?? '';
		database.close();
	}
	return texts;
}`;
