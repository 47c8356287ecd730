/**
 * The call stack at a record. Open calls of a thread cross the layers (application, switch, provider, proxy driver,
 * NIC); what another thread set in motion follows below a label, because in a network most work begins elsewhere.
 */
import { type CallStacks, RETURN, type Reader, STATE } from '../trace';
import type { Role, Roles } from './role';

/** One frame: a component at work in an open call, or a thread outside of any call. */
export interface CallFrame {
	readonly kind: 'call';
	readonly thread: number;
	/** The call being served; -1 for the thread itself. */
	readonly call: number;
	/** Component at work. */
	readonly component: number;
	readonly role: Role;
	/** Last record of the thread that this frame knows of. */
	readonly at: number;
	/** True for frames of the thread that caused the work of the one above. */
	readonly isCause: boolean;
}

export interface LabelFrame {
	readonly kind: 'label';
	/** The record in another thread that caused what stands above. */
	readonly cause: number;
}

export type Frame = CallFrame | LabelFrame;

/** How many threads back the causes are followed. */
const hopsMax = 4;
/** How many records back within one thread. */
const causesMax = 256;

/** Frames of `thread` after record `seq`, innermost first. */
export function framesOf(stacks: CallStacks, roles: Roles, thread: number, seq: number): readonly Frame[] {
	const frames: Frame[] = [];
	let at = stacks.lastRecord(thread, seq);
	for (let hop = 0; at >= 0; hop++) {
		pushFrames(frames, stacks, roles, at, hop > 0);
		const cause = hop < hopsMax ? causeElsewhere(stacks.reader, at) : -1;
		if (cause < 0) break;
		frames.push({ kind: 'label', cause });
		at = cause;
	}
	return frames;
}

function pushFrames(frames: Frame[], stacks: CallStacks, roles: Roles, at: number, isCause: boolean): void {
	const { reader } = stacks;
	const thread = reader.thread(at);
	const roleOf = (component: number): Role => roles.of(reader.trace.components.at(component));
	let known = at;
	for (const call of stacks.openCalls(thread, at)) {
		const component = reader.to(call);
		frames.push({ kind: 'call', thread, call, component, role: roleOf(component), at: known, isCause });
		known = call;
	}
	const base = known === at && reader.kind(at) === RETURN ? reader.to(at) : reader.from(known);
	frames.push({ kind: 'call', thread, call: -1, component: base, role: roleOf(base), at: known, isCause });
}

/** The record of another thread that made the present work of this one happen, or -1. */
function causeElsewhere(reader: Reader, at: number): number {
	const thread = reader.thread(at);
	let cause = reader.cause(at);
	for (let steps = 0; cause >= 0 && steps < causesMax; steps++) {
		if (reader.thread(cause) !== thread) return cause;
		const earlier = reader.cause(cause);
		if (earlier === cause) return -1;
		cause = earlier;
	}
	return -1;
}

/**
 * Records that tell what a frame is doing, latest first: those written in the frame's own call, at most `most`.
 * State changes are left out; they carry no rules.
 */
export function* doings(stacks: CallStacks, frame: CallFrame, most: number): Generator<number> {
	const { reader } = stacks;
	const wanted = frame.call < 0 ? null : frame.call;
	let seq = frame.at;
	for (let steps = 0; seq >= 0 && steps < most; steps++) {
		if (seq === frame.call) {
			yield seq;
			return;
		}
		const kind = reader.kind(seq);
		const within = reader.within(seq);
		if (kind === RETURN && within === wanted) {
			// What the nested call did is its own affair: go on before it.
			yield seq;
			seq = reader.callOf(seq);
		}
		if (reader.kind(seq) !== STATE && reader.within(seq) === wanted) yield seq;
		seq = stacks.lastRecord(frame.thread, seq - 1);
	}
}
