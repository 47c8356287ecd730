/**
 * Rule coverage for people: the scenarios with numbers, each rule with the numbers of the scenarios in which it applied,
 * and a summary by family.
 */
import type { CoverageState, CoverageSummary } from '../../rules/coverage';
import { cells, padEnd, padStart } from '../columns';
import type { Paint, Style } from '../output';
import type { Say, TextKey } from '../texts';
import type { CoverageDocument, CoveredRule, CoveredScenario } from './document';

export interface TableStyle {
	readonly say: Say;
	readonly paint: Paint;
	/** Whether rules are listed one by one. */
	readonly isDetailed: boolean;
}

const looks: Readonly<Record<CoverageState, { readonly mark: string; readonly style: Style; readonly key: TextKey }>> =
	{
		kept: { mark: '✓', style: 'good', key: 'kept' },
		violated: { mark: '✗', style: 'bad', key: 'broken' },
		'not reached': { mark: '○', style: 'warning', key: 'notReached' },
		'not observable': { mark: '-', style: 'dim', key: 'notObservable' },
	};

const ID_WIDTH = 12;
const NUMBER_WIDTH = 4;

export function coverageText(document: CoverageDocument, style: TableStyle): string {
	const lines = [
		'',
		style.paint('bold', style.say('coverageHead', document.scenarios.length)),
		...(style.isDetailed ? detailLines(document, style) : []),
		'',
		...summaryLines(document, style),
		...(style.isDetailed ? ['', ...scenarioLines(document, style)] : []),
	];
	return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function detailLines(document: CoverageDocument, { say, paint }: TableStyle): readonly string[] {
	const { scenarios, families, rules } = document;
	const numberOf = new Map(scenarios.map((scenario, index) => [scenario, index + 1]));
	const stateWidth = Math.max(...Object.values(looks).map(({ key }) => cells(say(key)))) + 2;
	return [
		...scenarios.map((scenario, index) => `${padStart(String(index + 1), NUMBER_WIDTH)}  ${scenario}`),
		...families.flatMap(({ family, title }) => [
			'',
			paint('bold', `${family}  ${title}`),
			...rules.filter((rule) => rule.family === family).map(ruleLine),
		]),
	];

	function ruleLine(rule: CoveredRule): string {
		const { mark, style, key } = looks[rule.state];
		const state = padEnd(say(key), stateWidth);
		return `  ${paint(style, mark)} ${padEnd(rule.id, ID_WIDTH)}${paint(style, state)}${remark(rule)}`;
	}

	function remark({ scenarios: applied, state, reason }: CoveredRule): string {
		const numbers = (isWanted: (scenario: CoveredScenario) => boolean): string =>
			ranges(applied.filter(isWanted).map(({ scenario }) => numberOf.get(scenario) ?? 0));
		if (state !== 'violated') return reason ?? numbers(() => true);
		const keeping = numbers(({ broken }) => broken === 0);
		const breaking = numbers(({ broken }) => broken > 0);
		return keeping === '' ? breaking : say('keptElsewhere', breaking, keeping);
	}
}

/** `1-4, 7` */
function ranges(numbers: readonly number[]): string {
	const found: [first: number, last: number][] = [];
	for (const number of numbers) {
		const range = found.at(-1);
		if (range && number === range[1] + 1) range[1] = number;
		else found.push([number, number]);
	}
	return found.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}

function summaryLines({ families, summary }: CoverageDocument, style: TableStyle): readonly string[] {
	return [
		headLine('headFamily', style),
		...families.map((family) => countLine(family.family, family, style)),
		style.paint('bold', countLine(style.say('headTotal'), summary, style)),
	];
}

/** What each scenario shows by itself, by its number. */
function scenarioLines({ byScenario }: CoverageDocument, style: TableStyle): readonly string[] {
	return [
		headLine('headScenario', style),
		...byScenario.map((counts, index) => countLine(String(index + 1), counts, style)),
	];
}

const columns = ['headRules', 'exercised', 'kept', 'broken', 'notReached', 'notObservable'] as const;

function headLine(key: TextKey, { say, paint }: TableStyle): string {
	return paint('dim', `${padEnd(say(key), ID_WIDTH)}${columns.map((column) => `  ${say(column)}`).join('')}`);
}

function countLine(
	name: string,
	{ rules, exercised, kept, violated, notReached, notObservable }: CoverageSummary,
	{ say }: TableStyle,
): string {
	const counts = [rules, exercised, kept, violated, notReached, notObservable];
	return (
		padEnd(name, ID_WIDTH) +
		columns.map((column, at) => `  ${padStart(String(counts[at]), cells(say(column)))}`).join('')
	);
}
