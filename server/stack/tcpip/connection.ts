/**
 * One end of a TCP connection: handshake, reliable bytes in order, half-close, reset.
 *
 * Modelled: sequence numbers, cumulative acknowledgement, a fixed window, retransmission with doubling time-out, giving up.
 * Not modelled: congestion control, selective acknowledgement, delayed acknowledgement, a window that closes when nobody
 * reads. The visible consequence is a sender that fills the window at once, repeats all of it after a loss, and never waits
 * for a slow reader. Simplified: an urgent byte has a segment of its own
 * instead of an urgent pointer, and several that were not read are kept, where a real stack keeps the last one.
 */
import type { Thread } from '../../simulation';
import { MILLISECOND } from '../../simulation';
import { type Site, site } from '../../trace';
import type { SocketAddress } from '../../winsock/address';
import { ByteQueue } from '../bytes';
import type { Network, Port } from '../network';
import type { WsaError } from '../outcome';
import type { TcpSocket } from './tcpSocket';

const SYN = site('SYN', ['bytes', 'arrives', 'from', 'to']);
const SYN_ACK = site('SYN ACK', ['bytes', 'arrives', 'from', 'to']);
const ACK = site('ACK', ['bytes', 'arrives', 'acknowledges']);
const DATA = site('data', ['bytes', 'arrives', 'sequence']);
const URGENT = site('urgent data', ['bytes', 'arrives', 'sequence']);
const FIN = site('FIN', ['bytes', 'arrives', 'sequence']);
const RST = site('RST', ['bytes', 'arrives', 'reason']);
const RETRANSMISSION = site('retransmission', ['after', 'attempt']);

/** The same record as that of a network that loses a message. */
export const LOST = site('message lost', ['message', 'reason']);

const HEADER_BYTES = 40;
const WINDOW_BYTES = 65_536;
const FIRST_TIMEOUT_NS = 300 * MILLISECOND;
/** Attempts before a connection is given up: about 21 s for a SYN, as Windows does. */
const ATTEMPTS_SYN = 3;
const SYN_TIMEOUT_NS = 3_000 * MILLISECOND;
const ATTEMPTS_DATA = 6;

/** What travels: exactly one of the kinds of the sites above. */
export interface Segment {
	readonly kind: 'SYN' | 'SYN ACK' | 'ACK' | 'data' | 'urgent data' | 'FIN' | 'RST';
	readonly sequence: number;
	readonly acknowledges: number;
	readonly bytes: Uint8Array | undefined;
}

/** Bytes that were sent and not acknowledged. */
interface InFlight {
	readonly sequence: number;
	readonly bytes: Uint8Array;
	readonly urgent: boolean;
}

/** A NIC's NDIS miniport as TCP/IP uses it. */
export interface NdisPort extends Port {
	/** Context of what TCP/IP does when a segment arrives. */
	readonly thread: Thread;
	readonly segmentArrives: (segment: Segment, from: TcpConnection) => void;
}

/** Answers a segment for which there is no connection. */
export function sendReset(
	t: Thread,
	network: Network,
	local: Port,
	to: NdisPort,
	connection: TcpConnection,
	reason: string,
): void {
	const { phase, source } = t;
	network.send(t, local, to, {
		site: RST,
		bytes: HEADER_BYTES,
		a: reason,
		deliver: (seq) => {
			to.thread.begin(seq, phase, source);
			connection.accept(to.thread, { kind: 'RST', sequence: 0, acknowledges: 0, bytes: undefined });
		},
	});
}

export type ConnectionState = 'SYN sent' | 'SYN received' | 'established' | 'closed';

export class TcpConnection {
	state: ConnectionState;
	private sndUna = 0;
	private sndNxt = 0;
	private rcvNxt = 0;
	/** Sent and not acknowledged. */
	private readonly flight: InFlight[] = [];
	private readonly unsent = new ByteQueue();
	/** Sequence numbers of the urgent bytes that were not sent yet. */
	private readonly urgent: number[] = [];
	private finRequested = false;
	private finSequence = -1;
	private attempts = 0;
	/** Tells timers of earlier transmissions apart. */
	private epoch = 0;
	/** The other end, once a SYN has reached it. */
	peer: TcpConnection | undefined;

	/**
	 * @param local this host's end of the wire
	 * @param remote the peer host's end
	 */
	constructor(
		readonly socket: TcpSocket,
		readonly network: Network,
		readonly local: NdisPort,
		readonly remote: NdisPort,
		active: boolean,
	) {
		this.state = active ? 'SYN sent' : 'SYN received';
	}

	/** Bytes that still fit before the sender must wait. */
	get room(): number {
		return Math.max(0, WINDOW_BYTES - this.unsent.length - (this.sndNxt - this.sndUna));
	}

	/** Nothing more may be sent from here. */
	get sendingEnded(): boolean {
		return this.finRequested;
	}

