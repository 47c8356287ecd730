/**
 * Gathers what one request brings about (response, console line, stop) and writes it in one piece: a step is a few small
 * messages, and each write of its own would cost as much as computing the answer.
 *
 * It is as much of a stream as the protocol library needs, which writes text and listens for errors: a real one keeps
 * books about every write, for nobody.
 */
import { EventEmitter } from 'node:events';

export class BatchedOutput extends EventEmitter {
	private pending = '';
	private holds = 0;

	constructor(private readonly target: NodeJS.WritableStream) {
		super();
		target.on('error', (error) => this.emit('error', error));
	}

	/** Keeps what is written until the matching `release`. */
	hold(): void {
		this.holds++;
	}

	release(): void {
		this.holds--;
		this.flush();
	}

	write(text: string): boolean {
		this.pending += text;
		this.flush();
		return true;
	}

	end(): void {
		this.target.end();
	}

	private flush(): void {
		if (this.holds > 0 || this.pending === '') return;
		const text = this.pending;
		this.pending = '';
		this.target.write(text, 'utf8');
	}
}
