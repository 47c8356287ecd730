/** Reads the arguments of a request, which may be anything: a wrong one becomes an error response, never a crash. */
import { RequestError } from './errors';

export class RequestArguments {
	private readonly members: Readonly<Record<string, unknown>>;

	constructor(args: unknown) {
		this.members = isRecord(args) ? args : {};
	}

	/** The raw member; for values whose shape is checked elsewhere. */
	raw(name: string): unknown {
		return this.members[name];
	}

	integer(name: string): number {
		const value = this.optionalInteger(name);
		if (value === undefined) throw new RequestError('badArgument', name, 'an integer');
		return value;
	}

	optionalInteger(name: string): number | undefined {
		const value = this.members[name];
		if (value === undefined || value === null) return undefined;
		if (typeof value !== 'number' || !Number.isSafeInteger(value))
			throw new RequestError('badArgument', name, 'an integer');
		return value;
	}

	/** A count or an offset: an integer from 0. */
	optionalCount(name: string): number | undefined {
		const value = this.optionalInteger(name);
		if (value !== undefined && value < 0) throw new RequestError('badArgument', name, 'at least 0');
		return value;
	}

	text(name: string): string {
		const value = this.optionalText(name);
		if (value === undefined) throw new RequestError('badArgument', name, 'a string');
		return value;
	}

	optionalText(name: string): string | undefined {
		const value = this.members[name];
		if (value === undefined || value === null) return undefined;
		if (typeof value !== 'string') throw new RequestError('badArgument', name, 'a string');
		return value;
	}

	flag(name: string, otherwise = false): boolean {
		const value = this.members[name];
		if (value === undefined || value === null) return otherwise;
		if (typeof value !== 'boolean') throw new RequestError('badArgument', name, 'true or false');
		return value;
	}

	/** A nested object; an empty one if it is missing. */
	object(name: string): RequestArguments {
		const value = this.members[name];
		if (value !== undefined && value !== null && !isRecord(value) && !isEmpty(value))
			throw new RequestError('badArgument', name, 'an object');
		return new RequestArguments(value);
	}

	/** A list of objects; an empty one if it is missing. */
	objects(name: string): readonly RequestArguments[] {
		return this.list(name).map((item) => {
			if (!isRecord(item)) throw new RequestError('badArgument', name, 'a list of objects');
			return new RequestArguments(item);
		});
	}

	texts(name: string): readonly string[] {
		return this.list(name).map((item) => {
			if (typeof item !== 'string') throw new RequestError('badArgument', name, 'a list of strings');
			return item;
		});
	}

	integers(name: string): readonly number[] {
		return this.list(name).map((item) => {
			if (typeof item !== 'number' || !Number.isSafeInteger(item)) {
				throw new RequestError('badArgument', name, 'a list of integers');
			}
			return item;
		});
	}

	private list(name: string): readonly unknown[] {
		const value = this.members[name];
		if (value === undefined || value === null) return [];
		if (isEmpty(value)) return [];
		if (!Array.isArray(value)) throw new RequestError('badArgument', name, 'a list');
		return value;
	}
}

/** Some clients' languages cannot tell an empty list from an empty object: `{}` and `[]` are the same to them. */
function isEmpty(value: unknown): boolean {
	return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
