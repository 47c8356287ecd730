/** Cutting work into pieces, so that the page answers while it draws. */

/** Resolves after the browser had a chance to paint and to handle input. */
export function breath(): Promise<void> {
	return new Promise((resolve) => {
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = () => resolve();
		port2.postMessage(undefined);
	});
}
