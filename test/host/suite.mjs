/**
 * Runs the suite of test/suite inside the extension host of the real VS Code, against the packaged extension.
 * Started by scripts/test.mjs, which prepares host, browser, VSIX and bundle.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { chromium } from 'playwright-core';
import { chromiumArguments, remoteUri, startHost, workbenchUrl } from './server.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const timeoutMs = Number(process.env.SANFLOW_SUITE_TIMEOUT_MS ?? 180_000);

/** What VS Code itself logged; shown only when the suite did not get as far as reporting anything. */
const editorLog = [];

/** VS Code runs tests only for an extension under development; this one is empty, what is tested is the installed one. */
function writeShim(folder) {
	mkdirSync(folder, { recursive: true });
	const manifest = { name: 'suite', publisher: 'sanflow', version: '0.0.0', engines: { vscode: '^1.91.0' } };
	writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
}

/** Opens the workbench with the payload that starts the suite; resolves to the exit code of its `run()`. */
async function runInBrowser(server, workspace, shim) {
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM_PATH,
		args: chromiumArguments,
	});
	try {
		const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
		const ended = new Promise((resolve, reject) => {
			page.exposeFunction('codeAutomationExit', resolve).catch(reject);
			page.exposeFunction('codeAutomationLog', (type, args) => editorLog.push(format(type, ...args))).catch(reject);
			setTimeout(() => reject(new Error(`the suite did not end within ${timeoutMs / 1000} s`)), timeoutMs).unref();
		});
		const payload = [
			['extensionDevelopmentPath', remoteUri(server, shim)],
			['extensionTestsPath', remoteUri(server, path.join(root, 'out/suite/index'))],
			['enableProposedApi', ''],
			['skipWelcome', 'true'],
			['skipReleaseNotes', 'true'],
		];
		await page.goto(workbenchUrl(server, workspace, payload));
		return await ended;
	} finally {
		await browser.close();
	}
}

const scratch = mkdtempSync(path.join(os.tmpdir(), 'sanflow-suite-'));
const workspace = path.join(scratch, 'examples');
const shim = path.join(scratch, 'shim');
const suiteLog = path.join(scratch, 'suite.log');
cpSync(path.join(root, 'examples'), workspace, { recursive: true });
writeShim(shim);
const server = await startHost({
	host: { node: process.env.SANFLOW_HOST_NODE, entry: process.env.SANFLOW_HOST_ENTRY },
	vsix: [process.env.SANFLOW_VSIX],
	smokeTestDriver: true,
	env: { SANFLOW_SUITE_LOG: suiteLog },
});
try {
	const code = await runInBrowser(server, workspace, shim);
	process.exitCode = Number(code);
} catch (error) {
	console.error(error);
	process.exitCode = 1;
} finally {
	console.log(existsSync(suiteLog) ? readFileSync(suiteLog, 'utf8') : editorLog.join('\n'));
	await server.stop();
	rmSync(scratch, { recursive: true, force: true });
}
