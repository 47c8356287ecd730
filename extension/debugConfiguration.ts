/** How a debug configuration is completed, apart from the editor that asks. */
import type { SanflowLaunchAttributes } from '../server/protocol/debugRequests';
import { findScenarios, scenarioAt } from './scenarioOutline';

export const debugType = 'sanflow';

export type LaunchAttributes = Partial<SanflowLaunchAttributes>;

/** The scenario editor that the user is in or was in last. */
export interface ScenarioEditor {
	/** What `program` should say: a path. */
	readonly file: string;
	readonly text: string;
	/** Of the cursor. */
	readonly offset: number;
}

/** A configuration as VS Code passes it: all fields are absent when F5 was pressed without a launch.json. */
export interface GivenConfiguration extends LaunchAttributes {
	readonly type?: string;
	readonly request?: string;
	readonly name?: string;
}

export interface CompleteConfiguration extends LaunchAttributes {
	readonly type: string;
	readonly request: string;
	readonly name: string;
	readonly program: string;
}

/**
 * Fills in what F5 without a launch.json leaves out. Returns undefined when there is nothing to run:
 * no `program` is given and no scenario file is open.
 */
export function completeConfiguration(
	given: GivenConfiguration,
	editor: ScenarioEditor | undefined,
	defaults: { readonly name: string; readonly stopOnEntry: boolean },
): CompleteConfiguration | undefined {
	const program = given.program || editor?.file;
	if (!program) return undefined;
	return {
		...given,
		type: given.type || debugType,
		request: given.request || 'launch',
		name: given.name || defaults.name,
		program,
		stopOnEntry: given.stopOnEntry ?? defaults.stopOnEntry,
	};
}

/**
 * The scenario to run when the configuration names none: the one at the cursor when `program` is the file being edited.
 * Undefined leaves the choice (the first one) to the debug adapter.
 */
export function chosenScenario(
	configuration: LaunchAttributes,
	editor: ScenarioEditor | undefined,
): string | undefined {
	if (configuration.scenario !== undefined && configuration.scenario !== '') return configuration.scenario;
	if (editor === undefined || editor.file !== configuration.program) return undefined;
	return scenarioAt(findScenarios(editor.text), editor.offset)?.title;
}
