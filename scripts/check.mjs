/** All checks that run no product code: types, lint and format, import direction. Reports every failure, not only the first. */
import path from 'node:path';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ensureLanguage } from './lib/langium.mjs';
import { root } from './lib/paths.mjs';
import { Failure, main, run, say } from './lib/progress.mjs';

function bin(name) {
	return path.join(root, 'node_modules/.bin', name);
}

const checks = [
	{ what: 'types', command: bin('tsc'), args: ['--noEmit', '-p', 'tsconfig.json'] },
	{ what: 'types of the webview', command: bin('tsc'), args: ['--noEmit', '-p', 'webview/tsconfig.json'] },
	{
		what: 'lint and format',
		command: bin('biome'),
		args: ['check', '--error-on-warnings', '--max-diagnostics=50', '.'],
	},
	{ what: 'import direction', command: process.execPath, args: ['scripts/importDirection.mjs'] },
];

await main(async () => {
	await ensureDependencies();
	await ensureLanguage();
	const failed = [];
	for (const { what, command, args } of checks) {
		say(what);
		const code = await run(command, args, { cwd: root, allowFailure: true });
		if (code !== 0) {
			failed.push(what);
		}
	}
	if (failed.length > 0) {
		throw new Failure(`failed: ${failed.join(', ')}`);
	}
	say('all checks passed');
});
