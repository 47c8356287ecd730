/**
 * Builds and tests. On a bare clone it first installs what it needs.
 *   node scripts/test.mjs                          everything: npm test
 *   node scripts/test.mjs --group unit [PATH…] [-- mocha options]
 *                                                  one group, or only the given files or folders of it
 * Groups: unit, cli, golden, dap, lsp, web, e2e (mocha outside the editor) and suite (mocha inside the extension host).
 * The last line is `N passed, N failed`, over all mocha runs.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { root, vsixPath } from './lib/paths.mjs';
import { Failure, main, run, say } from './lib/progress.mjs';

/**
 * What a group needs before it can run. The files of a group that is `parallel` know nothing of each other: where the
 * whole group runs, each processor has a process that takes the next file. A part of it runs in one process, as it is
 * debugged.
 */
const needs = {
	unit: { parallel: true },
	cli: { bundles: true, parallel: true },
	golden: {},
	dap: { bundles: true },
	lsp: { bundles: true },
	web: { bundles: true, browser: true },
	e2e: { vsix: true, browser: true, host: true },
	suite: { vsix: true, browser: true, host: true },
};

const names = Object.keys(needs);

function parseCommand() {
	const argv = process.argv.slice(2);
	const dashes = argv.indexOf('--');
	const own = dashes < 0 ? argv : argv.slice(0, dashes);
	const mochaOptions = dashes < 0 ? [] : argv.slice(dashes + 1);
	const { values, positionals } = parseArgs({
		args: own,
		options: { group: { type: 'string', multiple: true }, grep: { type: 'string', short: 'g' } },
		allowPositionals: true,
	});
	const groups = values.group ?? names;
	const unknown = groups.find((group) => !names.includes(group));
	if (unknown !== undefined) {
		throw new Failure(`there is no test group ${unknown}; the groups are ${names.join(', ')}`);
	}
	return {
		groups,
		paths: positionals,
		mochaOptions: [...(values.grep ? ['--grep', values.grep] : []), ...mochaOptions],
	};
}

/** Builds, packages and installs what the groups need; returns the environment for the tests. */
async function prepare(groups) {
	const needed = (what) => groups.some((group) => needs[group][what]);
	const env = { ...process.env };
	const { ensureLanguage } = await import('./lib/langium.mjs');
	await ensureLanguage();
	if (needed('vsix')) {
		const { packageExtension } = await import('./package.mjs');
		await packageExtension();
		env.SANFLOW_VSIX = vsixPath;
	} else if (needed('bundles')) {
		const { buildProduct } = await import('./build.mjs');
		await buildProduct({ production: false });
	}
	const { ensureChromium, ensureHost } = await import('./host.mjs');
	if (needed('browser')) {
		env.CHROMIUM_PATH = await ensureChromium();
	}
	if (needed('host')) {
		const host = await ensureHost();
		env.SANFLOW_HOST_NODE = host.node;
		env.SANFLOW_HOST_ENTRY = host.entry;
	}
	return env;
}

/** Runs one program that reports its counts through SANFLOW_TALLY. A program that left no counts failed as a whole. */
async function counted(args, env) {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-tally-'));
	const tally = path.join(folder, 'tally.json');
	try {
		const code = await run(process.execPath, args, {
			cwd: root,
			env: { ...env, SANFLOW_TALLY: tally },
			allowFailure: true,
		}).catch(() => -1);
		if (!existsSync(tally)) {
			say(`the run ended without a result (exit code ${code})`);
			return { passed: 0, failed: 1, skipped: 0 };
		}
		const counts = JSON.parse(readFileSync(tally, 'utf8'));
		// A run may fail without a failed test: a rejected promise after the end, `--forbid-only`.
		return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function runGroup(group, { paths, mochaOptions }, env) {
	const { bundleSuite, bundleTests, testFiles } = await import('./lib/testBundles.mjs');
	const { isPartial } = await import('./lib/bundles.mjs');
	const files = testFiles(group, paths);
	if (files.length === 0) {
		if (!isPartial()) {
			throw new Failure(`group ${group} has no test file${paths.length > 0 ? ` under ${paths.join(', ')}` : ''}`);
		}
		say(`skipped: group ${group} has no test file yet`);
		return { passed: 0, failed: 0, skipped: 0 };
	}
	say(`${group}: ${files.length} test file${files.length === 1 ? '' : 's'}`);
	if (group === 'suite') {
		await bundleSuite();
		return counted(['test/host/suite.mjs', ...mochaOptions], env);
	}
	const bundles = await bundleTests(group, files);
	const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js');
	const ci = process.env.CI ? ['--forbid-only'] : [];
	const reporter = ['--reporter', path.join(root, 'scripts/lib/tallyReporter.mjs')];
	// A browser is other people's processes on a machine that may be busy; what fails twice is wrong.
	const retries = needs[group].browser ? ['--retries', '1'] : [];
	const isWhole = paths.length === 0 && mochaOptions.length === 0;
	const jobs = needs[group].parallel && isWhole ? ['--parallel', '--jobs', String(os.availableParallelism())] : [];
	return counted([mocha, ...ci, ...reporter, ...retries, ...jobs, ...mochaOptions, ...longestFirst(bundles)], env);
}

/** Files of generated scenarios take longest: begun last, one would keep a single processor busy at the end. */
function longestFirst(files) {
	const isLong = (file) => path.basename(path.dirname(file)) === 'properties';
	return [...files.filter(isLong), ...files.filter((file) => !isLong(file))];
}

await main(async () => {
	const command = parseCommand();
	await ensureDependencies();
	const env = await prepare(command.groups);
	const total = { passed: 0, failed: 0, skipped: 0 };
	for (const group of command.groups) {
		const counts = await runGroup(group, command, env);
		for (const key of Object.keys(total)) {
			total[key] += counts[key];
		}
	}
	if (total.passed + total.failed === 0) {
		throw new Failure('no test was run');
	}
	const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
	console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
	process.exitCode = total.failed > 0 ? 1 : 0;
});
