/** The other end: the extension in VS Code, a fake one in tests. */
import type { FromPanel, PanelState, ToPanel } from '../server/protocol/panel';

interface VsCodeApi {
	postMessage(message: FromPanel): void;
	getState(): PanelState | undefined;
	setState(state: PanelState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host {
	post(message: FromPanel): void;
	/** What was kept over a reload of the window. */
	readonly state: PanelState | undefined;
	keep(state: PanelState): void;
}

/** Connects to the host; `receive` gets each of its messages. */
export function connect(receive: (message: ToPanel) => void): Host {
	const api = acquireVsCodeApi();
	window.addEventListener('message', (event: MessageEvent<ToPanel>) => receive(event.data));
	return {
		post: (message) => api.postMessage(message),
		state: api.getState(),
		keep: (state) => api.setState(state),
	};
}
