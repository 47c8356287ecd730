/**
 * What each kind of step is looking for. A step belongs to a thread; while that thread waits, the others go on.
 *
 * In an application frame a step is a scenario statement. In the layers below it is a record of the same thread (call,
 * return, signal, message, note), since that is what their documented procedures are made of.
 */
import { CALL, MESSAGE, NOTE, RETURN, STATE } from '../trace';
import type { Cursor, Goal } from './cursor';
import type { Role } from './role';
import type { RunObjects } from './runObjects';

export type Granularity = 'statement' | 'line' | 'instruction';

export class Stepping {
	/** By thread: the key of its state in the trace. */
	private readonly stateKeys: (number | undefined)[] = [];

	constructor(
		private readonly cursor: Cursor,
		private readonly objects: RunObjects,
		private readonly roleOf: (component: number) => Role,
	) {}

	/** Over what is called. */
	over(thread: number, granularity: Granularity, direction: Goal['direction']): Goal {
		const { seq } = this.cursor;
		const { stacks, reader } = this.cursor;
		if (granularity === 'instruction') return { direction, thread: -1, reached: () => true };
		if (this.hasEnded(thread, seq)) return this.anyStatement(direction);
		const calls = stacks.openCalls(thread, seq);
		const depth = calls.length;
		const last = direction === 'forward' ? this.endsAt(thread) : this.beginsAt(thread);
		if (granularity === 'statement' && this.isInApplication(thread, calls[0])) {
			return { direction, thread, reached: (at) => (this.isStatement(at) && stacks.depth(at) <= depth) || last(at) };
		}
		return { direction, thread, reached: (at) => (reader.kind(at) !== STATE && stacks.depth(at) <= depth) || last(at) };
	}

	/** Into the next thing that the thread does. */
	into(thread: number, granularity: Granularity): Goal {
		const { seq, reader } = this.cursor;
		if (granularity === 'instruction') return { direction: 'forward', thread: -1, reached: () => true };
		if (this.hasEnded(thread, seq)) return this.anyStatement('forward');
		const ends = this.endsAt(thread);
		return { direction: 'forward', thread, reached: (at) => reader.kind(at) !== STATE || ends(at) };
	}

	/** Into one particular call of the present statement. @param name SPI name of the call */
	intoCall(thread: number, name: string): Goal {
		const { reader } = this.cursor;
		const ends = this.endsAt(thread);
		return {
			direction: 'forward',
			thread,
			reached: (at) => (reader.kind(at) === CALL && reader.site(at).name === name) || this.isStatement(at) || ends(at),
		};
	}

	/** To the return of the innermost open call; out of the outermost frame to the end of the thread. */
	out(thread: number): Goal {
		const { stacks, reader, seq } = this.cursor;
		const call = stacks.openCalls(thread, seq)[0];
		if (call === undefined) return { direction: 'forward', thread, reached: this.endsAt(thread) };
		return { direction: 'forward', thread, reached: (at) => reader.kind(at) === RETURN && reader.callOf(at) === call };
	}

	/** Back to where the innermost open call was made. */
	backOut(thread: number): Goal {
		const { stacks, seq } = this.cursor;
		const call = stacks.openCalls(thread, seq)[0];
		// The record before the call: its caller is about to make it.
		const target = call === undefined ? -1 : stacks.lastRecord(thread, call - 1);
		return { direction: 'backward', thread, reached: (at) => at === target };
	}

	/** To the next message on the wire. */
	toMessage(direction: Goal['direction']): Goal {
		const { reader } = this.cursor;
		return { direction, thread: -1, reached: (at) => reader.kind(at) === MESSAGE };
	}

	/** To the first record of the next virtual time, or back to the last one of an earlier time. */
	toTime(direction: Goal['direction']): Goal {
		const { reader, seq } = this.cursor;
		const now = seq < 0 ? -1 : reader.time(seq);
		return { direction, thread: -1, reached: (at) => reader.time(at) !== now };
	}

	hasEnded(thread: number, seq: number): boolean {
		const key = this.stateKey(thread);
		return key >= 0 && this.objects.history.valueAt(key, seq) === 'ended';
	}

	/** -1 while the thread has not begun. */
	private stateKey(thread: number): number {
		const known = this.stateKeys[thread];
		if (known !== undefined) return known;
		const object = this.objects.firstOwnedBy(thread, this.cursor.reader.length, 'thread');
		const key = object === undefined ? undefined : this.objects.key(object, 'state');
		if (key !== undefined) this.stateKeys[thread] = key;
		return key ?? -1;
	}

	/** @param call the innermost one that is open, if any is */
	private isInApplication(thread: number, call: number | undefined): boolean {
		const { reader } = this.cursor;
		return this.roleOf(call === undefined ? thread : reader.to(call)) === 'application';
	}

	private isStatement(at: number): boolean {
		const { reader } = this.cursor;
		return reader.kind(at) === NOTE && reader.site(at).name === 'statement';
	}

	private anyStatement(direction: Goal['direction']): Goal {
		return { direction, thread: -1, reached: (at) => this.isStatement(at) };
	}

	private endsAt(thread: number): (at: number) => boolean {
		const { reader } = this.cursor;
		const key = this.stateKey(thread);
		return (at) => reader.kind(at) === STATE && reader.siteId(at) === key && reader.after(at) === 'ended';
	}

	private beginsAt(thread: number): (at: number) => boolean {
		return (at) => this.cursor.stacks.lastRecord(thread, at - 1) < 0;
	}
}
