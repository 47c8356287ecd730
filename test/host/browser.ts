/** The browser and the VS Code host that scripts/test.mjs prepared for the tests of this process. */
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import type { Host } from '../../scripts/host.mjs';
import { chromiumArguments } from './server.mjs';

/** The installed VS Code host. */
export function preparedHost(): Host {
	const { SANFLOW_HOST_NODE: node, SANFLOW_HOST_ENTRY: entry } = process.env;
	if (node === undefined || entry === undefined) {
		throw new Error('no VS Code host was prepared; run this through npm run test:e2e');
	}
	const codeServer = path.resolve(path.dirname(entry), '../..');
	return { node, entry, folder: path.resolve(codeServer, '../..'), vscode: path.join(codeServer, 'lib/vscode') };
}

/** Starts the Chromium for tests; close it in an `after` hook. */
export function launchChromium(): Promise<Browser> {
	return chromium.launch({
		executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
		args: [...chromiumArguments],
	});
}
