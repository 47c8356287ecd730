/** A small debug client for tests: requests with their responses, events in the order in which they came. */
import type { DebugProtocol } from '@vscode/debugprotocol';

export type Event = DebugProtocol.Event;

export class TestClient {
	readonly events: Event[] = [];
	/** Everything received, in order. */
	readonly received: DebugProtocol.ProtocolMessage[] = [];
	private seq = 1;
	private pending = Buffer.alloc(0);
	private consumed = 0;
	private readonly responses = new Map<number, (response: DebugProtocol.Response) => void>();
	private readonly waiting: { readonly accepts: (event: Event) => boolean; readonly resolve: (event: Event) => void }[] = [];

	constructor(
		input: NodeJS.ReadableStream,
		private readonly output: NodeJS.WritableStream,
	) {
		input.on('data', (data: Buffer) => this.take(data));
	}

	/** Sends a request and gives the whole response. */
	request(command: string, args?: unknown): Promise<DebugProtocol.Response> {
		const seq = this.seq++;
		this.raw(JSON.stringify({ seq, type: 'request', command, ...(args === undefined ? {} : { arguments: args }) }));
		return new Promise((resolve) => this.responses.set(seq, resolve));
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

	private take(data: Buffer): void {
		this.pending = Buffer.concat([this.pending, data]);
		for (;;) {
			const end = this.pending.indexOf('\r\n\r\n');
			if (end < 0) return;
			const length = Number(/Content-Length: (\d+)/.exec(this.pending.toString('utf8', 0, end))?.[1]);
			if (this.pending.length < end + 4 + length) return;
			const message = JSON.parse(this.pending.toString('utf8', end + 4, end + 4 + length)) as DebugProtocol.ProtocolMessage;
			this.pending = this.pending.subarray(end + 4 + length);
			this.received.push(message);
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
