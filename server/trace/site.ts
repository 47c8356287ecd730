/**
 * A site is the part of a record that is the same every time one place of the code writes it: the name, the names of
 * its arguments and the rules it carries out. Keeping it apart makes a record cheap: it stores one number for all three.
 */
export interface Site {
	readonly id: number;
	readonly name: string;
	readonly fields: readonly string[];
	readonly rules: readonly string[];
}

const sites: Site[] = [];
const byKey = new Map<string, Site>();
const names = new Set<string>();

/**
 * Registers a site, or finds the equal one.
 * @param name documented name of the call, signal, message or note
 * @param fields argument names, in the order in which values are passed to the trace
 * @param rules IDs of the rules that the step carries out
 */
export function site(name: string, fields: readonly string[] = [], rules: readonly string[] = []): Site {
	const key = `${name}\u0000${fields.join('\u0001')}\u0000${rules.join('\u0001')}`;
	const known = byKey.get(key);
	if (known) return known;
	const made: Site = { id: sites.length, name, fields, rules };
	sites.push(made);
	byKey.set(key, made);
	names.add(name);
	return made;
}

/** Every name that a record can have, as far as the code that writes it is loaded. */
export function siteNames(): ReadonlySet<string> {
	return names;
}

/** @throws RangeError for an id that was never given out. */
export function siteAt(id: number): Site {
	const found = sites[id];
	if (!found) throw new RangeError(`no site ${id}`);
	return found;
}
