/** Entry of the command line. Ends with 0, 1 or 2; a mistake of the user never shows a stack trace. */
import { CommanderError } from 'commander';
import { type Loaded, loadBundle } from '../cachedBundle';
import type * as Commands from './commands';
import { type Console, consoleOf } from './console';
import { BAD_INPUT, FAILED, isUsageError } from './exitStatus';
import { programOf, withCoverageFile } from './program';
import { localeOfCommand } from './texts';
import { usageText } from './usage';
import { packageVersion } from './version';

async function main(): Promise<void> {
	const argv = process.argv.slice(2);
	const cli = consoleOf(localeOfCommand(argv, process.env));
	let commands: Loaded<typeof Commands> | undefined;
	const load = (): typeof Commands => {
		commands = loadBundle(__dirname, 'commands.js', 'cli');
		return commands.exports;
	};
	const program = programOf(cli, packageVersion(), load, (status) => {
		// Not process.exit: what was written may still be on its way to a pipe.
		process.exitCode = status;
	});
	try {
		await program.parseAsync(withCoverageFile(argv), { from: 'user' });
		if (commands?.isKept === false) commands.keep();
	} catch (error) {
		process.exitCode = reported(error, cli);
	}
}

/** Tells what went wrong; returns the exit status. */
function reported(error: unknown, cli: Console): number {
	const { say, err } = cli;
	if (error instanceof CommanderError) return usageReported(error, cli);
	if (isUsageError(error)) {
		if (error.message !== '') err.write(`${error.message}\n`);
		return BAD_INPUT;
	}
	const isVerbose = process.env.SANFLOW_DEBUG === '1' && error instanceof Error;
	err.write(
		`${say('internalError', isVerbose ? (error.stack ?? error.message) : error instanceof Error ? error.message : String(error))}\n`,
	);
	return FAILED;
}

function usageReported(error: CommanderError, { say, err }: Console): number {
	// Help and version are errors to commander, with status 0.
	if (error.exitCode === 0) return 0;
	// Without a command it has no sentence, only its help.
	if (error.code !== 'commander.help') err.write(`${usageText(error, say)}\n`);
	err.write(`${say('seeHelp', '--help')}\n`);
	return BAD_INPUT;
}

void main();
