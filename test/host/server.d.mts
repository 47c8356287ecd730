import type { Host } from '../../scripts/host.mjs';

/** Arguments of a Chromium that tests use, also as root and in a container. */
export const chromiumArguments: readonly string[];

export interface HostOptions {
	readonly host: Host;
	/** VSIX files to install first. */
	readonly vsix?: readonly string[];
	/** A port of the loopback interface; default: any free one. */
	readonly port?: number;
	/** User settings beside the quiet defaults. */
	readonly settings?: Readonly<Record<string, unknown>>;
	/** Environment variables beside those of this process; they reach the extension host. */
	readonly env?: Readonly<Record<string, string>>;
	/** Needed for tests inside the extension host. Hides notifications and dialogs. */
	readonly smokeTestDriver?: boolean;
	/** Folder for all that the host writes; then it is kept. Default: a temporary one, removed by `stop`. */
	readonly scratch?: string;
}

export interface HostServer {
	readonly port: number;
	/** Process ID of the host and ID of its process group. */
	readonly pid: number;
	readonly url: string;
	readonly scratch: string;
	readonly userData: string;
	readonly settingsFile: string;
	/** All running processes that the host started, directly or not; for asserting that none is left. */
	readonly processes: () => readonly { readonly pid: number; readonly command: string }[];
	/** What the host printed so far. */
	readonly log: () => string;
	/** Resolves when the host has ended. */
	readonly exited: Promise<number | null>;
	/** Ends the host with all its processes. */
	stop(): Promise<void>;
}

/** Starts a host and waits until it answers; throws with the host's output when it does not. */
export function startHost(options: HostOptions): Promise<HostServer>;

/** The address that opens a folder; `payload` is VS Code's, for example `[['openFile', remoteUri(server, file)]]`. */
export function workbenchUrl(
	server: { readonly port: number },
	folder: string,
	payload?: readonly (readonly [string, string])[],
): string;

/** How the payload of an address names a file on the host. */
export function remoteUri(server: { readonly port: number }, file: string): string;
