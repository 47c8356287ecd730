/**
 * Objects whose fields change: sockets, event objects, tables, sessions, registered memory, queues, variables.
 * The trace knows an object as a range of keys, one for each field, so that a change is stored as (key, value).
 */

/** What a kind of object is called and which fields it has. */
export interface ObjectType {
	readonly name: string;
	readonly fields: readonly string[];
	/** Position of each field in `fields`. */
	readonly index: Readonly<Record<string, number>>;
}

/** @param name word used in the object's name, for example `socket` in `alice.ib0 socket 3` */
export function objectType<const F extends readonly string[]>(name: string, fields: F): ObjectType {
	const index: Record<string, number> = {};
	fields.forEach((field, i) => {
		index[field] = i;
	});
	return { name, fields, index };
}

/** Handle of one object in a trace. */
export interface TracedObject {
	/** Number of the object in its trace. */
	readonly id: number;
	/** Key of the first field. */
	readonly firstKey: number;
	readonly type: ObjectType;
}

/** Position of a field among those of its type. @throws RangeError for a field that it does not have */
export function positionOf(type: ObjectType, field: string): number {
	const { fields } = type;
	// Types have few fields and names are literals: comparing them is quicker than looking one up by its text.
	for (let i = 0; i < fields.length; i++) if (fields[i] === field) return i;
	throw new RangeError(`a ${type.name} has no field ${field}`);
}
