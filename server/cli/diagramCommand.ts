/** `sanflow diagram`: one scenario's call sequence on standard output. */
import type { Lens } from '../protocol/diagram';
import { translatedReason } from '../rules/reasonTexts';
import { englishTexts, mermaidText, type SequenceTexts, SequenceView } from '../sequence';
import type { Console } from './console';
import { type ExitStatus, FAILED, PASSED, UsageError } from './exitStatus';
import { endInterrupted, noteInterrupts } from './interrupt';
import { outcomeOf } from './outcome';
import { placeText, printProblems } from './problemText';
import { runScenario } from './scenarioRun';
import { hasErrors, loadScenarioFile, titlesOf, unknownScenario } from './scenarioSource';

export const diagramFormats = ['mermaid', 'svg', 'ascii'] as const;
export const lenses: readonly Lens[] = ['application', 'spi', 'wire', 'everything'];

export interface DiagramCommand {
	readonly file: string;
	readonly scenario?: string;
	readonly seed?: number;
	readonly format: (typeof diagramFormats)[number];
	readonly lens: Lens;
	readonly rows?: number;
}

export async function diagramCommand(command: DiagramCommand, cli: Console): Promise<ExitStatus> {
	const file = loadScenarioFile(command.file, cli);
	printProblems(file, cli, cli.err, cli.paintError);
	if (hasErrors(file)) throw new UsageError('');
	const titles = titlesOf(file);
	const title = command.scenario ?? titles[0];
	if (title === undefined) throw new UsageError(cli.say('noScenario', file.uri));
	if (!titles.includes(title)) throw new UsageError(unknownScenario(file, title, cli.say));
	noteInterrupts();
	const run = await runScenario(file, title, { seed: command.seed });
	const outcome = outcomeOf(run, file.uri, cli);
	if (outcome.result === 'interrupted') {
		endInterrupted();
		return FAILED;
	}
	const view = new SequenceView(run.reader, { lens: command.lens, hidden: [] }, sequenceTexts(cli));
	cli.out.write(
		await drawn(mermaidText(view, command.rows === undefined ? {} : { rowsMax: command.rows }), command.format),
	);
	for (const failure of outcome.failures) cli.err.write(`${placeText(failure)}: ${failure.message}\n`);
	return outcome.result === 'passed' ? PASSED : FAILED;
}

async function drawn(mermaid: string, format: DiagramCommand['format']): Promise<string> {
	if (format === 'mermaid') return mermaid;
	const { svgDrawing, textDrawing } = await import('../sequence/drawing');
	return format === 'svg' ? svgDrawing(mermaid) : textDrawing(mermaid);
}

function sequenceTexts({ say, locale }: Console): SequenceTexts {
	return {
		...englishTexts,
		phases: {
			initialization: say('initialization'),
			setup: say('setup'),
			negotiation: say('negotiation'),
			data: say('data'),
			fallback: say('fallback'),
			shutdown: say('shutdown'),
		},
		folded: say('folded'),
		foldedOne: say('foldedOne'),
		leftOut: say('leftOut'),
		reason: (sentence) => translatedReason(sentence, locale),
	};
}
