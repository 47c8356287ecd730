/**
 * What the literals of the language stand for: escapes in strings and byte strings, quantities with their unit.
 */

const simpleEscapes: Readonly<Record<string, string>> = {
	'0': '\0',
	n: '\n',
	r: '\r',
	t: '\t',
	'\\': '\\',
	'"': '"',
	"'": "'",
};

const escapePattern = /\\(?:x([0-9A-Fa-f]{2})|u\{([0-9A-Fa-f]{1,6})\}|([\s\S]))/g;

/** The text between the quotes of a token; a missing closing quote is tolerated. */
function contentOf(token: string): string {
	const start = token.indexOf('"') + 1;
	return isTerminated(token) ? token.slice(start, -1) : token.slice(start);
}

/** Whether the string or byte-string token ends with its quote. */
export function isTerminated(token: string): boolean {
	return /^b?"(?:\\[\s\S]|[^"\\])*"$/.test(token);
}

/** The value of a string token. An unknown escape stands for its character; `badEscapes` finds them. */
export function decodeString(token: string): string {
	return contentOf(token).replace(escapePattern, (_whole, hex: string, unicode: string, other: string) => {
		if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
		if (unicode !== undefined) {
			const code = Number.parseInt(unicode, 16);
			return code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD';
		}
		return simpleEscapes[other] ?? other;
	});
}

/** Offsets and texts of the escapes in a string token that mean nothing. */
export function badEscapes(token: string): readonly { readonly offset: number; readonly text: string }[] {
	const bad: { offset: number; text: string }[] = [];
	for (const match of token.matchAll(escapePattern)) {
		const [text, hex, unicode, other] = match;
		const known =
			hex !== undefined ||
			(unicode === undefined ? Object.hasOwn(simpleEscapes, other ?? '') : Number.parseInt(unicode, 16) <= 0x10ffff);
		if (!known) bad.push({ offset: match.index, text });
	}
	return bad;
}

/** The value of a byte-string token: one character (0 to 255) a byte; characters of text count as UTF-8. */
export function decodeBytes(token: string): string {
	const bytes = new TextEncoder();
	return contentOf(token).replace(
		/\\(?:x([0-9A-Fa-f]{2})|u\{([0-9A-Fa-f]{1,6})\}|([\s\S]))|[^\\]+/g,
		(whole, hex: string, unicode: string, other: string) => {
			if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
			if (other !== undefined && Object.hasOwn(simpleEscapes, other)) return simpleEscapes[other] ?? '';
			const text = unicode === undefined ? whole : decodeString(`"${whole}"`);
			return String.fromCharCode(...bytes.encode(text));
		},
	);
}

export type Quantity =
	| { readonly kind: 'duration'; readonly ns: number }
	| { readonly kind: 'size'; readonly bytes: number }
	| { readonly kind: 'bandwidth'; readonly bitsPerSecond: number }
	| { readonly kind: 'percent'; readonly fraction: number }
	| { readonly kind: 'unknown'; readonly unit: string };

const units: Readonly<Record<string, readonly ['duration' | 'size' | 'bandwidth' | 'percent', number]>> = {
	ns: ['duration', 1],
	us: ['duration', 1_000],
	ms: ['duration', 1_000_000],
	s: ['duration', 1_000_000_000],
	B: ['size', 1],
	KiB: ['size', 1024],
	MiB: ['size', 1024 ** 2],
	GiB: ['size', 1024 ** 3],
	bps: ['bandwidth', 1],
	Kbps: ['bandwidth', 1e3],
	Mbps: ['bandwidth', 1e6],
	Gbps: ['bandwidth', 1e9],
	'%': ['percent', 0.01],
};

/** The units, by what they measure. */
export const unitNames: readonly string[] = Object.keys(units);

/** The number and the unit of a quantity such as `1.5ms`, as written. */
export function splitQuantity(text: string): { readonly amount: string; readonly unit: string } {
	const [amount = ''] = /^[0-9.]*/.exec(text) ?? [];
	return { amount, unit: text.slice(amount.length) };
}

/** Reads `3ms`, `4KiB`, `10Gbps`, `1%`. Durations and sizes are rounded to whole nanoseconds and bytes. */
export function readQuantity(text: string): Quantity {
	const { amount, unit } = splitQuantity(text);
	const [kind, factor] = Object.hasOwn(units, unit) ? (units[unit] ?? []) : [];
	if (kind === undefined || factor === undefined) return { kind: 'unknown', unit };
	const value = Number(amount) * factor;
	switch (kind) {
		case 'duration':
			return { kind, ns: Math.round(value) };
		case 'size':
			return { kind, bytes: Math.round(value) };
		case 'bandwidth':
			return { kind, bitsPerSecond: value };
		case 'percent':
			return { kind, fraction: value };
	}
}