	/** True when everything sent was acknowledged. */
	get drained(): boolean {
		return (
			this.unsent.length === 0 && this.flight.length === 0 && (!this.finRequested || this.sndUna > this.finSequence)
		);
	}

	sendSyn(t: Thread): void {
		this.transmit(t, SYN, { kind: 'SYN', sequence: 0, acknowledges: 0, bytes: undefined });
		this.startTimer(t);
	}

	sendSynAck(t: Thread): void {
		this.transmit(t, SYN_ACK, { kind: 'SYN ACK', sequence: 0, acknowledges: 0, bytes: undefined });
		this.startTimer(t);
	}

	/** Queues bytes; they leave as the window allows. */
	send(t: Thread, bytes: Uint8Array): void {
		this.unsent.push(bytes);
		this.push(t);
	}

	/** Queues bytes of which the last one is urgent. */
	sendUrgent(t: Thread, bytes: Uint8Array): void {
		this.urgent.push(this.sndNxt + this.unsent.length + bytes.length - 1);
		this.send(t, bytes);
	}

	/** No more data from here (half-close). */
	finish(t: Thread): void {
		if (this.finRequested || this.state === 'closed') return;
		this.finRequested = true;
		this.push(t);
	}

	/** Ends the connection at once and tells the peer. */
	reset(t: Thread, reason: string): void {
		if (this.state === 'closed') return;
		this.state = 'closed';
		this.epoch++;
		this.transmit(t, RST, { kind: 'RST', sequence: this.sndNxt, acknowledges: this.rcvNxt, bytes: undefined }, reason);
	}

	/** A segment of the peer arrives. */
	accept(t: Thread, segment: Segment): void {
		if (this.state === 'closed') return;
		switch (segment.kind) {
			case 'SYN':
				// The answer was lost: repeat it.
				this.transmit(t, SYN_ACK, { kind: 'SYN ACK', sequence: 0, acknowledges: 0, bytes: undefined });
				return;
			case 'SYN ACK':
				this.acknowledge(t);
				if (this.state === 'SYN sent') this.establish(t, 'connect');
				return;
			case 'ACK':
				if (this.state === 'SYN received') this.establish(t, 'accept');
				this.acknowledged(t, segment.acknowledges);
				return;
			case 'data':
			case 'urgent data':
				if (this.state === 'SYN received') this.establish(t, 'accept');
				this.acceptData(t, segment);
				return;
			case 'FIN':
				// It acknowledges the SYN like any other segment: the ACK before it may have been lost.
				if (this.state === 'SYN received') this.establish(t, 'accept');
				this.acceptFin(t, segment);
				return;
			case 'RST':
				this.fail(t, this.state === 'SYN sent' ? 'WSAECONNREFUSED' : 'WSAECONNRESET');
		}
	}

	private establish(t: Thread, event: 'connect' | 'accept'): void {
		this.state = 'established';
		this.attempts = 0;
		this.epoch++;
		this.socket.setState(t, 'connected');
		if (event === 'connect') this.socket.announce(t, 'connect');
		else this.socket.provider.connectionReady(t, this.socket);
		this.push(t);
	}

	private acceptData(t: Thread, segment: Segment): void {
		const bytes = segment.bytes as Uint8Array;
		// RFC 9293, 3.10.7.1: nobody reads any more. What this end has sent before it was closed still arrives.
		if (this.socket.state === 'closed' && this.unsent.length === 0 && this.flight.length === 0) {
			this.reset(t, 'data after close');
			return;
		}
		if (segment.sequence === this.rcvNxt) {
			this.rcvNxt += bytes.length;
			const urgent = segment.kind === 'urgent data';
			if (urgent) this.socket.urgent.push(bytes);
			else {
				this.socket.received.push(bytes);
				t.change(this.socket.object, 'received', this.socket.received.length);
			}
			this.acknowledge(t);
			this.socket.announce(t, urgent ? 'urgent' : 'read');
		} else this.acknowledge(t);
	}

	private acceptFin(t: Thread, segment: Segment): void {
		if (segment.sequence !== this.rcvNxt) {
			this.acknowledge(t);
			return;
		}
		this.rcvNxt++;
		this.socket.endOfStream = true;
		this.acknowledge(t);
		this.socket.announce(t, 'close');
	}

	private acknowledge(t: Thread): void {
		this.transmit(t, ACK, { kind: 'ACK', sequence: this.sndNxt, acknowledges: this.rcvNxt, bytes: undefined });
	}

	private acknowledged(t: Thread, upTo: number): void {
		if (upTo <= this.sndUna) return;
		this.sndUna = upTo;
		this.attempts = 0;
		this.epoch++;
		while (this.flight.length > 0 && end(this.flight[0]) <= upTo) this.flight.shift();
		t.change(this.socket.object, 'unacknowledged', this.sndNxt - this.sndUna);
		if (this.flight.length > 0 || (this.finSequence >= 0 && this.sndUna <= this.finSequence)) this.startTimer(t);
		this.push(t);
		this.socket.announce(t, 'write');
	}

