/**
 * Why rules are broken, in the user's language. A check gives an English sentence with numbered places, and the trace keeps it
 * filled in, in English whatever the language of whoever runs it. Readers of a trace find the sentence again by its template.
 */

import type { Locale } from '../winsock/locale';
import chinese from './data/reasons.zh-cn.json';

/** The English template of a reason; one that is not translated is no such template, and does not compile. */
export type ReasonText = keyof typeof chinese;

/** Words that checks fill in where there is no name, error or state. */
const words: Readonly<Record<string, string>> = {
	'a socket': '一个套接字',
	'any address': '任何地址',
	'announced nothing': '没有宣告',
	nobody: '无人',
	'not been kept': '没有保留',
	nothing: '无',
	success: '成功',
	'the switch': '交换机',
	'told somebody': '已告知他人',
};

const place = /\{(\d+)\}/g;

/** A reason as a run tells it: its template and what stands in its places. */
interface Sentence {
	readonly text: string;
	readonly args: readonly (string | number)[];
}

/** The sentence of a reason with its places filled. */
export function reasonText({ text, args }: Sentence, locale: Locale): string {
	const known: Readonly<Record<string, string>> = chinese;
	const template = locale === 'zh-cn' ? known[text] : undefined;
	return fill(template ?? text, template === undefined ? args : args.map((arg) => words[arg] ?? arg));
}

/** The sentence of a violation as the trace keeps it, in the user's language; as it is where no template fits. */
export function translatedReason(sentence: string, locale: Locale): string {
	if (locale === 'en') return sentence;
	for (const { text, pattern, places } of templates()) {
		const found = pattern.exec(sentence);
		if (!found) continue;
		const args: string[] = [];
		places.forEach((index, n) => {
			args[index] = found[n + 1] as string;
		});
		return reasonText({ text, args }, locale);
	}
	return sentence;
}

interface Template {
	readonly text: ReasonText;
	readonly pattern: RegExp;
	/** Number of the place that each group of the pattern stands for. */
	readonly places: readonly number[];
}

let known: readonly Template[] | undefined;

/** Those with most words of their own come first: what fits them fits a vaguer one only by chance. */
function templates(): readonly Template[] {
	known ??= (Object.keys(chinese) as ReasonText[])
		.sort((a, b) => b.replace(place, '').length - a.replace(place, '').length)
		.map((text) => ({
			text,
			pattern: patternOf(text),
			places: [...text.matchAll(place)].map(([, index]) => Number(index)),
		}));
	return known;
}

/** What follows the word `record` is always a number: two places beside each other could not be told apart else. */
function patternOf(text: string): RegExp {
	const places = escaped(text)
		.replace(/\brecord \\\{\d+\\\}/g, 'record (\\d+)')
		.replace(/\\\{\d+\\\}/g, '(.*?)');
	return new RegExp(`^${places}$`, 's');
}

function escaped(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function fill(text: string, args: readonly (string | number)[]): string {
	return text.replace(place, (whole, index: string) => String(args[Number(index)] ?? whole));
}
