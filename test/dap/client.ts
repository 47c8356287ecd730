/** A small debug client for tests: requests with their responses, events in the order in which they came. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { checkMessage, type MessageCheck } from './messageCheck';

export type Event = DebugProtocol.Event;

export class TestClient {
	readonly events: Event[] = [];
	/** Everything received, in order. */
	readonly received: DebugProtocol.ProtocolMessage[] = [];
	private pending: Uint8Array = new Uint8Array();
	private consumed = 0;
	private readonly responses = new Map<number, (response: DebugProtocol.Response) => void>();
	/** Commands of the requests under way. */
	private readonly commands = new Map<number, string>();
	private readonly waiting: {
		readonly accepts: (event: Event) => boolean;
		readonly resolve: (event: Event) => void;
	}[] = [];

	constructor(
		input: NodeJS.ReadableStream,
		private readonly output: NodeJS.WritableStream,
		/** What is sent to the client must pass this. */
		private readonly check: MessageCheck = checkMessage,
		/** Number of the next request; some clients begin with 0. */
		private seq = 1,
	) {
		input.on('data', (data: Buffer) => this.take(Uint8Array.from(data)));
	}

	/** Sends a request and gives the whole response. */
	request(command: string, args?: unknown): Promise<DebugProtocol.Response> {
		const seq = this.seq++;
		this.commands.set(seq, command);
		// In one process the answer may come before the write returns.
		const response = new Promise<DebugProtocol.Response>((resolve) => this.responses.set(seq, resolve));
		this.raw(JSON.stringify({ seq, type: 'request', command, ...(args === undefined ? {} : { arguments: args }) }));
		return response;
	}

	/** Sends a request that must succeed and gives its body. */
	async send<Body = unknown>(command: string, args?: unknown): Promise<Body> {
		const response = await this.request(command, args);
		if (!response.success) throw new Error(`${command}: ${response.message}`);
		return response.body as Body;
	}

	/** Sends a body as it is. */
	raw(json: string): void {
		this.output.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
	}

	/** The next event of that name which nobody has waited for yet. */
	event(name: string): Promise<Event> {
		const accepts = (event: Event): boolean => event.event === name;
		for (let i = this.consumed; i < this.events.length; i++) {
			const event = this.events[i] as Event;
			if (accepts(event)) {
				this.consumed = i + 1;
				return Promise.resolve(event);
			}
		}
		return new Promise((resolve) => this.waiting.push({ accepts, resolve }));
	}

	/** Sends a request and waits for the stop that it leads to. */
	async stop(command: string, args?: unknown): Promise<DebugProtocol.StoppedEvent['body']> {
		const stopped = this.event('stopped');
		await this.send(command, args);
		return (await stopped).body;
	}

	/** What the debug console shows, one text. */
	get console(): string {
		return this.events
			.filter((event) => event.event === 'output')
			.map((event) => (event.body as DebugProtocol.OutputEvent['body']).output)
			.join('');
	}

	private take(data: Uint8Array): void {
		this.pending = this.pending.length === 0 ? data : joined(this.pending, data);
		for (;;) {
			const text = Buffer.from(this.pending.buffer, this.pending.byteOffset, this.pending.length);
			const end = text.indexOf('\r\n\r\n');
			if (end < 0) return;
			const length = Number(/Content-Length: (\d+)/.exec(text.toString('utf8', 0, end))?.[1]);
			if (text.length < end + 4 + length) return;
			const message = JSON.parse(text.toString('utf8', end + 4, end + 4 + length)) as DebugProtocol.ProtocolMessage;
			this.pending = this.pending.subarray(end + 4 + length);
			this.received.push(message);
			this.check(message, this.commands.get((message as DebugProtocol.Response).request_seq));
			this.dispatch(message);
		}
	}

	private dispatch(message: DebugProtocol.ProtocolMessage): void {
		if (message.type === 'response') {
			const response = message as DebugProtocol.Response;
			this.responses.get(response.request_seq)?.(response);
			this.responses.delete(response.request_seq);
			return;
		}
		const event = message as Event;
		this.events.push(event);
		const at = this.waiting.findIndex(({ accepts }) => accepts(event));
		if (at < 0) return;
		this.consumed = this.events.length;
		this.waiting.splice(at, 1)[0]?.resolve(event);
	}
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
	const both = new Uint8Array(a.length + b.length);
	both.set(a);
	both.set(b, a.length);
	return both;
}
