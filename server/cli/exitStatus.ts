/** What the command line ends with. Other programs decide by these numbers; they never change their meaning. */

export const PASSED = 0;
/** Some scenario failed. */
export const FAILED = 1;
/** Bad usage, a file that cannot be read, or a file with errors. */
export const BAD_INPUT = 2;

export type ExitStatus = typeof PASSED | typeof FAILED | typeof BAD_INPUT;

/** The status of two things done one after the other: what could not be done at all outweighs what failed. */
export function worse(a: ExitStatus, b: ExitStatus): ExitStatus {
	return a > b ? a : b;
}

/** A mistake of the user that ends the command. Its message is complete and translated. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** By name: the commands are another bundle, with a class of their own. */
export function isUsageError(error: unknown): error is UsageError {
	return error instanceof Error && error.name === 'UsageError';
}
