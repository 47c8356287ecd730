/**
 * `language.editToParse…`: from an edit to its diagnostics, through the real language server over stdio, beside a bare
 * parse of the same text in this process.
 */
import type { Model } from '../../server/scenario/generated/ast';
import { createSanflowServices } from '../../server/scenario/language';
import { Client } from '../lsp/client';
import { elapsed, type Measurement, type Measurements, ratio } from './measurement';

const topology = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
`;

/** A file of that many lines: scenarios of twenty lines, all of them different. */
function scenarioText(lines: number): string {
	const scenarios = Array.from(
		{ length: Math.ceil(lines / 20) },
		(_, i) => `
scenario "flow ${i}" {
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:${7000 + i})
    listen(listener, 4)
    let peer = accept(listener)
    expect recv(peer, 4) == "ping"
    send(peer, "pong ${i}")
    closesocket(peer)
  }
  thread alice.client {
    let s = socket()
    connect(s, 10.1.0.2:${7000 + i})
    send(s, "ping")
    expect recv(s, 8) == "pong ${i}"
    closesocket(s)
  }
  expect calls alice.switch -> alice.ib0 { WSPSocket ... WSPConnect ... }
}`,
	);
	return `${topology}${scenarios.join('\n').slice(1)}\n`;
}

/** The text with a statement more or less in its middle, as typing leaves it. */
function edited(text: string, edit: number): string {
	const middle = text.indexOf('    closesocket', text.length / 2);
	return `${text.slice(0, middle)}    log("edit ${edit}")\n${text.slice(middle)}`;
}

export async function measureLanguage(): Promise<Measurements> {
	const client = await Client.start();
	try {
		return {
			'language.editToParse300': await editToParse(client, 300, 40),
			'language.editToParse10k': await editToParse(client, 10_000, 9),
		};
	} finally {
		await client.stop();
	}
}

async function editToParse(client: Client, lines: number, rounds: number): Promise<Measurement> {
	const text = scenarioText(lines);
	const uri = `file:///bench/${lines}.sanflow`;
	const parser = createSanflowServices().parser.LangiumParser;
	const problems = await client.write(uri, text);
	if (problems.length > 0) throw new Error(`the text has problems: ${JSON.stringify(problems[0])}`);
	const ours: number[] = [];
	const theirs: number[] = [];
	for (let i = -3; i < rounds; i++) {
		const next = edited(text, i);
		const start = performance.now();
		await client.write(uri, next);
		const edit = performance.now() - start;
		const parse = elapsed(() => parser.parse<Model>(next));
		if (i < 0) continue;
		ours.push(edit);
		theirs.push(parse);
	}
	return ratio(ours, theirs, `bare parse of the same ${lines} lines`);
}
