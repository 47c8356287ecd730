/** Makes sanflow.vsix: a production build, packaged by vsce, with its file list and size checked. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX, listFiles } from '@vscode/vsce';
import { buildProduct } from './build.mjs';
import { root, vsixPath } from './lib/paths.mjs';
import { Failure, kib, main, say } from './lib/progress.mjs';

const maxBytes = 1024 * 1024;

/** Everything that the package may hold. A file that no pattern names is an error, not a surprise for the user. */
const allowed = [
	/^package\.json$/,
	/^package\.nls(\.[a-z-]+)?\.json$/,
	/^(README|CHANGELOG)(\.zh-cn)?\.md$/,
	/^LICENSE(\.txt)?$/,
	/^(THIRD_PARTY_NOTICES|ThirdPartyNotices)\.(txt|md)$/,
	/^language-configuration\.json$/,
	/^dist\/(extension|languageClient|debugAdapter|languageServer|servers|webview|renderer)\.js$/,
	/^dist\/(webview|codicon)\.css$/,
	/^dist\/codicon\.ttf$/,
	/^l10n\/bundle\.l10n(\.[a-z-]+)?\.json$/,
	/^syntaxes\/[\w.-]+\.json$/,
	/^snippets\/[\w.-]+\.json$/,
	/^schemas\/[\w.-]+\.json$/,
	/^media\/[\w./-]+\.(png|svg|md)$/,
	/^examples\/[\w./-]+\.sanflow$/,
	/^icon\.png$/,
	/^docs\/debugging\.webp$/,
];

function assertFileList(files) {
	const foreign = files.filter((file) => !allowed.some((pattern) => pattern.test(file)));
	if (foreign.length > 0) {
		throw new Failure(
			`the package would hold files that it should not:\n  ${foreign.join('\n  ')}\nExclude them in .vscodeignore, or allow them in scripts/package.mjs.`,
		);
	}
}

/** A package without its main parts would install and then do nothing. */
function assertComplete(files) {
	const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
	const bundles = ['languageClient', 'debugAdapter', 'languageServer', 'servers', 'webview', 'renderer'].map(
		(name) => `dist/${name}.js`,
	);
	const needed = [
		manifest.main,
		...(manifest.icon ? [manifest.icon] : []),
		...bundles,
		'dist/codicon.ttf',
		'dist/webview.css',
	];
	const missing = needed.map((file) => path.posix.normalize(file)).filter((file) => !files.includes(file));
	if (missing.length > 0) {
		throw new Failure(`the package lacks ${missing.join(', ')}`);
	}
}

/** Builds and packages; vsce prints the files, this the size. */
export async function packageExtension() {
	await buildProduct({ production: true });
	const files = (await listFiles({ cwd: root, dependencies: false })).sort();
	assertFileList(files);
	assertComplete(files);
	await createVSIX({
		cwd: root,
		packagePath: vsixPath,
		dependencies: false,
		allowMissingRepository: true,
		rewriteRelativeLinks: false,
	});
	const { size } = statSync(vsixPath);
	say(`packaged ${path.relative(root, vsixPath)}: ${files.length} files, ${kib(size)} of at most ${kib(maxBytes)}`);
	if (size > maxBytes) {
		throw new Failure(`sanflow.vsix has ${kib(size)}; the budget is ${kib(maxBytes)}`);
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	await main(packageExtension);
}
