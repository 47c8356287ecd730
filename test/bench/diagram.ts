/** `diagram.…`: the webview in a real browser. Its program is bundled apart: it alone knows the DOM's types. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Measurements } from './measurement';

export async function measureDiagram(): Promise<Measurements> {
	const outfile = path.resolve('out/diagramBench.mjs');
	await build({
		entryPoints: ['test/web/diagramBench.ts'],
		outfile,
		bundle: true,
		platform: 'node',
		format: 'esm',
		packages: 'external',
		logLevel: 'silent',
	});
	const program = (await import(pathToFileURL(outfile).href)) as { measureDiagram(): Promise<Measurements> };
	return program.measureDiagram();
}
