/**
 * The command line as commander sees it: commands, options, help. Only this file and `usage.ts` know commander. What a
 * command does is in another bundle, so that neither `--help` nor a server waits for it.
 */
import { Command, Option } from 'commander';
import type { Lens } from '../protocol/diagram';
import type { checkFormats } from './checkCommand';
import type * as Commands from './commands';
import type { Console } from './console';
import type { DiagramCommand } from './diagramCommand';
import type { ExitStatus } from './exitStatus';
import type { ReportFormat } from './report/report';
import type { rulesFormats } from './rulesCommand';
import { startServer } from './serverBundle';
import { choiceOption, integerOption, localizeHelp } from './usage';

/** The largest seed: choices take 32 bits. */
const SEED_MAX = 0xffffffff;

const COVERAGE = '--coverage';

/**
 * @param version of the package
 * @param commands loads what the commands do
 * @param done called with the exit status, unless a server was started
 */
export function programOf(
	cli: Console,
	version: string,
	commands: () => typeof Commands,
	done: (status: ExitStatus) => void,
): Command {
	const { say } = cli;
	const program = new Command('sanflow').description(say('about'));
	localizeHelp(program, say);
	program.version(version, '-V, --version', say('optVersion'));
	program.option('--locale <tag>', say('optLocale'));
	const command = (usage: string, about: string): Command => {
		const added = program.command(usage).description(about);
		// Accepted after the command too; it was read before commander was.
		added.addOption(new Option('--locale <tag>').hideHelp());
		return added;
	};

	command('run', say('aboutRun'))
		.argument('<file...>', say('argFiles'))
		.option('--scenario <title>', say('optScenario'))
		.addOption(integerOption('--seed <n>', say('optSeed'), 0, SEED_MAX, say))
		.addOption(choiceOption('--format <form>', say('optFormat'), ['pretty', 'tap', 'junit', 'json'], 'pretty', say))
		.option('--trace <out.jsonl>', say('optTrace'))
		.option('--strict', say('optStrict'))
		.option('--no-rules', say('optNoRules'))
		.option(`${COVERAGE} [file.json]`, say('optCoverage'))
		.action(async (files: string[], options: RunOptions) => {
			const { coverage, ...others } = options;
			done(
				await commands().runCommand(
					{ files, ...others, ...(coverage === undefined ? {} : { coverage: coverage || true }) },
					cli,
				),
			);
		});

	command('check', say('aboutCheck'))
		.argument('<file...>', say('argFiles'))
		.addOption(choiceOption('--format <form>', say('optFormat'), ['pretty', 'json'], 'pretty', say))
		.action((files: string[], options: { readonly format: (typeof checkFormats)[number] }) => {
			done(commands().checkCommand({ files, ...options }, cli));
		});

	command('rules', say('aboutRules'))
		.argument('[id...]', say('argRules'))
		.addOption(choiceOption('--format <form>', say('optFormat'), ['pretty', 'json'], 'pretty', say))
		.action(async (ids: string[], options: { readonly format: (typeof rulesFormats)[number] }) => {
			done(await commands().rulesCommand({ ids, ...options }, cli));
		});

	command('diagram', say('aboutDiagram'))
		.argument('<file>', say('argFile'))
		.option('--scenario <title>', say('optFirstScenario'))
		.addOption(integerOption('--seed <n>', say('optSeed'), 0, SEED_MAX, say))
		.addOption(choiceOption('--format <form>', say('optFormat'), ['mermaid', 'svg', 'ascii'], 'mermaid', say))
		.addOption(
			choiceOption(
				'--lens <lens>',
				say('optLens'),
				['application', 'spi', 'wire', 'everything'] satisfies Lens[],
				'spi',
				say,
			),
		)
		.addOption(integerOption('--rows <n>', say('optRows'), 2, 1_000_000, say))
		.action(async (file: string, options: Omit<DiagramCommand, 'file'>) => {
			done(await commands().diagramCommand({ file, ...options }, cli));
		});

	for (const [name, about, bundle] of [
		['dap', say('aboutDap'), 'debugAdapter.js'],
		['lsp', say('aboutLsp'), 'languageServer.js'],
	] as const) {
		command(name, about)
			// Editors that start language servers add it.
			.addOption(new Option('--stdio').hideHelp())
			.addOption(integerOption('--port <n>', say('optPort'), 0, 65535, say))
			.action(({ port }: { readonly port?: number }) => startServer(bundle, port, cli));
	}
	return program;
}

/**
 * `--coverage` may be followed by a file name, and scenario files may follow it too: only a name that ends with `.json` is
 * taken as its file. Commander would take whatever comes next.
 */
export function withCoverageFile(argv: readonly string[]): string[] {
	return argv.flatMap((word, at) => {
		const isFile = (name: string | undefined) => /\.json$/i.test(name ?? '');
		if (word === COVERAGE) return isFile(argv[at + 1]) ? [`${COVERAGE}=${argv[at + 1]}`] : [`${COVERAGE}=`];
		return argv[at - 1] === COVERAGE && isFile(word) ? [] : [word];
	});
}

interface RunOptions {
	readonly scenario?: string;
	readonly seed?: number;
	readonly format: ReportFormat;
	readonly trace?: string;
	readonly strict?: boolean;
	readonly rules: boolean;
	readonly coverage?: string;
}
