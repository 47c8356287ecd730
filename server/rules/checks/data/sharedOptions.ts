/** Options that applications set on sockets: a shared socket has one set of them, whichever descriptor they are set through. */
import type { AppSocket } from './appSockets';
import { hostOf } from './components';

export class SharedOptions<T> {
	private readonly bySocket = new Map<AppSocket, T>();

	set(socket: AppSocket, value: T): void {
		this.bySocket.set(socket, value);
	}

	/** What was set last through this descriptor, or else through that of another process (page "Shared Sockets"). */
	of(socket: AppSocket): T | undefined {
		const own = this.bySocket.get(socket);
		if (own !== undefined || socket.local === undefined) return own;
		const host = hostOf(socket.switch);
		for (const [other, value] of this.bySocket) {
			if (other.local === socket.local && hostOf(other.switch) === host && other.switch !== socket.switch) return value;
		}
		return undefined;
	}
}
