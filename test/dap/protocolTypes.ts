/**
 * JSON schemas of the protocol's types, read from the declarations of `@vscode/debugprotocol`. They are stricter than the
 * protocol: a member that it does not know is a mistake, except where it says that there can be others.
 */
import { readFileSync } from 'node:fs';

export type Schema = Readonly<Record<string, unknown>>;

interface Member {
	readonly name: string;
	readonly optional: boolean;
	readonly schema: Schema;
}

interface Declaration {
	readonly parent: string | undefined;
	readonly members: readonly Member[];
}

export interface ProtocolTypes {
	/** `$ref: '#/$defs/Name'` for each interface and type. */
	readonly definitions: Readonly<Record<string, Schema>>;
	/** Members of an interface with those that it inherits; the last one of a name counts. */
	members(name: string): readonly Member[] | undefined;
}

/** Types that may have more members than are declared: columns of modules are members too. */
const open: ReadonlySet<string> = new Set(['Module']);

export function readProtocolTypes(): ProtocolTypes {
	const file = require.resolve('@vscode/debugprotocol/lib/debugProtocol.d.ts');
	const interfaces = new Map<string, Declaration>();
	const aliases = new Map<string, Schema>();
	const tokens = tokensOf(readFileSync(file, 'utf8'));
	for (let at = 0; at < tokens.length; at++) {
		const name = tokens[at + 1] as string;
		if (tokens[at] === 'interface') {
			const parent = tokens[at + 2] === 'extends' ? tokens[at + 3] : undefined;
			const reader = new TypeReader(tokens, at + (parent === undefined ? 2 : 4));
			interfaces.set(name, { parent, members: reader.members() });
			at = reader.at - 1;
		} else if (tokens[at] === 'type' && tokens[at + 2] === '=') {
			const reader = new TypeReader(tokens, at + 3);
			aliases.set(name, reader.union());
			at = reader.at - 1;
		}
	}
	const members = (name: string): readonly Member[] | undefined => {
		const declaration = interfaces.get(name);
		if (!declaration) return undefined;
		const inherited = declaration.parent === undefined ? [] : (members(declaration.parent) ?? []);
		return [...new Map([...inherited, ...declaration.members].map((member) => [member.name, member])).values()];
	};
	const definitions = Object.fromEntries([
		...aliases,
		...[...interfaces.keys()].map((name) => [name, objectSchema(members(name) ?? [], open.has(name))] as const),
	]);
	return { definitions, members };
}

export function objectSchema(members: readonly Member[], isOpen = false): Schema {
	return {
		type: 'object',
		properties: Object.fromEntries(members.map(({ name, schema }) => [name, schema])),
		required: members.filter(({ optional }) => !optional).map(({ name }) => name),
		...(isOpen ? {} : { additionalProperties: false }),
	};
}

function tokensOf(text: string): readonly string[] {
	const plain = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ' ');
	return plain.match(/'[^']*'|[A-Za-z_$][\w$]*|\[\]|[{}()[\]|:;=?,.<>&]|\d+/g) ?? [];
}

/** Reads the few forms of types that the declarations use. */
class TypeReader {
	constructor(
		private readonly tokens: readonly string[],
		public at: number,
	) {}

	/** `{ name?: type; … }` */
	members(): readonly Member[] {
		const members: Member[] = [];
		this.take('{');
		while (this.peek() !== '}') {
			const name = this.next().replaceAll("'", '');
			const optional = this.skip('?');
			this.take(':');
			members.push({ name, optional, schema: this.union() });
			this.skip(';');
		}
		this.take('}');
		return members;
	}

	/** `A | 'b' | (C | D)[]` */
	union(): Schema {
		const options = [this.element()];
		while (this.skip('|')) options.push(this.element());
		return options.length === 1 ? (options[0] as Schema) : { anyOf: options };
	}

	private element(): Schema {
		let schema = this.simple();
		while (this.skip('[]')) schema = { type: 'array', items: schema };
		return schema;
	}

	private simple(): Schema {
		const token = this.peek();
		if (token === '{') return this.braces();
		this.at++;
		if (token === '(') {
			const inner = this.union();
			this.take(')');
			return inner;
		}
		if (token.startsWith("'")) return { const: token.slice(1, -1) };
		if (token === 'any') return {};
		if (['string', 'number', 'boolean', 'null', 'object'].includes(token)) return { type: token };
		return { $ref: `#/$defs/${token}` };
	}

	/** An object, or `{ [key: string]: type; }`. */
	private braces(): Schema {
		if (this.tokens[this.at + 1] !== '[') return objectSchema(this.members());
		this.at += 2;
		while (!this.skip(']')) this.at++;
		this.take(':');
		const values = this.union();
		this.skip(';');
		this.take('}');
		return { type: 'object', additionalProperties: values };
	}

	private peek(): string {
		return this.tokens[this.at] ?? '';
	}

	private next(): string {
		return this.tokens[this.at++] ?? '';
	}

	private skip(token: string): boolean {
		if (this.peek() !== token) return false;
		this.at++;
		return true;
	}

	private take(token: string): void {
		if (this.next() !== token) throw new Error(`protocol declarations: ${token} expected at ${this.at}`);
	}
}
