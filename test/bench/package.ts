/** `package.vsix`: what a user downloads. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { absolute, type Measurements } from './measurement';

export function measurePackage(): Measurements {
	execFileSync(process.execPath, ['scripts/package.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] });
	return { 'package.vsix': absolute([statSync('sanflow.vsix').size], 'bytes') };
}
