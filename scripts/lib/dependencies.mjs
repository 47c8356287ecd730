/** Installs the development dependencies when they are missing or not those of package-lock.json. Only Node built-ins. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';
import { Failure, run, say } from './progress.mjs';

/** The packages of a lock file by folder, or nothing when there is no such file. */
function lockedPackages(file) {
	return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

/**
 * Tells why an install is needed, or nothing when node_modules already holds what package-lock.json asks for.
 * npm keeps a copy of what it installed in node_modules/.package-lock.json, so no stamp of our own is needed.
 */
function reasonToInstall() {
	const wanted = lockedPackages(path.join(root, 'package-lock.json'));
	if (wanted === undefined) {
		throw new Failure('package-lock.json is missing');
	}
	const present = lockedPackages(path.join(root, 'node_modules/.package-lock.json'));
	if (present === undefined) {
		return 'node_modules is missing';
	}
	for (const [folder, entry] of Object.entries(wanted)) {
		// Optional packages of other platforms are in the lock file but are not installed here.
		if (folder === '' || (entry.optional && present[folder] === undefined)) {
			continue;
		}
		if (present[folder]?.version !== entry.version) {
			return `${folder} is not at ${entry.version}`;
		}
	}
	return undefined;
}

/** Runs `npm ci` when needed. */
export async function ensureDependencies() {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	if (major < 20 || (major === 20 && minor < 19)) {
		throw new Failure(`Node 20.19 or later is needed; this is ${process.versions.node}`);
	}
	const reason = reasonToInstall();
	if (reason === undefined) {
		say('development dependencies are up to date');
		return;
	}
	say(`installing development dependencies (${reason}): npm ci`);
	const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
	try {
		await run('npm', args, { cwd: root, heartbeat: 'installing' });
	} catch (error) {
		throw new Failure(
			`${error.message}\nIf npm could not reach its registry (see "npm config get registry"), run the same command again once it can.`,
		);
	}
	say('development dependencies are installed');
}
