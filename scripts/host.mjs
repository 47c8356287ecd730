/**
 * The real VS Code that demo and tests run in: code-server (VS Code 1.139.1) on a Node 24 of its own, installed once in
 * the user's cache. Both come as npm packages, so a machine that reaches only its npm registry can have them.
 * Run as a program, it installs the host and a Chromium and prints where they are. Only Node built-ins.
 */
import { execFileSync } from 'node:child_process';
import {
	accessSync,
	constants,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './lib/paths.mjs';
import { Failure, main, run, say } from './lib/progress.mjs';

const codeServerVersion = '4.139.1';
const nodeVersion = '24.21.0';

/** Folders of the host that nothing here uses; together about 40 MB of 590. */
const unneeded = [
	'extensions/copilot',
	'node_modules/@github',
	'node_modules/@microsoft/mxc-sdk',
	'node_modules/@devcontainers',
];

/** Raised with every change of how the host is laid out, so that an older install is not taken for a good one. */
const layout = 1;

function nodePackage() {
	return `node-linux-${process.arch}`;
}

function hostAt(folder) {
	return {
		folder,
		node: path.join(folder, 'node_modules', nodePackage(), 'bin/node'),
		entry: path.join(folder, 'node_modules/code-server/out/node/entry.js'),
		vscode: path.join(folder, 'node_modules/code-server/lib/vscode'),
	};
}

/** What an install holds; the stamp file with this text is written last, so a broken install has none. */
function stampText() {
	return JSON.stringify({ layout, codeServer: codeServerVersion, node: nodeVersion, arch: process.arch });
}

function isInstalled(host) {
	const stamp = path.join(host.folder, 'installed.json');
	return existsSync(stamp) && readFileSync(stamp, 'utf8') === stampText() && existsSync(host.entry);
}

/** npm must not take over settings of an outer `npm run`, such as its prefix. */
function npmEnvironment() {
	const kept = Object.entries(process.env).filter(([name]) => {
		return !/^npm_(config_local_prefix|package_|lifecycle_)/.test(name);
	});
	return Object.fromEntries(kept);
}

async function npmInstall(cwd, what, args) {
	const all = ['install', ...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
	try {
		await run('npm', all, { cwd, env: npmEnvironment(), heartbeat: `installing ${what}` });
	} catch (error) {
		throw new Failure(
			`${error.message}\nThe VS Code host comes from the npm registry (see "npm config get registry"), which must be reachable once. ` +
				`After that the copy in ${cacheFolder()} is used.`,
		);
	}
}

/** Removes what installs left behind whose process is gone. */
function dropInterruptedInstalls(folder) {
	const parent = path.dirname(folder);
	const prefix = `${path.basename(folder)}.`;
	for (const name of existsSync(parent) ? readdirSync(parent) : []) {
		const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
		if (Number.isInteger(pid) && (pid === process.pid || !existsSync(`/proc/${pid}`))) {
			rmSync(path.join(parent, name), { recursive: true, force: true });
		}
	}
}

/** Installs into a folder beside the final one and renames it, so that an interrupted install leaves nothing half done. */
async function install(host) {
	dropInterruptedInstalls(host.folder);
	const temporary = `${host.folder}.${process.pid}`;
	mkdirSync(temporary, { recursive: true });
	writeFileSync(path.join(temporary, 'package.json'), '{ "private": true }\n');
	try {
		say(`installing Node ${nodeVersion} for the host (190 MB)`);
		await npmInstall(temporary, 'Node for the host', [`${nodePackage()}@${nodeVersion}`]);
		say(`installing code-server ${codeServerVersion} (VS Code 1.139.1, 590 MB)`);
		await npmInstall(temporary, 'code-server', [`code-server@${codeServerVersion}`]);
		const { vscode } = hostAt(temporary);
		say("installing VS Code's own dependencies");
		await npmInstall(vscode, "VS Code's dependencies", ['--omit=dev']);
		for (const folder of unneeded) {
			rmSync(path.join(vscode, folder), { recursive: true, force: true });
		}
		writeFileSync(path.join(temporary, 'installed.json'), stampText());
		if (!isInstalled(host)) {
			rmSync(host.folder, { recursive: true, force: true });
			renameSync(temporary, host.folder);
		}
	} finally {
		rmSync(temporary, { recursive: true, force: true });
	}
}

/**
 * Makes sure that the host is installed.
 * @returns {Promise<import('./host.mjs').Host>} where its Node and its entry script are
 */
export async function ensureHost() {
	if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
		throw new Failure(
			`the VS Code host for demo and tests runs on Linux (x64, arm64) only; this is ${process.platform} ${process.arch}.\n` +
				'On this machine: "npm run package", then "code --install-extension sanflow.vsix" in your own VS Code; ' +
				'"npm run test:desktop" runs the in-editor tests in a downloaded VS Code.',
		);
	}
	const host = hostAt(path.join(cacheFolder(), 'vscode-host'));
	if (isInstalled(host)) {
		say(`VS Code host is installed in ${host.folder}`);
		return host;
	}
	await install(host);
	say(`VS Code host is installed in ${host.folder}`);
	return host;
}

function isExecutable(file) {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** The browser to test with: `CHROMIUM_PATH`, else the first Chromium or Chrome on this machine. */
export function findChromium() {
	const given = process.env.CHROMIUM_PATH;
	if (given) {
		if (!isExecutable(given)) {
			throw new Failure(`CHROMIUM_PATH is ${given}, which cannot be run`);
		}
		return given;
	}
	const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
	const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/snap/bin', '/opt/google/chrome'];
	const macs = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((app) => {
		return `/Applications/${app}.app/Contents/MacOS/${app}`;
	});
	const candidates = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
	return [...candidates, ...macs].find(isExecutable);
}

/**
 * Finds a Chromium, and installs Debian's when there is none and this process may.
 * @returns {Promise<string>} path of its executable
 */
export async function ensureChromium() {
	const found = findChromium();
	if (found !== undefined) {
		say(`browser: ${found}`);
		return found;
	}
	const command = 'apt-get update && apt-get install -y --no-install-recommends chromium';
	if (process.platform !== 'linux' || !hasAptGet()) {
		throw new Failure('no Chromium or Chrome was found. Install one, or set CHROMIUM_PATH to its executable.');
	}
	if (process.getuid?.() !== 0) {
		throw new Failure(`no Chromium was found, and this user may not install one. Run:  sudo sh -c '${command}'`);
	}
	say('installing Chromium (about 25 s): apt-get install chromium');
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	await run('sh', ['-c', command], { env, quiet: true, heartbeat: 'installing Chromium' });
	const installed = findChromium();
	if (installed === undefined) {
		throw new Failure('chromium was installed but its executable was not found; set CHROMIUM_PATH');
	}
	say(`browser: ${installed}`);
	return installed;
}

function hasAptGet() {
	try {
		execFileSync('apt-get', ['--version'], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	await main(async () => {
		await ensureHost();
		await ensureChromium();
	});
}
