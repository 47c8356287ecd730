/**
 * Records as addresses: where the protocol has instructions, this debugger has records. The base keeps addresses
 * positive for a view that looks before the first record.
 */
const base = 0x1000_0000;

export function addressOf(seq: number): string {
	return `0x${(base + seq).toString(16)}`;
}

/** The record number (possibly one that does not exist), or undefined if the text is no address. */
export function recordOfAddress(address: string): number | undefined {
	if (!/^(0[xX][0-9a-fA-F]{1,12}|\d{1,15})$/.test(address)) return undefined;
	const value = Number(address);
	// A plain record number is what a person writes.
	return value < base / 2 ? value : value - base;
}
