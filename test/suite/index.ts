/**
 * Entry of the tests that run inside VS Code's extension host, with `vscode` at hand. One suite, two launchers:
 * test/host/suite.mjs (code-server) and scripts/testDesktop.mjs (a downloaded desktop VS Code).
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { format } from 'node:util';

const timeoutMs = 20_000;

/** Called by VS Code; a rejection is a failed run. */
export async function run(): Promise<void> {
	const { default: Mocha } = await import('mocha');
	// VS Code's own messages go to the same console; the launcher that asks for it gets mocha's lines alone.
	const log = process.env.SANFLOW_SUITE_LOG;
	if (log !== undefined) {
		Mocha.reporters.Base.consoleLog = (...parts: unknown[]) => appendFileSync(log, `${format(...parts)}\n`);
	}
	// An editor on a busy machine may be late; what fails twice is wrong.
	const retries = 1;
	const forbidOnly = process.env.CI !== undefined;
	const mocha = new Mocha({ ui: 'bdd', timeout: timeoutMs, color: false, forbidOnly, retries });
	// Makes `describe` and `it` global before the test files, which the build put behind this name, are evaluated.
	mocha.suite.emit('pre-require', globalThis, 'suite-files', mocha);
	await import('suite-files');
	await new Promise<void>((resolve, reject) => {
		const runner = mocha.run((failures) => {
			writeTally(runner.stats);
			if (failures > 0) {
				reject(new Error(`${failures} test${failures === 1 ? '' : 's'} failed`));
			} else {
				resolve();
			}
		});
	});
}

/** The counts for scripts/test.mjs, in the file that it names. */
function writeTally(stats: Mocha.Stats | undefined): void {
	const file = process.env.SANFLOW_TALLY;
	if (file !== undefined && stats !== undefined) {
		const { passes, failures, pending } = stats;
		writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
	}
}
