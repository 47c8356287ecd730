/**
 * Gathers what one request brings about (response, console line, stop) and writes it in one piece: a step is a few small
 * messages, and each write of its own would cost as much as computing the answer.
 */
import { Writable } from 'node:stream';

export class BatchedOutput extends Writable {
	private pending = '';
	private holds = 0;

	constructor(private readonly target: NodeJS.WritableStream) {
		super({ decodeStrings: false });
		target.on('error', (error) => this.destroy(error));
	}

	/** Keeps what is written until the matching `release`. */
	hold(): void {
		this.holds++;
	}

	release(): void {
		this.holds--;
		this.flush();
	}

	override _write(chunk: string | Uint8Array, _encoding: BufferEncoding, done: () => void): void {
		this.pending += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
		this.flush();
		done();
	}

	private flush(): void {
		if (this.holds > 0 || this.pending === '') return;
		const text = this.pending;
		this.pending = '';
		this.target.write(text, 'utf8');
	}
}
