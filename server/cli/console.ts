/** What every command works with: where it writes, in which language, and whether it was interrupted. */
import type { Locale } from '../winsock/locale';
import { type Output, type Paint, painterFor, patient } from './output';
import { type Say, textsOf } from './texts';

export interface Console {
	readonly locale: Locale;
	readonly say: Say;
	readonly out: Output;
	readonly err: Output;
	/** Styles for `out`. */
	readonly paint: Paint;
	/** Styles for `err`. */
	readonly paintError: Paint;
}

export function consoleOf(locale: Locale): Console {
	const out = patient(process.stdout);
	const err = patient(process.stderr);
	return {
		locale,
		say: textsOf(locale),
		out,
		err,
		paint: painterFor(out, process.env),
		paintError: painterFor(err, process.env),
	};
}
