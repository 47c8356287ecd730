/**
 * Benchmarks: `npm run bench -- [--json] [--only KEY-PREFIX]`. What is measured beside something else alternates with it in
 * one run, so that ratios hold on any machine; medians, so that a hiccup does not show.
 */
import { parseArgs } from 'node:util';
import { measureConnect } from './connect';
import { measureDap } from './dap';
import { measureDiagram } from './diagram';
import { measureLanguage } from './language';
import { measureLongMoves } from './longMoves';
import type { Measurement, Measurements } from './measurement';
import { measurePackage } from './package';
import { measureStepBack } from './stepBack';
import { measureChecks, measureGrowth, measureMemory, measureRecords } from './trace';

/** Keys that are measured together, and how. */
interface Benchmark {
	readonly keys: readonly string[];
	readonly measure: () => Measurements | Promise<Measurements>;
}

const benchmarks: readonly Benchmark[] = [
	{ keys: ['trace.records16', 'trace.ofBareLoop16'], measure: () => measureRecords(16, 16) },
	{ keys: ['trace.records1000', 'trace.ofBareLoop1000'], measure: () => measureRecords(1000, 1000) },
	{ keys: ['trace.records16Checked', 'rules.cost'], measure: () => measureChecks(16, 16) },
	{ keys: ['trace.records1000Checked'], measure: () => measureChecks(1000, 1000) },
	{ keys: ['trace.bytesPerRecord'], measure: measureMemory },
	{ keys: ['trace.growth1M', 'trace.growth10M'], measure: measureGrowth },
	{ keys: ['connect.toNodeLoopback'], measure: measureConnect },
	{ keys: ['dap.step', 'dap.launch'], measure: measureDap },
	{ keys: ['dap.stepBackAt1M', 'dap.stepBackGrowth'], measure: measureStepBack },
	{
		keys: ['dap.reverseContinue1M', 'dap.reverseContinueIf1M', 'dap.pauseLatency', 'dap.pauseLatencyBack'],
		measure: measureLongMoves,
	},
	{
		keys: ['diagram.appendGain', 'diagram.appendGrowth', 'diagram.openGain', 'diagram.openGainFromNavigation'],
		measure: measureDiagram,
	},
	// language.toYaml10k is not here: yaml-language-server is no dependency of this project.
	{ keys: ['language.editToParse300', 'language.editToParse10k'], measure: measureLanguage },
	{ keys: ['package.vsix'], measure: measurePackage },
];

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { json: { type: 'boolean', default: false }, only: { type: 'string' } },
	});
	const { json, only = '' } = values;
	const chosen = benchmarks.filter(({ keys }) => keys.some((key) => key.startsWith(only)));
	if (chosen.length === 0) {
		const keys = benchmarks.flatMap((benchmark) => benchmark.keys);
		console.error(`no benchmark begins with ${only}; there are\n  ${keys.join('\n  ')}`);
		process.exitCode = 2;
		return;
	}
	const results: Record<string, Measurement> = {};
	for (const { keys, measure } of chosen) {
		const measured = await attempt(keys, measure);
		for (const [key, measurement] of Object.entries(measured)) {
			if (!key.startsWith(only)) continue;
			results[key] = measurement;
			if (!json) console.log(tableRow(key, measurement));
		}
	}
	if (json) console.log(JSON.stringify(results, null, 2));
}

/** One benchmark that cannot be measured does not take the others with it, but the run fails. */
async function attempt(keys: readonly string[], measure: Benchmark['measure']): Promise<Measurements> {
	try {
		return await measure();
	} catch (error) {
		console.error(`${keys.join(', ')}: not measured: ${error instanceof Error ? error.message : String(error)}`);
		process.exitCode = 1;
		return {};
	}
}

function tableRow(key: string, { value, unit, against, samples }: Measurement): string {
	const shown = value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
	const beside = against === '' ? '' : ` beside ${against}`;
	return `${key.padEnd(26)} ${shown.padStart(12)} ${unit.padEnd(10)} (median of ${samples}${beside})`;
}

await main();
