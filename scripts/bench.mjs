/** Bundles test/bench/main.ts, with production bundles beside it, and runs it with the arguments given. */
import { ensureDependencies } from './lib/dependencies.mjs';
import { root } from './lib/paths.mjs';
import { main, run } from './lib/progress.mjs';

await main(async () => {
	await ensureDependencies();
	const { buildProduct } = await import('./build.mjs');
	await buildProduct({ production: true });
	const { bundleProgram } = await import('./lib/testBundles.mjs');
	const program = await bundleProgram('test/bench/main.ts', 'out/bench.mjs');
	await run(process.execPath, ['--enable-source-maps', '--expose-gc', program, ...process.argv.slice(2)], {
		cwd: root,
	});
});
