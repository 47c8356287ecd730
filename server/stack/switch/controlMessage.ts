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
	/** Negotiation: receive buffers posted. Large data: bytes of application data in all (DATA-6). */
	readonly amount: number;
	/** Negotiation: bytes of one receive buffer. RDMA: descriptor of the memory. */
	readonly detail: number;
	/** Negotiation: RDMA threshold in bytes. */
	readonly threshold: number;
	/** Negotiation: the sender's provider has WSPRdmaRead (RDMA-1). */
	readonly rdmaRead: boolean;
}

const VERSION = 1;

/** Writes header and payload to `target` at `offset`. Returns the bytes written. */
export function encode(header: ControlHeader, payload: Uint8Array | undefined, target: Uint8Array, offset: number): number {
	const view = new DataView(target.buffer, target.byteOffset + offset, HEADER_BYTES);
	view.setUint8(0, VERSION);
	view.setUint8(1, controlKinds.indexOf(header.kind));
	view.setUint16(2, header.rdmaRead ? 1 : 0);
	view.setUint32(4, header.number);
	view.setUint32(8, header.credits);
	view.setUint32(12, payload?.length ?? 0);
	view.setUint32(16, header.amount);
	view.setUint32(20, header.detail);
	view.setUint32(24, header.threshold);
	view.setUint32(28, 0);
	if (payload) target.set(payload, offset + HEADER_BYTES);
	return HEADER_BYTES + (payload?.length ?? 0);
}

/** Reads the header at `offset`, or undefined if these bytes are no control message. */
export function decode(source: Uint8Array, offset: number, length: number): ControlHeader | undefined {
	if (length < HEADER_BYTES) return undefined;
	const view = new DataView(source.buffer, source.byteOffset + offset, HEADER_BYTES);
	const kind = controlKinds[view.getUint8(1)];
	const payloadBytes = view.getUint32(12);
	if (view.getUint8(0) !== VERSION || !kind || payloadBytes !== length - HEADER_BYTES) return undefined;
	return {
		kind,
		number: view.getUint32(4),
		credits: view.getUint32(8),
		payloadBytes,
		amount: view.getUint32(16),
		detail: view.getUint32(20),
		threshold: view.getUint32(24),
		rdmaRead: (view.getUint16(2) & 1) === 1,
	};
}
