/**
 * IPv4 and IPv6 addresses, socket addresses (with port) and subnets, as plain immutable data.
 *
 * Every value carries its canonical text (dotted decimal; RFC 5952 for IPv6), so that equality is one string comparison
 * and the text serves as a map key: the simulation compares addresses for every message. Not modelled: IPv6 zones
 * (`%eth0`) and the shortened or octal IPv4 forms of inet_addr; they do not parse.
 */

export type AddressFamily = 'AF_INET' | 'AF_INET6';

/** Four 32-bit words, most significant first; an IPv4 address is the last word, the others are 0. */
export type AddressWords = readonly [number, number, number, number];

export interface IpAddress {
	readonly family: AddressFamily;
	readonly words: AddressWords;
	/** Canonical text. */
	readonly text: string;
}

export interface SocketAddress {
	readonly ip: IpAddress;
	/** 0 to 65535; 0 means "not chosen yet". */
	readonly port: number;
	/** Canonical text: `10.1.0.2:7000`, `[fd00::2]:7000`. */
	readonly text: string;
}

export interface Subnet {
	/** The network address: all bits after the prefix are 0. */
	readonly network: IpAddress;
	/** 0 to 32 or 0 to 128. */
	readonly prefixLength: number;
	/** Canonical text: `10.1.0.0/16`. */
	readonly text: string;
}

const maxPort = 65535;

/** An IPv4 address from its 32 bits. */
export function ipv4(bits: number): IpAddress {
	const word = bits >>> 0;
	return { family: 'AF_INET', words: [0, 0, 0, word], text: formatIpv4(word) };
}

/** An IPv6 address from its words, most significant first. */
export function ipv6(words: AddressWords): IpAddress {
	const own: AddressWords = [words[0] >>> 0, words[1] >>> 0, words[2] >>> 0, words[3] >>> 0];
	return { family: 'AF_INET6', words: own, text: formatIpv6(own) };
}

export function socketAddress(ip: IpAddress, port: number): SocketAddress {
	if (!Number.isInteger(port) || port < 0 || port > maxPort) throw new RangeError(`Port ${port} is not in 0..65535`);
	return { ip, port, text: ip.family === 'AF_INET' ? `${ip.text}:${port}` : `[${ip.text}]:${port}` };
}

/** The subnet of that prefix length in which `ip` lies. */
export function subnetOf(ip: IpAddress, prefixLength: number): Subnet {
	const width = addressBits(ip.family);
	if (!Number.isInteger(prefixLength) || prefixLength < 0 || prefixLength > width) {
		throw new RangeError(`Prefix length ${prefixLength} is not in 0..${width}`);
	}
	const offset = 128 - width;
	const masked = ip.words.map((word, index) => (word & wordMask(prefixLength + offset, index)) >>> 0);
	const words: AddressWords = [masked[0] ?? 0, masked[1] ?? 0, masked[2] ?? 0, masked[3] ?? 0];
	const network = ip.family === 'AF_INET' ? ipv4(words[3]) : ipv6(words);
	return { network, prefixLength, text: `${network.text}/${prefixLength}` };
}

/** Width of an address of the family in bits. */
export function addressBits(family: AddressFamily): 32 | 128 {
	return family === 'AF_INET' ? 32 : 128;
}

export function sameIp(a: IpAddress, b: IpAddress): boolean {
	return a === b || a.text === b.text;
}

export function sameSocketAddress(a: SocketAddress, b: SocketAddress): boolean {
	return a === b || (a.port === b.port && a.ip.text === b.ip.text);
}

/** Whether the address is the wildcard of its family (`0.0.0.0` or `::`). */
export function isWildcard(ip: IpAddress): boolean {
	const [first, second, third, fourth] = ip.words;
	return (first | second | third | fourth) === 0;
}

/** The wildcard address of a family. */
export function wildcard(family: AddressFamily): IpAddress {
	return family === 'AF_INET' ? ipv4(0) : ipv6([0, 0, 0, 0]);
}

export function isLoopback(ip: IpAddress): boolean {
	if (ip.family === 'AF_INET') return ip.words[3] >>> 24 === 127;
	const [first, second, third, fourth] = ip.words;
	return (first | second | third) === 0 && fourth === 1;
}

/** Whether address and port are both chosen (BIND-4 asks this of a companion socket's address). */
export function isFullySpecified(address: SocketAddress): boolean {
	return address.port !== 0 && !isWildcard(address.ip);
}

/** Whether the address lies in the subnet; never across families. */
export function subnetContains(subnet: Subnet, ip: IpAddress): boolean {
	if (subnet.network.family !== ip.family) return false;
	const bits = ip.family === 'AF_INET' ? subnet.prefixLength + 96 : subnet.prefixLength;
	const network = subnet.network.words;
	return (
		((ip.words[3] ^ network[3]) & wordMask(bits, 3)) === 0 &&
		((ip.words[2] ^ network[2]) & wordMask(bits, 2)) === 0 &&
		((ip.words[1] ^ network[1]) & wordMask(bits, 1)) === 0 &&
		((ip.words[0] ^ network[0]) & wordMask(bits, 0)) === 0
	);
}

