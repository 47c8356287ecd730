/**
 * Mermaid text for beautiful-mermaid, which draws without a DOM and knows less than Mermaid: no boxes, no character
 * entities, activations only as marks on a message, no note before the first message, and no colour of a `rect`. The
 * same messages in the same order come out; what it would drop or misread is said in another way.
 */

/** A stretch of messages with a title: a phase. */
export interface PlainMermaid {
	readonly text: string;
	readonly titles: readonly string[];
}

const message = /^(p\d+)(-->>|->>|--x|-\))(p\d+): (.*)$/;
const note = /^Note over ([^:]+): (.*)$/;

/** @param text Mermaid text of a whole view */
export function plainMermaid(text: string): PlainMermaid {
	const lines = text.trimEnd().split('\n');
	const out: string[] = [];
	const titles: string[] = [];
	const marks = activationMarks(lines);
	/** Notes that wait for the first message, which they stand above. */
	let waiting: string[] = [];
	let host = '';
	let hasMessage = false;
	for (let i = 0; i < lines.length; i++) {
		const line = lines[i] as string;
		const drawn = message.exec(line);
		if (line.startsWith('box ')) host = decoded(line.replace(/^box (transparent )?/, ''));
		else if (line.startsWith('participant ')) out.push(participant(line, host));
		else if (line.startsWith('rect ')) {
			// The note that follows is the band's title.
			const title = decoded(note.exec(lines[++i] as string)?.[2] ?? '');
			titles.push([...waiting, title].join(' · '));
			waiting = [];
			out.push(`rect ${titles.at(-1)}`);
		} else if (drawn) {
			const [, from, arrow, to, label] = drawn as unknown as [string, string, string, string, string];
			hasMessage = true;
			// A crossed arrow is drawn like any other; the label must tell the failure.
			out.push(
				`${from}${arrow === '--x' ? '-->>' : arrow}${marks.get(i) ?? ''}${to}: ${arrow === '--x' ? '✗ ' : ''}${decoded(label)}`,
			);
		} else if (note.test(line)) {
			const [, over, label] = note.exec(line) as unknown as [string, string, string];
			if (hasMessage) out.push(`Note over ${over}: ${decoded(label)}`);
			else waiting.push(decoded(label));
		} else if (line === 'end') {
			if (host === '') out.push(line);
			host = '';
		} else if (!/^(de)?activate /.test(line)) out.push(line);
	}
	return { text: `${out.join('\n')}\n`, titles };
}

/** Boxes are not drawn, so a name carries its host. */
function participant(line: string, host: string): string {
	const [, id, label] = /^participant (\S+) as (.*)$/.exec(line) ?? [];
	const name = decoded(label ?? '');
	return `participant ${id} as ${host === '' || host === name ? name : `${host}.${name}`}`;
}

/**
 * `+` for the message that an `activate` follows, `-` for the return that a `deactivate` follows, by line. Calls whose
 * return is not drawn would stay active to the end, so they get none.
 */
function activationMarks(lines: readonly string[]): ReadonlyMap<number, '+' | '-'> {
	const marks = new Map<number, '+' | '-'>();
	const open = new Map<string, number[]>();
	let last = -1;
	for (const [i, line] of lines.entries()) {
		if (message.test(line)) last = i;
		const [, isEnd, lane = ''] = /^(de)?activate (p\d+)$/.exec(line) ?? [];
		if (lane === '') continue;
		const starts = open.get(lane) ?? [];
		open.set(lane, starts);
		if (isEnd === undefined) {
			starts.push(last);
			continue;
		}
		const start = starts.pop() ?? -1;
		const isReturned = last > start && new RegExp(`^${lane}--(>>|x)`).test(lines[last] ?? '') && !marks.has(last);
		if (start < 0 || !isReturned || marks.has(start)) continue;
		marks.set(start, '+');
		marks.set(last, '-');
	}
	return marks;
}

/** `#35;` is the character itself; what would then read as HTML is told apart by its look only. */
function decoded(label: string): string {
	return label
		.replace(/#(\d+);/g, (_whole, code: string) => String.fromCodePoint(Number(code)))
		.replace(/<(?=[a-z/])/gi, '‹');
}
