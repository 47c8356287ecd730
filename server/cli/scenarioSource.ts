/** Scenario files from the disk: what the user named, read, parsed and checked. */
import path from 'node:path';
import { nearestName } from '../scenario/nearestName';
import { hasErrors, parseScenarioFile, type ScenarioFile } from '../scenario/parse';
import { readScenarioText } from '../scenarioText';
import type { Console } from './console';
import { UsageError } from './exitStatus';
import type { Say } from './texts';

/**
 * The name of a file in messages and traces: relative to the working directory where it lies in it, with `/` on every
 * system. So the same command in the same checkout gives the same bytes on every machine.
 */
export function displayName(given: string, folder: string = process.cwd()): string {
	const relative = path.relative(folder, path.resolve(folder, given));
	const isInside =
		relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
	const name = isInside || !path.isAbsolute(given) ? relative : path.normalize(given);
	return name === '' ? '.' : name.split(path.sep).join('/');
}

/**
 * Reads, parses and checks a file with everything that it imports.
 * @throws UsageError if it cannot be read
 */
export function loadScenarioFile(given: string, { say }: Console): ScenarioFile {
	const name = displayName(given);
	return parseScenarioFile(readText(given, name, say), name, (imported) => {
		try {
			return readScenarioText(imported);
		} catch {
			return undefined;
		}
	});
}

function readText(file: string, name: string, say: Say): string {
	try {
		return readScenarioText(file);
	} catch (error) {
		throw new UsageError(readError(error as NodeJS.ErrnoException, name, say));
	}
}

function readError(error: NodeJS.ErrnoException, name: string, say: Say): string {
	switch (error.code) {
		case 'ENOENT':
		case 'ENOTDIR':
			return say('noSuchFile', name);
		case 'EISDIR':
			return say('isDirectory', name);
		case 'EACCES':
		case 'EPERM':
			return say('noPermission', name);
		default:
			return say('notRead', name, error.code ?? error.message);
	}
}

export { hasErrors };

export function titlesOf(file: ScenarioFile): readonly string[] {
	return file.model.scenarios.map(({ title }) => title);
}

/** `There is no scenario 'x'. Did you mean 'y'?` about one file. */
export function unknownScenario(file: ScenarioFile, title: string, say: Say): string {
	const nearest = nearestName(title, titlesOf(file));
	const hint = nearest === undefined ? '' : `${say('sentenceGap')}${say('didYouMean', nearest)}`;
	return `${say('unknownScenario', file.uri, title)}${hint}`;
}
