/** Every reason that a check gives is there in both languages, and is found again in the trace, which has it in English. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { violationLines } from '../../../server/cli/violationLine';
import chinese from '../../../server/rules/data/reasons.zh-cn.json';
import { reasonText, translatedReason } from '../../../server/rules/reasonTexts';
import { mermaidText, SequenceView, sequenceTexts } from '../../../server/sequence';
import { traceLines } from '../../../server/trace';
import { parsed, play } from '../../golden/play';
import { assertTranslated } from '../winsock/languages';

const templates = Object.keys(chinese);
const places = (text: string) => [...new Set(text.match(/\{\d+\}/g) ?? [])].sort();
const han = /\p{Script=Han}/u;

/** What could stand in the places of a reason: names, addresses, numbers, states, texts of the scenario. */
const values = ['alice.ib0', '10.1.0.2:7000', 4711, 'WSAETIMEDOUT', 'SIO_GET_QOS', 'connected', 'FD_READ | FD_WRITE'];

function sourceOf(folder: string): string {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => readFileSync(path.join(folder, name), 'utf8'))
		.join('\n');
}

const broken = `
san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "reported twice" {
  fault bob.ib0 WSPRecv #2: complete twice
  thread bob.server {
    let l = socket() bind(l, 10.1.0.2:7000) listen(l, 1)
    let p = accept(l) try recv(p, 4) try closesocket(p) closesocket(l)
  }
  thread alice.client { sleep 100us let s = socket() connect(s, 10.1.0.2:7000) try send(s, "ping") closesocket(s) }
}`;

describe('Reasons of violations', () => {
	it('have the same places and the same names in both languages', () => {
		assert.ok(templates.length > 300);
		assertTranslated(Object.fromEntries(templates.map((text) => [text, text])), chinese);
		for (const [text, translation] of Object.entries(chinese))
			assert.deepEqual(places(translation), places(text), text);
	});

	it('are those that checks give, and no others', () => {
		// That none is missing the compiler sees: `broken` takes these texts only.
		const source = sourceOf('server/rules/checks');
		assert.deepEqual(
			templates.filter((text) => !source.includes(`'${text}'`)),
			[],
		);
	});

	it('are found again by their template, whatever stands in their places', () => {
		for (const text of templates) {
			for (let shift = 0; shift < values.length; shift++) {
				// Behind the word record stands its number.
				const args = places(text).map((place, n) =>
					text.includes(`record ${place}`) ? 100 + n : (values[(n + shift) % values.length] as string | number),
				);
				const told = reasonText({ text, args }, 'en');
				assert.equal(translatedReason(told, 'zh-cn'), reasonText({ text, args }, 'zh-cn'), text);
				assert.equal(translatedReason(told, 'en'), told);
			}
		}
	});

	it('that are not known stay as they are', () => {
		assert.equal(translatedReason('somebody else’s sentence', 'zh-cn'), 'somebody else’s sentence');
		assert.equal(reasonText({ text: 'not {0}', args: ['known'] }, 'zh-cn'), 'not known');
	});

	it('have their filler words translated too', () => {
		const text = 'record {0} answers {1}; {2} has no QoS and must answer WSAEOPNOTSUPP';
		assert.match(reasonText({ text, args: [1, 'success', 'alice.ib0'] }, 'zh-cn'), /成功/);
	});

	it('are told in the language of the reader, while the trace stays the same', () => {
		const run = play(parsed(broken), undefined, { seed: 1 });
		const english = violationLines(run, 'en');
		const translated = violationLines(run, 'zh-cn');
		assert.ok(english.length > 0 && english.every(({ reason }) => !han.test(reason)));
		assert.ok(translated.every(({ reason }) => han.test(reason)));
		assert.ok(![...traceLines(run.reader)].some((line) => han.test(line)));
		const settings = { lens: 'everything', hidden: [] } as const;
		const view = (reason?: (sentence: string) => string) =>
			mermaidText(new SequenceView(run.reader, settings, { ...sequenceTexts('en'), ...(reason ? { reason } : {}) }));
		assert.ok(!han.test(view()));
		assert.match(
			view((sentence) => translatedReason(sentence, 'zh-cn')),
			/⚠ [A-Z]+-\d+: .*\p{Script=Han}/u,
		);
	});
});
