/** How commander talks to the user: options that say what they take, help and mistakes in the user's language. */
import { type Command, type CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Say, TextKey } from './texts';

/** An option that takes a whole number. */
export function integerOption(flags: string, about: string, min: number, max: number, say: Say): Option {
	const option = new Option(flags, about);
	return option.argParser((text) => {
		const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
		if (number >= min && number <= max) return number;
		throw new InvalidArgumentError(say('notInRange', `--${option.name()}`, text, min, max));
	});
}

/** An option that takes one of some words. */
export function choiceOption(
	flags: string,
	about: string,
	words: readonly string[],
	initial: string,
	say: Say,
): Option {
	const list = words.join(', ');
	const option = new Option(flags, `${about} ${say('choices', list)}`);
	// Not commander's own `choices`: it would say them, and the mistake, in English only.
	return option.default(initial).argParser((text) => {
		if (words.includes(text)) return text;
		throw new InvalidArgumentError(say('notAChoice', `--${option.name()}`, text, list));
	});
}

const titles: Readonly<Record<string, TextKey>> = {
	'Usage:': 'headUsage',
	'Options:': 'headOptions',
	'Arguments:': 'headArguments',
	'Commands:': 'headCommands',
};

/** Also makes commander throw instead of ending the process: its exit status for bad usage is not ours. */
export function localizeHelp(program: Command, say: Say): void {
	program
		.exitOverride()
		.configureOutput({ writeErr: () => {}, outputError: () => {} })
		.helpOption('-h, --help', say('optHelp'))
		.helpCommand(false)
		.configureHelp({
			styleTitle: (title) => say(titles[title] ?? 'headUsage'),
			optionDescription: ({ description, defaultValue }) =>
				defaultValue === undefined ? description : `${description} ${say('defaultsTo', String(defaultValue))}`,
		});
}

/** Commander's mistakes, by its stable code: what to say, and how to find the word in question in its message. */
const mistakes: Readonly<Record<string, { readonly key: TextKey; readonly word: RegExp }>> = {
	'commander.unknownOption': { key: 'unknownOption', word: /unknown option '(.*?)'/ },
	'commander.unknownCommand': { key: 'unknownCommand', word: /unknown command '(.*?)'/ },
	'commander.optionMissingArgument': { key: 'optionWithoutValue', word: /option '(.*?)'/ },
	'commander.missingArgument': { key: 'argumentMissing', word: /argument '(.*?)'/ },
	'commander.excessArguments': { key: 'tooManyArguments', word: /^$/ },
};

/** A mistake in the command line, as one or two sentences. */
export function usageText(error: CommanderError, say: Say): string {
	const { code, message } = error;
	// Our own parsers write the whole sentence; commander puts its English one in front.
	if (code === 'commander.invalidArgument') return message.replace(/^error: .*? is invalid\. /s, '');
	const mistake = mistakes[code];
	if (mistake === undefined) return message.replace(/^error: /, '');
	const text = say(mistake.key, mistake.word.exec(message)?.[1] ?? '');
	const near = /\(Did you mean (?:one of )?(.*?)\?\)/.exec(message)?.[1];
	return near === undefined ? text : `${text} ${say('didYouMean', near)}`;
}
