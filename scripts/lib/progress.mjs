/**
 * Stage lines with elapsed time, and child processes that show they are alive.
 * Only Node built-ins: `npm run demo` and `npm test` use this before anything is installed.
 */
import { spawn } from 'node:child_process';

const startedAt = performance.now();
const heartbeatMs = 5000;

/** A failure whose message is all that the user needs; a stack trace would only hide it. */
export class Failure extends Error {}

/** Prints one line with the time since this process started. */
export function say(text) {
	const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
	console.log(`[${seconds} s] ${text}`);
}

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, heartbeat?: string, quiet?: boolean, allowFailure?: boolean }} [options]
 *   `heartbeat` names the work in a line every few seconds, for programs that print nothing when they have no terminal;
 *   `quiet` keeps the program's output back unless it fails.
 * @returns {Promise<number>} the exit code; a code other than 0 is thrown as a `Failure` unless `allowFailure`.
 */
export function run(command, args, options = {}) {
	const began = performance.now();
	const timer = options.heartbeat
		? setInterval(() => {
				say(`… still ${options.heartbeat} (${Math.round((performance.now() - began) / 1000)} s)`);
			}, heartbeatMs)
		: undefined;
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			cwd: options.cwd,
			env: options.env ?? process.env,
			stdio: options.quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
			// npm is a .cmd file on Windows, which only a shell can start.
			shell: process.platform === 'win32',
		});
		const kept = [];
		child.stdout?.on('data', (chunk) => kept.push(chunk));
		child.stderr?.on('data', (chunk) => kept.push(chunk));
		child.on('error', (error) => {
			clearInterval(timer);
			reject(new Failure(`cannot start ${command}: ${error.message}`));
		});
		child.on('close', (code, signal) => {
			clearInterval(timer);
			if (code === 0 || (options.allowFailure && code !== null)) {
				resolve(code);
				return;
			}
			const output = Buffer.concat(kept).toString();
			const how = signal ? `was ended by ${signal}` : `failed with exit code ${code}`;
			reject(new Failure(`${output}${[command, ...args].join(' ')} ${how}`));
		});
	});
}

/**
 * Runs a script's main function; prints a `Failure` without its stack and ends with exit code 1 for any error.
 * @param {() => Promise<unknown>} body
 */
export async function main(body) {
	try {
		await body();
	} catch (error) {
		console.error(error instanceof Failure ? `\nerror: ${error.message}` : error);
		process.exitCode = 1;
	}
}

/** `1234567` → `1205.6 KiB`. */
export function kib(bytes) {
	return `${(bytes / 1024).toFixed(1)} KiB`;
}
