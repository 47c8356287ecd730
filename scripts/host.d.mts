/** An installed VS Code host; all paths absolute. */
export interface Host {
	readonly folder: string;
	/** Node 24, which the host runs on. */
	readonly node: string;
	/** code-server's entry script. */
	readonly entry: string;
	/** The folder of VS Code inside code-server. */
	readonly vscode: string;
}

/** Installs the host in the user's cache unless it is there. */
export function ensureHost(): Promise<Host>;

/** The browser to test with, or nothing. */
export function findChromium(): string | undefined;

/** Finds a Chromium, and installs Debian's when there is none and this process may. */
export function ensureChromium(): Promise<string>;
