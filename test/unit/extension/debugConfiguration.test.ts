import assert from 'node:assert/strict';
import { chosenScenario, completeConfiguration } from '../../../extension/debugConfiguration';

const text = 'scenario "one" { }\nscenario "two" { }\n';
const editor = { file: '/w/ping.sanflow', text, offset: 0 };
const defaults = { name: 'Debug Scenario', stopOnEntry: false };

describe('debug configuration', () => {
	it('is complete for the open file when F5 is pressed without a launch.json', () => {
		assert.deepEqual(completeConfiguration({}, editor, defaults), {
			type: 'sanflow',
			request: 'launch',
			name: 'Debug Scenario',
			program: '/w/ping.sanflow',
			stopOnEntry: false,
		});
	});

	it('keeps what launch.json says', () => {
		const given = {
			type: 'sanflow',
			request: 'launch',
			name: 'mine',
			program: '/w/other.sanflow',
			seed: 7,
			stopOnEntry: true,
		};
		assert.deepEqual(completeConfiguration(given, editor, defaults), given);
	});

	it('takes the default for stopOnEntry from the settings', () => {
		assert.equal(completeConfiguration({}, editor, { ...defaults, stopOnEntry: true })?.stopOnEntry, true);
		assert.equal(
			completeConfiguration({ stopOnEntry: false }, editor, { ...defaults, stopOnEntry: true })?.stopOnEntry,
			false,
		);
	});

	it('cannot be completed when no program is given and no scenario is open', () => {
		assert.equal(completeConfiguration({}, undefined, defaults), undefined);
	});
});

describe('chosen scenario', () => {
	it('is the one that the configuration names', () => {
		assert.equal(chosenScenario({ program: editor.file, scenario: 'named' }, editor), 'named');
	});

	it('is the one at the cursor of the program', () => {
		assert.equal(chosenScenario({ program: editor.file }, editor), 'one');
		assert.equal(chosenScenario({ program: editor.file }, { ...editor, offset: text.indexOf('two') }), 'two');
	});

	it('is left to the adapter for a file that is not being edited', () => {
		assert.equal(chosenScenario({ program: '/w/other.sanflow' }, editor), undefined);
		assert.equal(chosenScenario({ program: '/w/other.sanflow' }, undefined), undefined);
	});
});