	/** Sends what the window allows. */
	private push(t: Thread): void {
		if (this.state !== 'established') return;
		const segmentBytes = Math.max(1, this.network.settings.mtu - HEADER_BYTES);
		while (this.unsent.length > 0 && this.sndNxt - this.sndUna < WINDOW_BYTES) {
			const next = this.nextSegment(Math.min(segmentBytes, WINDOW_BYTES - (this.sndNxt - this.sndUna)));
			this.flight.push(next);
			this.sendData(t, next);
			this.sndNxt += next.bytes.length;
			this.startTimer(t);
		}
		if (this.finRequested && this.finSequence < 0 && this.unsent.length === 0) {
			this.finSequence = this.sndNxt++;
			this.sendFin(t);
			this.startTimer(t);
		}
		t.change(this.socket.object, 'unacknowledged', this.sndNxt - this.sndUna);
	}

	/** At most `most` bytes: up to the next urgent one, or that one alone. */
	private nextSegment(most: number): InFlight {
		const sequence = this.sndNxt;
		const [mark] = this.urgent;
		if (mark === undefined) return { sequence, bytes: this.unsent.take(most), urgent: false };
		if (mark > sequence) return { sequence, bytes: this.unsent.take(Math.min(most, mark - sequence)), urgent: false };
		this.urgent.shift();
		return { sequence, bytes: this.unsent.take(1), urgent: true };
	}

	private sendData(t: Thread, { sequence, bytes, urgent }: InFlight): void {
		const kind = urgent ? 'urgent data' : 'data';
		this.transmit(t, urgent ? URGENT : DATA, { kind, sequence, acknowledges: this.rcvNxt, bytes }, sequence);
	}

	private sendFin(t: Thread): void {
		this.transmit(t, FIN, { kind: 'FIN', sequence: this.finSequence, acknowledges: this.rcvNxt, bytes: undefined });
	}

	private startTimer(t: Thread): void {
		const epoch = ++this.epoch;
		const first = this.state === 'established' ? FIRST_TIMEOUT_NS : SYN_TIMEOUT_NS;
		const { simulation } = t;
		const { phase, source, cause } = t;
		simulation.at(simulation.now + first * 2 ** this.attempts, () => {
			const timer = this.socket.provider.thread;
			if (epoch !== this.epoch || this.state === 'closed' || timer.state === 'ended') return;
			timer.begin(cause, phase, source);
			this.timeOut(timer, first);
		});
	}

	private timeOut(t: Thread, first: number): void {
		this.attempts++;
		if (this.attempts >= (this.state === 'established' ? ATTEMPTS_DATA : ATTEMPTS_SYN)) {
			this.fail(t, 'WSAETIMEDOUT');
			return;
		}
		t.note(RETRANSMISSION, t.component, first * 2 ** (this.attempts - 1), this.attempts);
		if (this.state === 'SYN sent') this.sendSyn(t);
		else if (this.state === 'SYN received') this.sendSynAck(t);
		else {
			for (const part of this.flight) this.sendData(t, part);
			if (this.finSequence >= 0 && this.sndUna <= this.finSequence) this.sendFin(t);
			this.startTimer(t);
		}
	}

	private fail(t: Thread, error: WsaError): void {
		const connecting = this.state === 'SYN sent';
		this.state = 'closed';
		this.epoch++;
		this.socket.error = error;
		if (this.socket.state === 'closed') return;
		this.socket.setState(t, 'failed');
		this.socket.announce(t, connecting ? 'connect' : 'close', error);
	}

	private transmit(t: Thread, where: Site, segment: Segment, detail?: string | number): void {
		const { phase, source } = t;
		const opens = segment.kind === 'SYN' || segment.kind === 'SYN ACK';
		const shown = segment.kind === 'ACK' ? segment.acknowledges : (detail ?? segment.sequence);
		const { remote } = this;
		if (this.socket.provider.lacks(this.socket.local)) {
			t.note(LOST, remote.component, where.name, 'address removed');
			return;
		}
		this.network.send(t, this.local, remote, {
			site: where,
			bytes: HEADER_BYTES + (segment.bytes?.length ?? 0),
			a: opens ? text(this.socket.local) : shown,
			...(opens ? { b: text(this.socket.remote) } : {}),
			deliver: (seq) => {
				remote.thread.begin(seq, phase, source);
				remote.segmentArrives(segment, this);
			},
		});
	}
}

function end(segment: { readonly sequence: number; readonly bytes: Uint8Array } | undefined): number {
	return segment ? segment.sequence + segment.bytes.length : 0;
}

function text(address: SocketAddress | undefined): string {
	return address?.text ?? '?';
}
