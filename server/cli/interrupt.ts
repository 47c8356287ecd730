/**
 * Ctrl+C. The first one lets the command end in good order (what was traced is written); the second one ends the process
 * at once, as does anything that never comes back to the event loop.
 */
import { setImmediate } from 'node:timers/promises';

let interrupted = false;

/** From now on an interrupt is noted instead of ending the process. */
export function noteInterrupts(): void {
	process.once('SIGINT', () => {
		interrupted = true;
	});
}

/** Whether the user has asked to stop. Gives the process a chance to hear of it. */
export async function isInterrupted(): Promise<boolean> {
	await setImmediate();
	return interrupted;
}

/** Ends the process as an interrupt does, so that whoever started it (a shell, make) sees that it was one. */
export function endInterrupted(): void {
	process.removeAllListeners('SIGINT');
	process.kill(process.pid, 'SIGINT');
}
