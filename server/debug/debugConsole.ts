/** What the debug console shows of a run: where it stands, what the scenario logs, how it ended and why. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { failureText } from '../scenario/failureTexts';
import type { Failure, Run } from '../scenario/interpreter/run';
import { durationText } from '../simulation/time';
import { type Reader, traceLines } from '../trace';
import type { Locale } from '../winsock/locale';
import type { Inspector } from './inspector';
import { inLanguage, recordText } from './recordText';
import type { Texts } from './texts';

type Output = DebugProtocol.OutputEvent['body'];

const sequence = '\u001b[';
const red = `${sequence}31m`;
const dim = `${sequence}2m`;
const cyan = `${sequence}36m`;
const plain = `${sequence}0m`;

/** The number and time of a record stand back, errors and cited rules stand out. */
function styled(text: string): string {
	return text
		.replace(/^#\d+ [\d.]+ \S+/, (start) => `${dim}${start}${plain}`)
		.replace(/\bWSA[A-Z_]+\b/g, (error) => `${red}${error}${plain}`)
		.replace(/ — ([A-Z]+-\d+(?:, [A-Z]+-\d+)*)$/, (_whole, rules: string) => ` — ${cyan}${rules}${plain}`);
}

export class DebugConsole {
	constructor(
		private readonly send: (body: Output) => void,
		private readonly texts: Texts,
		/** Knows the scenario line of a record. */
		private readonly inspector: Inspector,
		/** Whether the client understands ANSI escape sequences. */
		private readonly ansi = false,
		private readonly locale: Locale = 'en',
	) {}

	/** A line, with the scenario line of record `seq` beside it. */
	say(text: string, category: 'console' | 'stdout' | 'stderr', seq = -1): void {
		const position = seq < 0 ? undefined : this.inspector.position(seq);
		const shown = this.ansi && category === 'stderr' ? `${red}${text}${plain}` : text;
		this.send({ category, output: `${shown}\n`, ...(position ?? {}) });
	}

	/** What the stop at record `seq` is about. */
	sayRecord(reader: Reader, seq: number): void {
		const text = recordText(inLanguage(reader.record(seq), this.locale));
		this.say(this.ansi ? styled(text) : text, 'console', seq);
	}

	/** How the run ended. */
	sayEnd({ title, state, reader }: Run): void {
		const time = durationText(reader.time(reader.length - 1));
		if (state.kind === 'failed') {
			for (const failure of state.failures) this.sayFailure(failure);
			this.say(this.texts('failed', title, time, reader.length, state.failures.length), 'stderr');
		} else {
			this.say(this.texts('passed', title, time, reader.length), 'console');
		}
	}

	/** Writes the trace as JSON Lines; a failure is said and nothing more. */
	writeTrace(reader: Reader, file: string): void {
		try {
			writeFileSync(file, `${[...traceLines(reader)].join('\n')}\n`);
			this.say(this.texts('traceWritten', file), 'console');
		} catch (error) {
			this.say(this.texts('traceNotWritten', error instanceof Error ? error.message : String(error)), 'stderr');
		}
	}

	private sayFailure({ seq, source, message }: Failure): void {
		const position = source ? `${path.basename(source.file)}:${source.line}:${source.column}: ` : '';
		this.say(`${position}${failureText(message, this.locale)}`, 'stderr', seq);
	}
}
