/** Values of a trace as people read them: in a label, as short as can be; in the full text, completely. */
import { bytesText, type Value } from '../trace';

/** @param depth how far nested lists and records are spelled out */
export function valueText(value: Value, depth = 2): string {
	if (value === null) return 'NULL';
	if (typeof value === 'string') return value;
	if (typeof value !== 'object') return String(value);
	if (value instanceof Uint8Array) return value.length <= 16 ? bytesText(value) : `${value.length} bytes`;
	if (isList(value)) return depth === 0 ? '[…]' : `[${value.map((item) => valueText(item, depth - 1)).join(', ')}]`;
	const endpoint = endpointText(value);
	if (endpoint !== undefined) return endpoint;
	if (depth === 0) return '{…}';
	const members = Object.entries(value).map(([name, item]) => `${name}: ${valueText(item, depth - 1)}`);
	return `{${members.join(', ')}}`;
}

function isList(value: Value): value is readonly Value[] {
	return Array.isArray(value);
}

/** `address:port` for a socket address. */
function endpointText(value: { readonly [name: string]: Value }): string | undefined {
	const { address, port } = value;
	if (typeof address !== 'string' || typeof port !== 'number') return undefined;
	return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Arguments of a call for its label: values only. */
export function argumentList(args: { readonly [name: string]: Value }): string {
	return Object.values(args)
		.map((value) => valueText(value, 1))
		.join(', ');
}

/** Arguments with their names, one a line. */
export function argumentLines(args: { readonly [name: string]: Value }): string[] {
	return Object.entries(args).map(([name, value]) => `${name} = ${valueText(value, 4)}`);
}
