/** Generates the syntax tree types and the parser's grammar from the Langium grammar, when they are out of date. */
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { isPartial } from './bundles.mjs';
import { root } from './paths.mjs';
import { Failure, run, say } from './progress.mjs';

const room = path.join(root, 'server/scenario');
const config = path.join(room, 'langium-config.json');
const generator = path.join(room, 'generate.mjs');
const generated = path.join(room, 'generated');

function newest(files) {
	return Math.max(0, ...files.map((file) => statSync(file).mtimeMs));
}

function oldest(files) {
	return Math.min(...files.map((file) => statSync(file).mtimeMs));
}

function filesIn(folder, suffix) {
	if (!existsSync(folder)) {
		return [];
	}
	return readdirSync(folder, { recursive: true })
		.filter((name) => name.endsWith(suffix))
		.map((name) => path.join(folder, name));
}

/** Runs `langium generate` unless its output is newer than grammar and configuration. */
export async function ensureLanguage() {
	if (!existsSync(config)) {
		if (!isPartial()) {
			throw new Failure(`${path.relative(root, config)} does not exist`);
		}
		say('skipped: no Langium grammar yet');
		return;
	}
	const outputs = filesIn(generated, '.ts');
	const sources = [config, ...filesIn(room, '.langium')];
	if (outputs.length > 0 && oldest(outputs) >= newest(sources)) {
		return;
	}
	await run(process.execPath, [generator], { cwd: root, quiet: true });
	// A file whose text did not change may keep its old time, which would look out of date for ever.
	const now = new Date();
	for (const file of filesIn(generated, '.ts')) {
		utimesSync(file, now, now);
	}
	say('generated the parser from the grammar');
}
