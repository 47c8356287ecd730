/** The wire side of a session: takes requests from a stream, sends what the session returns. The only place that makes responses. */
import { ProtocolServer } from '@vscode/debugadapter/lib/protocol';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { BatchedOutput } from './batchedOutput';
import { RequestError } from './errors';
import type { StartRun } from './launch';
import { Session } from './session';

export class DebugServer extends ProtocolServer {
	private readonly session: Session;
	private batch: BatchedOutput | undefined;

	/** @param closed called once, when the client has disconnected or its stream has ended */
	constructor(
		startRun: StartRun,
		private readonly closed: () => void,
	) {
		super();
		this.session = new Session(
			{
				event: (event, body) =>
					this.sendEvent({ type: 'event', seq: 0, event, ...(body === undefined ? {} : { body }) }),
				close: () => this.finish(),
			},
			startRun,
		);
		// A message that is no message, or a stream that breaks, is no reason to throw.
		this.on('error', () => undefined);
		this.on('close', () => this.finish());
	}

	/** The client's side of the stream has ended. */
	finish(): void {
		this.session.dispose();
		this.closed();
	}

	override start(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): void {
		this.batch = new BatchedOutput(output);
		super.start(input, this.batch);
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
			const body = this.session.handle(command, request.arguments);
			if (body !== undefined) response.body = body;
		} catch (error) {
			this.refuse(response, error);
		}
		this.sendResponse(response);
		this.session.responded();
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