/**
 * The entry whose subnet contains the address with the longest prefix; the first of equals (OQ-4, OQ-5), or undefined.
 */
export function longestMatch<Entry extends { readonly subnet: Subnet }>(
	entries: Iterable<Entry>,
	ip: IpAddress,
): Entry | undefined {
	let best: Entry | undefined;
	for (const entry of entries) {
		if (!subnetContains(entry.subnet, ip)) continue;
		if (best === undefined || entry.subnet.prefixLength > best.subnet.prefixLength) best = entry;
	}
	return best;
}

/** Order by family (IPv4 first), then by number. */
export function compareIp(a: IpAddress, b: IpAddress): number {
	if (a.family !== b.family) return a.family === 'AF_INET' ? -1 : 1;
	return a.words[0] - b.words[0] || a.words[1] - b.words[1] || a.words[2] - b.words[2] || a.words[3] - b.words[3];
}

/** Reads an IPv4 or IPv6 address in any standard notation; undefined if it is none. */
export function parseIp(text: string): IpAddress | undefined {
	if (text.includes(':')) {
		const words = parseIpv6(text);
		return words && ipv6(words);
	}
	const bits = parseIpv4(text);
	return bits === undefined ? undefined : ipv4(bits);
}

/** Reads `10.1.0.2:7000` or `[fd00::2]:7000`; undefined if it is neither. */
export function parseSocketAddress(text: string): SocketAddress | undefined {
	const parts = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text);
	if (!parts) return undefined;
	const [, bracketed, bare, digits = ''] = parts;
	const ip = parseIp(bracketed ?? bare ?? '');
	const port = Number(digits);
	if (!ip || port > maxPort || (ip.family === 'AF_INET6') !== (bracketed !== undefined)) return undefined;
	return socketAddress(ip, port);
}

/** Reads `10.1.0.0/16`. Bits after the prefix are cleared; a caller that minds compares the texts. */
export function parseSubnet(text: string): Subnet | undefined {
	const parts = /^([^/]+)\/(\d{1,3})$/.exec(text);
	const ip = parseIp(parts?.[1] ?? '');
	const prefixLength = Number(parts?.[2]);
	return ip && prefixLength <= addressBits(ip.family) ? subnetOf(ip, prefixLength) : undefined;
}

/** Mask of the bits of word `index` that belong to the first `bits` of 128 bits. */
function wordMask(bits: number, index: number): number {
	const own = bits - index * 32;
	if (own <= 0) return 0;
	return own >= 32 ? -1 : -1 << (32 - own);
}

function formatIpv4(word: number): string {
	return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

function parseIpv4(text: string): number | undefined {
	const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
	if (!parts) return undefined;
	let word = 0;
	for (const part of parts.slice(1)) {
		// A leading zero would mean octal to inet_addr and decimal to others: refuse what is ambiguous.
		if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return undefined;
		word = word * 256 + Number(part);
	}
	return word;
}

/** RFC 5952: lower case, no leading zeros, `::` for the first longest run of at least two zero groups. */
function formatIpv6(words: AddressWords): string {
	const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
	const isMapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
	if (isMapped) return `::ffff:${formatIpv4(words[3])}`;
	const run = longestZeroRun(groups);
	const hex = groups.map((group) => group.toString(16));
	if (run.length < 2) return hex.join(':');
	return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
	let best = { start: 0, length: 0 };
	let start = 0;
	for (let index = 0; index < groups.length; index++) {
		if (groups[index] !== 0) start = index + 1;
		else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
	}
	return best;
}

function parseIpv6(text: string): AddressWords | undefined {
	const halves = text.split('::');
	if (halves.length > 2) return undefined;
	const head = parseGroups(halves[0] ?? '', halves.length === 1);
	const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
	if (!head || !tail) return undefined;
	const missing = 8 - head.length - tail.length;
	if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
	const groups = [...head, ...Array<number>(missing).fill(0), ...tail];
	const word = (index: number) => (groups[index * 2] ?? 0) * 0x10000 + (groups[index * 2 + 1] ?? 0);
	return [word(0), word(1), word(2), word(3)];
}

/** The 16-bit groups of one side of `::`; a dotted IPv4 tail counts as two groups and may only end the address. */
function parseGroups(text: string, endsAddress: boolean): readonly number[] | undefined {
	if (text === '') return [];
	const groups: number[] = [];
	const parts = text.split(':');
	for (const [index, part] of parts.entries()) {
		if (part.includes('.')) {
			const bits = endsAddress && index === parts.length - 1 ? parseIpv4(part) : undefined;
			if (bits === undefined) return undefined;
			groups.push(bits >>> 16, bits & 0xffff);
		} else {
			if (!/^[0-9a-f]{1,4}$/i.test(part)) return undefined;
			groups.push(Number.parseInt(part, 16));
		}
	}
	return groups;
}
