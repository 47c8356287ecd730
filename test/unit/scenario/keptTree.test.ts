/** A tree that was kept is the tree that was parsed, to whoever asks. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { AstNode } from 'langium';
import { startRun } from '../../../server/scenario/interpreter';
import { packTree, type TreeStore, unpackTree } from '../../../server/scenario/keptTree';
import { hasErrors, type ImportReader, parseScenarioFile } from '../../../server/scenario/parse';
import { propertyRange, sourceRange } from '../../../server/scenario/sourceRange';
import { descendantsOf } from '../../../server/scenario/tree';
import { traceLines } from '../../../server/trace';

const folders = ['examples', 'test/fixtures/scenarios'];

const files = folders.flatMap((folder) =>
	readdirSync(folder)
		.filter((name) => name.endsWith('.sanflow'))
		.map((name) => path.join(folder, name)),
);

/** Reads imports from the folder of a file. */
function beside(file: string): ImportReader {
	return (uri) => readFileSync(path.join(path.dirname(file), path.basename(uri)), 'utf8');
}

/** Everything of a node that anybody asks for, except what is below it. */
function facts(node: AstNode): unknown {
	const properties = Object.entries(node).filter(([name, value]) => !name.startsWith('$') && value !== undefined);
	return {
		type: node.$type,
		of: node.$container?.$type,
		property: node.$containerProperty,
		index: node.$containerIndex,
		text: node.$cstNode?.text,
		range: node.$cstNode?.range,
		source: sourceRange(node),
		values: properties.map(([name, value]) => [name, typeof value === 'object' ? undefined : value]),
		places: properties.map(([name]) => [undefined, 0, 1, 2, -1].map((index) => propertyRange(node, name, index))),
		absent: propertyRange(node, 'noSuchProperty'),
	};
}

describe('a kept tree', () => {
	for (const file of files) {
		it(`of ${file} is the parsed one`, () => {
			const text = readFileSync(file, 'utf8');
			const parsed = parseScenarioFile(text, 'before.sanflow', beside(file));
			const { model, problems } = parsed;
			assert.deepEqual(
				problems.filter(({ severity }) => severity === 'error'),
				[],
			);
			const kept = unpackTree(packTree(parsed), text, file);
			assert.deepEqual(descendantsOf(kept.model).map(facts), descendantsOf(model).map(facts));
			assert.deepEqual(kept.problems, parseScenarioFile(text, file, beside(file)).problems);
		});
	}

	it('keeps warnings, under the name that the file has now', () => {
		const text = readFileSync('examples/01-first-connect.sanflow', 'utf8').replace(
			'let s = socket()',
			'$& let unused = 1',
		);
		const parsed = parseScenarioFile(text, 'before.sanflow');
		assert.deepEqual(
			parsed.problems.map(({ severity, file }) => [severity, file]),
			[['warning', 'before.sanflow']],
		);
		const { problems } = unpackTree(packTree(parsed), text, 'after.sanflow');
		assert.deepEqual(problems, parseScenarioFile(text, 'after.sanflow').problems);
	});

	it('stands where it stood in a file of Windows', () => {
		const text = readFileSync('examples/01-first-connect.sanflow', 'utf8').replaceAll('\n', '\r\n');
		const parsed = parseScenarioFile(text, 'x');
		const kept = unpackTree(packTree(parsed), text, 'x');
		assert.deepEqual(descendantsOf(kept.model).map(facts), descendantsOf(parsed.model).map(facts));
	});
});

describe('a store of trees', () => {
	const text = readFileSync('examples/01-first-connect.sanflow', 'utf8');

	class Memory implements TreeStore {
		readonly trees = new Map<string, string>();
		found = 0;
		find(asked: string): string | undefined {
			const tree = this.trees.get(asked);
			if (tree !== undefined) this.found++;
			return tree;
		}
		keep(kept: string, tree: () => string): void {
			this.trees.set(kept, tree());
		}
	}

	it('is asked first, and runs give the same trace', () => {
		const store = new Memory();
		const [parsed, kept] = [1, 2].map(() => {
			const file = parseScenarioFile(text, 'connect.sanflow', undefined, store);
			const run = startRun(file, undefined, { seed: 3 });
			while (run.state.kind === 'running') run.advance(100);
			return [...traceLines(run.reader)].join('\n');
		});
		assert.equal(store.found, 1);
		assert.equal(kept, parsed);
	});

	it('gets nothing of files with errors or imports', () => {
		const store = new Memory();
		const broken = parseScenarioFile(`${text}\nscenario`, 'x.sanflow', undefined, store);
		assert.ok(hasErrors(broken));
		parseScenarioFile(`import "other.sanflow"\n${text}`, 'x.sanflow', () => '', store);
		assert.equal(store.trees.size, 0);
	});

	it('may hold nonsense', () => {
		const store = new Memory();
		for (const nonsense of [
			'',
			'{',
			'null',
			'[]',
			'{"model":{"$type":"Model"}}',
			'{"model":{"$type":"Model"},"problems":[]}',
		]) {
			store.trees.set(text, nonsense);
			const { model, problems } = parseScenarioFile(text, 'x.sanflow', undefined, store);
			assert.equal(problems.length, 0);
			assert.ok(model.scenarios?.length === 1, nonsense);
		}
	});
});
