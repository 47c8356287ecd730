/**
 * `npm run demo`: a real VS Code with SANFlow installed, an example scenario open. Works on a bare clone.
 *   npm run demo -- [--port N] [--no-open]
 * Ctrl+C stops it; no process is left. The examples are copied, so nothing done there changes the work tree.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { remoteUri, startHost, workbenchUrl } from '../test/host/server.mjs';
import { ensureHost } from './host.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { root, vsixPath } from './lib/paths.mjs';
import { Failure, main, say } from './lib/progress.mjs';

const { values } = parseArgs({
	options: { port: { type: 'string' }, open: { type: 'boolean', default: true } },
	allowNegative: true,
});

function chosenPort() {
	if (values.port === undefined) {
		return {};
	}
	const port = Number(values.port);
	if (!Number.isInteger(port) || port < 1 || port > 65535) {
		throw new Failure(`--port takes a number from 1 to 65535, not ${values.port}`);
	}
	return { port };
}

/** Copies the examples; returns the folder and its first scenario, which is opened at once. */
function copyExamples(scratch) {
	const folder = path.join(scratch, 'examples');
	const source = path.join(root, 'examples');
	if (!existsSync(source)) {
		throw new Failure('the examples folder is missing');
	}
	cpSync(source, folder, { recursive: true });
	const first = readdirSync(folder, { recursive: true })
		.filter((name) => name.endsWith('.sanflow'))
		.sort()[0];
	return { folder, first };
}

/** The program that shows an address to the user, where there is a desktop. */
function opener() {
	if (process.platform === 'darwin') {
		return 'open';
	}
	return process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? 'xdg-open' : undefined;
}

function openBrowser(url) {
	const command = opener();
	if (!values.open || command === undefined) {
		return;
	}
	const child = spawn(command, [url], { stdio: 'ignore', detached: true });
	child.on('error', () => say(`${command} could not be started; open the address yourself`));
	child.unref();
}

/** Resolves with the first signal that asks this process to stop. */
function stopRequest() {
	return new Promise((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
			process.on(signal, () => resolve(signal));
		}
	});
}

/** Installs, builds, packages. These print what they do. */
async function prepare() {
	await ensureDependencies();
	// Needs esbuild and vsce, which are there only now.
	const { packageExtension } = await import('./package.mjs');
	await packageExtension();
	return ensureHost();
}

async function serve(host, scratch, stopped) {
	const { folder, first } = copyExamples(scratch);
	say('starting VS Code with SANFlow installed');
	mkdirSync(path.join(scratch, 'host'));
	const server = await startHost({ host, vsix: [vsixPath], scratch: path.join(scratch, 'host'), ...chosenPort() });
	try {
		const payload = first === undefined ? [] : [['openFile', remoteUri(server, path.join(folder, first))]];
		const url = workbenchUrl(server, folder, payload);
		say('ready');
		console.log(`\n  Open ${url}\n`);
		console.log(`  The folder ${folder} is a copy of examples/; it is removed at the end.`);
		console.log('  F5 runs the scenario under the debugger. Ctrl+C here stops VS Code.\n');
		openBrowser(url);
		await Promise.race([stopped, server.exited]);
	} finally {
		say('stopping VS Code');
		await server.stop();
	}
}

await main(async () => {
	const host = await prepare();
	const stopped = stopRequest();
	const scratch = mkdtempSync(path.join(os.tmpdir(), 'sanflow-demo-'));
	try {
		await serve(host, scratch, stopped);
	} finally {
		rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
	}
	say('stopped; nothing is left running');
});
