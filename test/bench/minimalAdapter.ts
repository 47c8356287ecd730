/** The least that a debug adapter can do: fixed answers, straight from the library. What ours is measured against. */
import {
	DebugSession,
	InitializedEvent,
	Scope,
	Source,
	StackFrame,
	StoppedEvent,
	Thread,
	Variable,
} from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';

const source = new Source('minimal.txt', '/minimal.txt');

class MinimalSession extends DebugSession {
	protected override initializeRequest(response: DebugProtocol.InitializeResponse): void {
		response.body = { supportsConfigurationDoneRequest: true };
		this.sendResponse(response);
	}

	protected override launchRequest(response: DebugProtocol.LaunchResponse): void {
		this.sendResponse(response);
		this.sendEvent(new InitializedEvent());
	}

	protected override configurationDoneRequest(response: DebugProtocol.ConfigurationDoneResponse): void {
		this.sendResponse(response);
		this.sendEvent(new StoppedEvent('entry', 1));
	}

	protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
		response.body = { threads: [new Thread(1, 'main')] };
		this.sendResponse(response);
	}

	protected override nextRequest(response: DebugProtocol.NextResponse): void {
		this.sendResponse(response);
		this.sendEvent(new StoppedEvent('step', 1));
	}

	protected override stackTraceRequest(response: DebugProtocol.StackTraceResponse): void {
		const stackFrames = Array.from({ length: 5 }, (_, i) => new StackFrame(i, `frame ${i}`, source, i + 1, 1));
		response.body = { stackFrames, totalFrames: 5 };
		this.sendResponse(response);
	}

	protected override scopesRequest(response: DebugProtocol.ScopesResponse): void {
		response.body = { scopes: ['Arguments', 'Locals', 'Globals'].map((name, i) => new Scope(name, i + 1, false)) };
		this.sendResponse(response);
	}

	protected override variablesRequest(response: DebugProtocol.VariablesResponse): void {
		response.body = { variables: Array.from({ length: 20 }, (_, i) => new Variable(`name${i}`, `value ${i}`)) };
		this.sendResponse(response);
	}
}

DebugSession.run(MinimalSession);
