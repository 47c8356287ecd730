/**
 * A debug adapter process that the extension drives itself, in the Debug Adapter Protocol over stdio, where VS Code's
 * debugger is not wanted. Knows the protocol's framing, nothing of sockets. Does not import `vscode`.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { DebugProtocol } from '@vscode/debugprotocol';

type EventListener = (event: DebugProtocol.Event) => void;

interface PendingRequest {
	readonly resolve: (body: unknown) => void;
	readonly reject: (error: Error) => void;
}

const headerEnd = '\r\n\r\n';

/** How to start a Node program from the extension host, whose executable may be Electron. */
export function nodeEnvironment(): NodeJS.ProcessEnv {
	return { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
}

/** The process is not there any more although nobody ended it. */
export class AdapterEnded extends Error {
	/** @param detail its last words, or what else is known */
	constructor(readonly detail: string) {
		super(`the debug adapter ended: ${detail}`);
	}
}

export class AdapterProcess {
	private readonly child: ChildProcessWithoutNullStreams;
	private readonly pending = new Map<number, PendingRequest>();
	private readonly listeners = new Set<EventListener>();
	/** One character is one byte, because lengths count bytes. */
	private received = '';
	private nextSeq = 1;
	private endedWith: Error | undefined;

	/** @param script path of the adapter's bundle */
	constructor(script: string) {
		this.child = spawn(process.execPath, [script], { env: nodeEnvironment(), stdio: 'pipe' });
		let complaint = '';
		this.child.stderr.on('data', (data: Buffer) => {
			complaint = (complaint + data.toString()).slice(-2000);
		});
		this.child.stdout.setEncoding('latin1').on('data', (data: string) => this.receive(data));
		// Writing to an adapter that has ended is reported by its end; the stream's own error says nothing more.
		this.child.stdin.on('error', () => {});
		this.child.on('error', (error) => this.end(new AdapterEnded(error.message)));
		this.child.on('close', (code) => this.end(new AdapterEnded(lastWords(complaint) ?? `exit code ${code}`)));
	}

	/** Its process ID; -1 when it could not be started. */
	get pid(): number {
		return this.child.pid ?? -1;
	}

	/** Sends a request; resolves to the body of the response and rejects with the adapter's message. */
	request<Body>(command: string, args?: unknown): Promise<Body> {
		if (this.endedWith) return Promise.reject(this.endedWith);
		const seq = this.nextSeq++;
		const content = JSON.stringify({ seq, type: 'request', command, arguments: args });
		this.child.stdin.write(`Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`);
		return new Promise((resolve, reject) => {
			this.pending.set(seq, { resolve: (body) => resolve(body as Body), reject });
		});
	}

	/** Resolves with the next event of one of these names; rejects when the adapter ends first. */
	nextEvent(...names: readonly string[]): Promise<DebugProtocol.Event> {
		return new Promise((resolve, reject) => {
			const listener: EventListener = (event) => {
				if (!names.includes(event.event)) return;
				this.listeners.delete(listener);
				this.pending.delete(key);
				resolve(event);
			};
			// Waits among the requests, under a number that none of them has, so that the adapter's end rejects it too.
			const key = -this.nextSeq++;
			this.pending.set(key, { resolve: () => {}, reject });
			this.listeners.add(listener);
			if (this.endedWith) this.end(this.endedWith);
		});
	}

	/** Listens to all events. */
	onEvent(listener: EventListener): void {
		this.listeners.add(listener);
	}

	/** Ends the process. */
	dispose(): void {
		this.end(new Error('cancelled'));
		this.child.kill();
	}

	private end(error: Error): void {
		this.endedWith ??= error;
		const waiting = [...this.pending.values()];
		this.pending.clear();
		this.listeners.clear();
		for (const { reject } of waiting) reject(this.endedWith);
	}

	private receive(data: string): void {
		this.received += data;
		for (;;) {
			const end = this.received.indexOf(headerEnd);
			if (end < 0) return;
			const length = Number(/Content-Length: *(\d+)/i.exec(this.received.slice(0, end))?.[1] ?? Number.NaN);
			const start = end + headerEnd.length;
			if (Number.isNaN(length)) {
				this.end(new AdapterEnded('it wrote something that is not its protocol'));
				this.child.kill();
				return;
			}
			if (this.received.length < start + length) return;
			const content = Buffer.from(this.received.slice(start, start + length), 'latin1').toString();
			this.received = this.received.slice(start + length);
			this.dispatch(JSON.parse(content));
		}
	}

	private dispatch(message: DebugProtocol.ProtocolMessage): void {
		if (message.type === 'event') {
			for (const listener of [...this.listeners]) listener(message as DebugProtocol.Event);
		} else if (message.type === 'response') {
			const response = message as DebugProtocol.Response;
			const waiting = this.pending.get(response.request_seq);
			this.pending.delete(response.request_seq);
			if (response.success) waiting?.resolve(response.body);
			else waiting?.reject(new Error(errorText(response)));
		}
	}
}

/** The sentence of an error response, with its variables filled in. */
function errorText(response: DebugProtocol.Response): string {
	const error = (response.body as DebugProtocol.ErrorResponse['body'] | undefined)?.error;
	if (!error) return response.message ?? response.command;
	return error.format.replace(/\{([^}]+)\}/g, (whole, name: string) => error.variables?.[name] ?? whole);
}

/** The line of Node's crash report that says what happened; without one, the last line. */
function lastWords(complaint: string): string | undefined {
	const lines = complaint.split('\n').map((line) => line.trim());
	return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.filter(Boolean).at(-1);
}
