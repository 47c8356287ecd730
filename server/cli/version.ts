/** The version of the package that this file is bundled into. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export function packageVersion(): string {
	try {
		const manifest: unknown = JSON.parse(readFileSync(path.join(__dirname, '../package.json'), 'utf8'));
		const hasVersion = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
		return hasVersion ? String(manifest.version) : 'unknown';
	} catch {
		return 'unknown';
	}
}
