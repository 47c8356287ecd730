/** JUnit XML, as test reports of CI services read it. A suite is a file; `time` is virtual time, in seconds. */
import { SECOND } from '../../simulation';
import type { Console } from '../console';
import { type Outcome, replayCommand, violationText, warningsOf } from '../outcome';
import { placeText } from '../problemText';
import type { Report } from './report';

/** Characters that XML 1.0 cannot hold at all. */
const unspeakable =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
	/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	'\n': '&#10;',
	'\t': '&#9;',
	'\r': '&#13;',
};

function escaped(text: string): string {
	return text.replace(unspeakable, '\ufffd').replace(/[&<>"\n\t\r]/g, (character) => entities[character] as string);
}

function attributes(values: Readonly<Record<string, string | number>>): string {
	return Object.entries(values)
		.map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
		.join('');
}

interface Suite {
	readonly file: string;
	readonly cases: readonly Outcome[];
	readonly isBroken: boolean;
}

export function junitReport({ out, say }: Console): Report {
	const outcomes: Outcome[] = [];
	const broken: string[] = [];
	const files = new Set<string>();
	return {
		ended(outcome) {
			outcomes.push(outcome);
			files.add(outcome.file);
		},
		broken(file) {
			broken.push(file.uri);
			files.add(file.uri);
		},
		close() {
			const suites = [...files].map((file) => ({
				file,
				cases: outcomes.filter((outcome) => outcome.file === file),
				isBroken: broken.includes(file),
			}));
			const lines = [
				'<?xml version="1.0" encoding="UTF-8"?>',
				`<testsuites${attributes({ name: 'sanflow', ...totals(suites) })}>`,
				...suites.flatMap(suiteLines),
				'</testsuites>',
			];
			out.write(`${lines.join('\n')}\n`);
		},
	};

	function suiteLines(suite: Suite): readonly string[] {
		return [
			`  <testsuite${attributes({ name: suite.file, file: suite.file, ...totals([suite]) })}>`,
			...(suite.isBroken ? [brokenCase(suite.file)] : []),
			...suite.cases.flatMap((outcome) => caseLines(outcome, say)),
			'  </testsuite>',
		];
	}

	function brokenCase(file: string): string {
		const message = say('fileHasErrors');
		return `    <testcase${attributes({ name: message, classname: file })}><error${attributes({ message })}/></testcase>`;
	}
}

function totals(suites: readonly Suite[]): Readonly<Record<string, string | number>> {
	const cases = suites.flatMap((suite) => suite.cases);
	const errors = suites.filter(({ isBroken }) => isBroken).length;
	return {
		tests: cases.length + errors,
		failures: cases.filter(({ result }) => result === 'failed').length,
		errors,
		skipped: cases.filter(({ result }) => result === 'interrupted').length,
		time: seconds(cases.reduce((sum, { time }) => sum + time, 0)),
	};
}

function caseLines(outcome: Outcome, say: Console['say']): readonly string[] {
	const { file, title, line, time, records, seed } = outcome;
	const warnings = warningsOf(outcome);
	const violated = [...new Set(outcome.violations.filter(({ expected }) => !expected).map(({ rule }) => rule))];
	const properties = {
		records,
		seed,
		replay: replayCommand(outcome),
		...(violated.length > 0 ? { violations: violated.join(' ') } : {}),
	};
	return [
		`    <testcase${attributes({ name: title, classname: file, file, line, time: seconds(time) })}>`,
		'      <properties>',
		...Object.entries(properties).map(([name, value]) => `        <property${attributes({ name, value })}/>`),
		'      </properties>',
		...outcome.failures.map((failure) => {
			const text = `${placeText(failure)}: ${failure.message}`;
			return `      <failure${attributes({ message: failure.message })}>${escaped(text)}</failure>`;
		}),
		...(outcome.result === 'interrupted' ? ['      <skipped message="interrupted"/>'] : []),
		...(warnings.length > 0
			? [
					'      <system-out>',
					...warnings.map((warning) =>
						escaped(`${placeText(warning)}: ${say('warning')}${violationText(warning, say)}`),
					),
					'      </system-out>',
				]
			: []),
		'    </testcase>',
	];
}

function seconds(ns: number): string {
	return (ns / SECOND).toFixed(9);
}
