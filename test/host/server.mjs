/**
 * Starts and stops the real VS Code host (see scripts/host.mjs) for demo and tests. Only Node built-ins.
 * Everything that a host writes (settings, installed extensions, home) is in one scratch folder of its own.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const readyTimeoutMs = 60_000;
const graceMs = 1500;

/** Arguments of a Chromium that tests use, also as root and in a container. */
export const chromiumArguments = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--disable-dev-shm-usage',
];

/** Settings of every host: nothing that pops up, moves or reports by itself. */
const quietSettings = {
	'chat.disableAIFeatures': true,
	'extensions.autoCheckUpdates': false,
	'extensions.ignoreRecommendations': true,
	'git.enabled': false,
	'security.workspace.trust.enabled': false,
	'telemetry.telemetryLevel': 'off',
	'update.mode': 'none',
	'window.autoDetectColorScheme': false,
	// Settings and keyboard shortcuts open as ordinary editors.
	'workbench.editor.useModal': 'off',
	'update.showReleaseNotes': false,
	'workbench.startupEditor': 'none',
	'workbench.tips.enabled': false,
	'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

/** A free port of the loopback interface. */
function freePort() {
	return new Promise((resolve, reject) => {
		const probe = net.createServer();
		probe.once('error', reject);
		probe.listen(0, '127.0.0.1', () => {
			const { port } = probe.address();
			probe.close(() => resolve(port));
		});
	});
}

/** The environment of the host: without the variables of a VS Code that this runs in, and with a home of its own. */
function hostEnvironment(host, scratch, extra) {
	const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VSCODE_')));
	delete env.NODE_OPTIONS;
	delete env.ELECTRON_RUN_AS_NODE;
	return {
		...env,
		HOME: path.join(scratch, 'home'),
		XDG_CONFIG_HOME: path.join(scratch, 'home/.config'),
		XDG_DATA_HOME: path.join(scratch, 'home/.local/share'),
		XDG_CACHE_HOME: path.join(scratch, 'home/.cache'),
		EXTENSIONS_GALLERY: '{}',
		PATH: `${path.dirname(host.node)}${path.delimiter}${process.env.PATH ?? ''}`,
		...extra,
	};
}

/** Resolves to the status of GET on the host, or nothing when nobody answers. */
function httpStatus(port, pathname) {
	return new Promise((resolve) => {
		const request = http.get({ host: '127.0.0.1', port, path: pathname, timeout: 2000 }, (response) => {
			response.resume();
			resolve(response.statusCode);
		});
		request.on('timeout', () => request.destroy());
		request.on('error', () => resolve(undefined));
	});
}

function pause(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

/** True while a process of the group exists. */
function groupExists(pid) {
	try {
		process.kill(-pid, 0);
		return true;
	} catch {
		return false;
	}
}

/**
 * Command lines of all processes that the host started, directly or not: they have its scratch home in their environment,
 * whatever group they are in. Linux only, like the host.
 */
function processesWithHome(home) {
	const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
	return ids.flatMap((id) => {
		try {
			const environment = readFileSync(`/proc/${id}/environ`, 'utf8').split('\0');
			const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0').join(' ').trim();
			return environment.includes(`HOME=${home}`) ? [{ pid: Number(id), command }] : [];
		} catch {
			// Ended meanwhile, or another user's.
			return [];
		}
	});
}

/** Ends a whole process group: a polite signal, then after a grace period one that cannot be refused. */
async function endGroup(pid) {
	for (const [signal, waitMs] of [
		['SIGTERM', graceMs],
		['SIGKILL', 5000],
	]) {
		try {
			process.kill(-pid, signal);
		} catch {
			return;
		}
		for (const deadline = Date.now() + waitMs; Date.now() < deadline; ) {
			if (!groupExists(pid)) {
				return;
			}
			await pause(50);
		}
	}
}

/**
 * Starts a host and waits until it answers.
 * @param {import('./server.mjs').HostOptions} options
 * @returns {Promise<import('./server.mjs').HostServer>}
 */
export async function startHost(options) {
	const { host } = options;
	const scratch = options.scratch ?? mkdtempSync(path.join(os.tmpdir(), 'sanflow-host-'));
	const userData = path.join(scratch, 'user-data');
	const extensions = path.join(scratch, 'extensions');
	for (const folder of [path.join(scratch, 'home'), path.join(userData, 'User'), extensions]) {
		mkdirSync(folder, { recursive: true });
	}
	const settingsFile = path.join(userData, 'User/settings.json');
	writeFileSync(settingsFile, JSON.stringify({ ...quietSettings, ...options.settings }, undefined, '\t'));
	const env = hostEnvironment(host, scratch, options.env);
	const folders = ['--user-data-dir', userData, '--extensions-dir', extensions];

	for (const vsix of options.vsix ?? []) {
		await installExtension(host, folders, vsix, env);
	}

	const port = options.port ?? (await freePort());
	const logFile = path.join(scratch, 'host.log');
	const log = openSync(logFile, 'a');
	const args = [
		host.entry,
		...['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check'],
		...['--disable-workspace-trust', '--disable-getting-started-override', '--disable-proxy', ...folders],
		...(options.smokeTestDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
	];
	// A group of its own (detached), so that stopping ends the extension host and its children too.
	const child = spawn(host.node, args, { env, detached: true, stdio: ['ignore', log, log] });
	const exited = new Promise((resolve) => child.once('exit', resolve));
	// Whatever ends this process, no host may outlive it.
	const endAtExit = () => groupExists(child.pid) && process.kill(-child.pid, 'SIGKILL');
	process.once('exit', endAtExit);

	const server = {
		port,
		pid: child.pid,
		url: `http://127.0.0.1:${port}/`,
		scratch,
		userData,
		settingsFile,
		log: () => readFileSync(logFile, 'utf8'),
		processes: () => processesWithHome(path.join(scratch, 'home')),
		exited,
		async stop() {
			await endGroup(child.pid);
			process.off('exit', endAtExit);
			if (options.scratch === undefined) {
				rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
			}
		},
	};
	await waitUntilReady(server, child);
	return server;
}

async function waitUntilReady(server, child) {
	for (const deadline = Date.now() + readyTimeoutMs; Date.now() < deadline; ) {
		if ((await httpStatus(server.port, '/healthz')) === 200 && child.exitCode === null) {
			return;
		}
		if (child.exitCode !== null || child.signalCode !== null) {
			break;
		}
		await pause(100);
	}
	const text = server.log();
	await server.stop();
	throw new Error(`the VS Code host did not start on port ${server.port}:\n${text}`);
}

async function installExtension(host, folders, vsix, env) {
	const args = [host.entry, ...folders, '--install-extension', vsix, '--force'];
	const { stdout, stderr } = await promisify(execFile)(host.node, args, { env, timeout: 120_000 });
	if (!/successfully installed/.test(stdout)) {
		throw new Error(`${vsix} could not be installed:\n${stdout}${stderr}`);
	}
}

/**
 * The address that opens a folder, and optionally a file of it at once.
 * @param {{ port: number }} server
 * @param {string} folder absolute
 * @param {readonly (readonly [string, string])[]} [payload]
 */
export function workbenchUrl(server, folder, payload = []) {
	const url = new URL(`http://127.0.0.1:${server.port}/`);
	url.searchParams.set('folder', folder);
	if (payload.length > 0) {
		url.searchParams.set('payload', JSON.stringify(payload));
	}
	return url.href;
}

/** How the payload of an address names a file on the host. */
export function remoteUri(server, file) {
	return `vscode-remote://127.0.0.1:${server.port}${file}`;
}
