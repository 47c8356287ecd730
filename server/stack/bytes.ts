/** A queue of bytes: what arrived and was not read yet, or what waits to be sent. */
export class ByteQueue {
	private readonly blocks: Uint8Array[] = [];
	/** Bytes already taken from the first block. */
	private taken = 0;
	length = 0;

	push(bytes: Uint8Array): void {
		if (bytes.length === 0) return;
		this.blocks.push(bytes);
		this.length += bytes.length;
	}

	/** Takes at most `count` bytes out, in order. */
	take(count: number): Uint8Array {
		const taken = this.peek(count);
		let left = taken.length;
		this.length -= left;
		while (left > 0) {
			const first = this.blocks[0] as Uint8Array;
			const rest = first.length - this.taken;
			if (left < rest) {
				this.taken += left;
				break;
			}
			left -= rest;
			this.blocks.shift();
			this.taken = 0;
		}
		return taken;
	}

	/** The next bytes, at most `count`, without taking them out. A whole block is handed over as it is: nobody changes it. */
	peek(count: number): Uint8Array {
		const [first] = this.blocks;
		if (first && this.taken === 0 && first.length === Math.min(count, this.length)) return first;
		const bytes = new Uint8Array(Math.min(count, this.length));
		let at = 0;
		let skip = this.taken;
		for (const block of this.blocks) {
			if (at === bytes.length) break;
			const part = block.subarray(skip, skip + bytes.length - at);
			bytes.set(part, at);
			at += part.length;
			skip = 0;
		}
		return bytes;
	}
}
