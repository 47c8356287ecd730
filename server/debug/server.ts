/** The wire side of a session: takes requests from a stream, sends what the session returns. The only place that makes responses. */
import { ProtocolServer } from '@vscode/debugadapter/lib/protocol';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { BatchedOutput } from './batchedOutput';
import { RequestError } from './errors';
import type { Runner } from './launch';
import { Session } from './session';
import type { SessionOutput } from './sessionState';

/** Is told how a session goes. */
export interface SessionWatcher {
	/** The debugger stands, and the client has been told. */
	stopped(): void;
	/** The client is gone. */
	ended(): void;
}

/** Where a session waits for its next client. */
export interface Parking {
	parked: Relay | undefined;
}

/** Carries what a session says to the server that it has now. */
class Relay implements SessionOutput {
	declare session: Session;

	constructor(
		public server: DebugServer,
		readonly canSuspend: boolean,
	) {}

	event(event: string, body?: unknown): void {
		this.server.sendEvent({ type: 'event', seq: 0, event, ...(body === undefined ? {} : { body }) });
		if (event === 'stopped') this.server.hasStopped();
	}

	close(): void {
		this.server.finish();
	}

	suspend(): void {
		this.server.leave(this);
	}
}

export class DebugServer extends ProtocolServer {
	private session: Session;
	private batch: BatchedOutput | undefined;
	private isFinished = false;
	/** What the client said of itself. */
	private introduction: unknown;

	/**
	 * @param closed called once, when the client has disconnected or its stream has ended
	 * @param parking where a session waits for its next client; without it a session ends with its client
	 * @param watcher told of each stop
	 */
	constructor(
		runner: Runner,
		private readonly closed: () => void,
		private readonly parking?: Parking,
		private readonly watcher?: SessionWatcher,
	) {
		super();
		const relay = new Relay(this, parking !== undefined);
		this.session = new Session(relay, runner);
		relay.session = this.session;
		// A message that is no message, or a stream that breaks, is no reason to throw.
		this.on('error', () => undefined);
		this.on('close', () => this.finish());
	}

	/** The debugger stands, and the client knows it. */
	hasStopped(): void {
		this.watcher?.stopped();
	}

	/** The client's side of the stream has ended. */
	finish(): void {
		if (this.isFinished) return;
		this.isFinished = true;
		if (this.parking?.parked?.session !== this.session) this.session.dispose();
		this.closed();
	}

	/** The client goes, the session stays. */
	leave(relay: Relay): void {
		if (this.parking) {
			this.parking.parked?.session.dispose();
			this.parking.parked = relay;
		}
		this.finish();
	}

	/** Takes over the session that is waiting, if one is. */
	private takeOver(): void {
		const parked = this.parking?.parked;
		if (!this.parking || !parked) return;
		this.parking.parked = undefined;
		this.session.dispose();
		parked.server = this;
		this.session = parked.session;
		this.session.handle('initialize', this.introduction);
	}

	override start(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): void {
		this.batch = new BatchedOutput(output);
		super.start(input, this.batch as unknown as NodeJS.WritableStream);
	}

	protected override dispatchRequest(request: DebugProtocol.Request): void {
		this.batch?.hold();
		try {
			this.respond(request);
		} finally {
			this.batch?.release();
		}
	}

	private respond(request: DebugProtocol.Request): void {
		const command = typeof request.command === 'string' ? request.command : String(request.command);
		const response: DebugProtocol.Response = {
			type: 'response',
			seq: 0,
			request_seq: Number.isSafeInteger(request.seq) ? request.seq : 0,
			success: true,
			command,
		};
		try {
			if (command === 'initialize') this.introduction = request.arguments;
			if (command === 'attach') this.takeOver();
			const body = this.session.handle(command, request.arguments);
			if (body !== undefined) response.body = body;
		} catch (error) {
			this.refuse(response, error);
		}
		this.sendResponse(response);
		this.carryOn();
	}

	/** What follows a response. Nobody waits for it, so that a mistake of ours would go unnoticed. */
	private carryOn(): void {
		try {
			this.session.responded();
		} catch (error) {
			const problem = new RequestError(
				'internal',
				error instanceof Error ? (error.stack ?? error.message) : String(error),
			);
			const output = `${problem.sentence(this.session.locale)}\n`;
			this.sendEvent({ type: 'event', seq: 0, event: 'output', body: { category: 'stderr', output } });
			this.sendEvent({ type: 'event', seq: 0, event: 'terminated' });
		}
	}

	private refuse(response: DebugProtocol.Response, error: unknown): void {
		const known =
			error instanceof RequestError
				? error
				: new RequestError('internal', error instanceof Error ? (error.stack ?? error.message) : String(error));
		const sentence = known.sentence(this.session.locale);
		response.success = false;
		response.message = sentence;
		response.body = {
			error: { id: known.id, format: sentence.replaceAll('{', '(').replaceAll('}', ')'), showUser: known.showUser },
		};
	}
}
