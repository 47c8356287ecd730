// Generates the parser tables and syntax-tree types: `node server/scenario/generate.mjs`.
// Chevrotain's grammar validation, which only the generator runs, calls Object.groupBy; Node 20 does not have it.

Object.groupBy ??= (items, keyOf) => {
	const groups = {};
	for (const [index, item] of [...items].entries()) {
		const key = keyOf(item, index);
		groups[key] ??= [];
		groups[key].push(item);
	}
	return groups;
};

process.argv = [
	...process.argv.slice(0, 2),
	'generate',
	'-f',
	new URL('langium-config.json', import.meta.url).pathname,
	...process.argv.slice(2),
];
await import(new URL('../../node_modules/langium-cli/bin/langium.js', import.meta.url).href);
