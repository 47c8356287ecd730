/**
 * All checks of a scenario file, as plain functions over the syntax tree: the command line, the debug adapter and the
 * language server run the same ones.
 */

import { checkCalls } from './checks/calls';
import { CheckContext } from './checks/context';
import { checkExpectations } from './checks/expectations';
import { checkFaults } from './checks/faults';
import { checkFlow } from './checks/flow';
import { checkLiterals } from './checks/literals';
import { checkNames } from './checks/names';
import { checkOperators } from './checks/operators';
import { checkSettings } from './checks/settings';
import { checkTopology } from './checks/topology';
import { type Declarations, declarationsOf } from './declarations';
import { TypeInference } from './inference';
import type { ScenarioFile } from './parse';
import type { Finding } from './problem';
import { bindNames, type Scopes } from './scopes';

/** What the names of a file mean: the base of all checks and of the editor's features. */
export interface Analysis {
	readonly declarations: Declarations;
	readonly scopes: Scopes;
	readonly types: TypeInference;
}

/** A file whose imports are resolved, as far as they could be. */
export type CheckedFile = Pick<ScenarioFile, 'uri' | 'text' | 'model'> & { readonly imports: readonly CheckedFile[] };

export function analyze(file: CheckedFile): Analysis {
	const declarations = declarationsOf(file);
	const scopes = bindNames(file.model, declarations);
	return { declarations, scopes, types: new TypeInference(scopes) };
}

const checks: readonly ((context: CheckContext) => void)[] = [
	checkLiterals,
	checkTopology,
	checkSettings,
	checkNames,
	checkCalls,
	checkOperators,
	checkFlow,
	checkFaults,
	checkExpectations,
];

/** The problems of this file (not of the imported ones), beyond its syntax. */
export function checkScenarioFile(file: CheckedFile, analysis: Analysis = analyze(file)): readonly Finding[] {
	const context = new CheckContext(file, analysis.declarations, analysis.scopes, analysis.types);
	for (const check of checks) check(context);
	return context.findings;
}
