/**
 * Mocha's spec reporter, which also writes its counts to the file named by SANFLOW_TALLY; scripts/test.mjs adds up the
 * counts of its several mocha runs. Tests that get a second try say why they need it, and what fails outside any test says
 * in which file.
 */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

export default class TallyReporter extends Mocha.reporters.Spec {
	constructor(runner, options) {
		super(runner, options);
		runner.on(Mocha.Runner.constants.EVENT_TEST_RETRY, (test, error) => {
			Mocha.reporters.Base.consoleLog(`    once more: ${test.fullTitle()}\n      ${error?.stack ?? error}`);
		});
		runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, (_test, error) => {
			// A process that ends in the middle of a file says nothing of where it was.
			if (error?.file) Mocha.reporters.Base.consoleLog(`    in ${error.file}`);
		});
		runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
			const { passes, failures, pending } = runner.stats;
			const file = process.env.SANFLOW_TALLY;
			if (file) {
				writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
			}
		});
	}
}
