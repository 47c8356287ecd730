import assert from 'node:assert/strict';
import { variablesBefore } from '../../../extension/scenarioVariables';

/** The uses before the mark `▮`, each as `name@line`. */
function uses(marked: string): readonly string[] {
	const offset = marked.indexOf('▮');
	const text = marked.replace('▮', '');
	return variablesBefore(text, offset).map((use) => {
		assert.equal(text.slice(use.offset, use.offset + use.name.length), use.name);
		return `${use.name}@${text.slice(0, use.offset).split('\n').length}`;
	});
}

describe('scenario variables', () => {
	it('are found where they are introduced and used, up to the position', () => {
		const text = `thread alice.client {
			let s = socket()
			connect(s, 10.1.0.2:7000)▮
			send(s, "ping")
		}`;
		assert.deepEqual(uses(text), ['s@2', 's@3']);
	});

	it('of another thread are not shown', () => {
		const text = `thread bob.server { let peer = socket() }
		thread alice.client { let s = socket()▮ }`;
		assert.deepEqual(uses(text), ['s@2']);
	});

	it('are not confused with members, labels, calls, comments and strings', () => {
		const text = `thread alice.client {
			let provider = socket()
			let send = 1
			// provider
			expect x.provider == "provider"
			send(a, provider: 2)▮
		}`;
		assert.deepEqual(uses(text), ['provider@2', 'send@3']);
	});

	it('include loop variables and the parameters of a function', () => {
		const text = `function talk(s, text) {
			repeat 3 as i { send(s, text) }
			for part in text { log part, i }▮
		}`;
		assert.deepEqual(uses(text), ['s@1', 'text@1', 'i@2', 's@2', 'text@2', 'part@3', 'text@3', 'part@3', 'i@3']);
	});
});
