/** Scenario files on the disk. */
import { readFileSync, statSync } from 'node:fs';

/** Far more than anybody writes: what is larger is something else that was named by mistake. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The text of a scenario file. Devices and pipes, which may never end, are not read.
 * @throws NodeJS.ErrnoException
 */
export function readScenarioText(file: string): string {
	const status = statSync(file);
	if (!status.isFile() && !status.isDirectory()) throw failure('ENXIO', `${file} is no file`);
	if (status.size > MOST_BYTES) throw failure('EFBIG', `${file} is larger than ${MOST_BYTES} bytes`);
	return readFileSync(file, 'utf8');
}

function failure(code: string, message: string): NodeJS.ErrnoException {
	return Object.assign(new Error(message), { code });
}
