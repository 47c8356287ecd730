/**
 * Control messages of the session protocol: a header of 32 bytes and an optional payload (DATA-2).
 *
 * The documentation names the kinds and what they carry but no layout; this one is invented (OQ-19, OQ-20). It is
 * encoded into registered memory and decoded out of it, so that what arrives is what really was sent.
 */

export const HEADER_BYTES = 32;

/** Kinds of control messages (OQ-20), in the order of their numbers. */
export const controlKinds = [
	'negotiation offer',
	'negotiation answer',
	'data',
	'data with RDMA descriptor',
	'RDMA request',
	'RDMA location',
	'transfer complete',
	'credit update',
	'urgent data',
	'no more data',
	'suspend request',
	'suspended',
	'resume',
] as const;

export type ControlKind = (typeof controlKinds)[number];

export interface ControlHeader {
	readonly kind: ControlKind;
	/** Running number of the sender's messages, from 0. */
	readonly number: number;
	/** Receive buffers that the sender has posted again since its last message (FLOW-3, OQ-22). */
	readonly credits: number;
	/** Bytes of payload behind the header. */
	readonly payloadBytes: number;
	/** Negotiation and resume: receive buffers posted. Large data: bytes of application data in all (DATA-6). */
	readonly amount: number;
	/** Negotiation: bytes of one receive buffer. RDMA: descriptor of the memory. */
	readonly detail: number;
	/** Negotiation: RDMA threshold in bytes. */
	readonly threshold: number;
	/** Negotiation: the sender's provider has WSPRdmaRead (RDMA-1). */
	readonly rdmaRead: boolean;
}

const VERSION = 1;

const kindNumbers: ReadonlyMap<string, number> = new Map(controlKinds.map((kind, number) => [kind, number]));

/** Writes header and payload to `target` at `offset`. Returns the bytes written. */
export function encode(
	header: ControlHeader,
	payload: Uint8Array | undefined,
	target: Uint8Array,
	offset: number,
): number {
	target[offset] = VERSION;
	target[offset + 1] = kindNumbers.get(header.kind) ?? 0;
	target[offset + 2] = 0;
	target[offset + 3] = header.rdmaRead ? 1 : 0;
	writeWord(target, offset + 4, header.number);
	writeWord(target, offset + 8, header.credits);
	writeWord(target, offset + 12, payload?.length ?? 0);
	writeWord(target, offset + 16, header.amount);
	writeWord(target, offset + 20, header.detail);
	writeWord(target, offset + 24, header.threshold);
	writeWord(target, offset + 28, 0);
	if (payload) target.set(payload, offset + HEADER_BYTES);
	return HEADER_BYTES + (payload?.length ?? 0);
}

/** Reads the header at `offset`, or undefined if these bytes are no control message. */
export function decode(source: Uint8Array, offset: number, length: number): ControlHeader | undefined {
	if (length < HEADER_BYTES) return undefined;
	const kind = controlKinds[source[offset + 1] as number];
	const payloadBytes = readWord(source, offset + 12);
	if (source[offset] !== VERSION || !kind || payloadBytes !== length - HEADER_BYTES) return undefined;
	return {
		kind,
		number: readWord(source, offset + 4),
		credits: readWord(source, offset + 8),
		payloadBytes,
		amount: readWord(source, offset + 16),
		detail: readWord(source, offset + 20),
		threshold: readWord(source, offset + 24),
		rdmaRead: source[offset + 3] === 1,
	};
}

// By hand, not through a DataView: two of those for every message cost more than the rest of the header.

function writeWord(target: Uint8Array, at: number, value: number): void {
	target[at] = value >>> 24;
	target[at + 1] = value >>> 16;
	target[at + 2] = value >>> 8;
	target[at + 3] = value;
}

function readWord(source: Uint8Array, at: number): number {
	const high = ((source[at] as number) << 8) | (source[at + 1] as number);
	return high * 65536 + (((source[at + 2] as number) << 8) | (source[at + 3] as number));
}
