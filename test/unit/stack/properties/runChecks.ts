/** What must hold in the trace of every run, whatever went wrong in it. */
import assert from 'node:assert/strict';
import { Checker } from '../../../../server/rules/checker';
import { credits } from '../../../../server/rules/checks/data/credits';
import type { Run } from '../../../../server/scenario/interpreter';
import { CALL, NOTE, RETURN, STATE, type TraceRecord } from '../../../../server/trace';
import type { Conversation } from './scenarioText';

interface Sent {
	readonly data: Uint8Array;
	/** The send failed, or was overlapped and may have failed: any first part of the data may have left. */
	readonly partly: boolean;
}

/** What one end of a conversation sent and received. */
interface Traffic {
	readonly sent: Sent[];
	readonly received: Uint8Array[];
	readonly urgentSent: number[];
	readonly urgentReceived: number[];
	/** Some call of a thread has failed. */
	failed: boolean;
}

const MSG_OOB = 1;

/** What holds even where a provider or a transport breaks its promises. */
export function checkAnyRun(run: Run): void {
	checkReturns(run);
	checkNames(run);
	checkSilence(run);
}

/** What holds where everybody keeps what is promised, although calls, wires and hosts may fail. */
export function checkRun(run: Run, conversations: readonly Conversation[]): void {
	checkAnyRun(run);
	const records = Array.from({ length: run.reader.length }, (_, seq) => run.reader.record(seq));
	checkHandles(records);
	checkCredits(run, records);
	const lost = records.find(({ name }) => name === 'no receive buffer posted');
	assert.equal(lost, undefined, `a message found no receive buffer (record ${lost?.seq})`);
	// Threads of a host that crashes end without a word.
	const passed = run.state.kind === 'passed' && !records.some(({ name, kind }) => kind === 'note' && name === 'crash');
	if (passed) checkAllReturned(run);
	for (const { client, server } of conversations) {
		const [atClient, atServer] = [trafficOf(records, client), trafficOf(records, server)];
		checkStream(atClient, atServer, client, server, passed);
		checkStream(atServer, atClient, server, client, passed);
	}
}

/** The name of an object of the stack tells it from all others: a trace read from a file knows it by nothing else. */
function checkNames({ reader }: Run): void {
	const byName = new Map<string, number>();
	const ids = new Set<number>();
	for (let seq = 0; seq < reader.length; seq++)
		if (reader.kind(seq) === STATE) ids.add(reader.objectOfKey(reader.siteId(seq)));
	for (const id of ids) {
		const name = reader.objectName(id);
		// Each call of a function of the scenario has variables anew.
		if (name.includes(' variables')) continue;
		assert.equal(byName.get(name), undefined, `two objects are called ${name}`);
		byName.set(name, id);
	}
}

/** A host that has crashed does nothing any more. */
function checkSilence({ reader }: Run): void {
	const crashed: string[] = [];
	for (let seq = 0; seq < reader.length; seq++) {
		if (crashed.length > 0) {
			const { thread, kind, name } = reader.record(seq);
			// That its threads have ended is part of the crash.
			const ends = kind === 'state' && name.endsWith(' thread');
			const host = crashed.find((candidate) => thread.startsWith(`${candidate}.`));
			assert.ok(ends || !host, `record ${seq} (${name}) is of ${host}, which has crashed`);
		}
		if (reader.kind(seq) !== NOTE) continue;
		const { name, args } = reader.record(seq);
		if (name === 'crash') crashed.push(String(args.host));
	}
}

/** Each call returns at most once. */
function checkReturns({ reader }: Run): void {
	const returned = new Set<number>();
	for (let seq = 0; seq < reader.length; seq++) {
		if (reader.kind(seq) !== RETURN) continue;
		const call = reader.callOf(seq);
		assert.equal(reader.kind(call), CALL, `record ${seq} returns from something that is no call`);
		assert.ok(!returned.has(call), `call ${call} returns twice (record ${seq})`);
		returned.add(call);
	}
}

/** Where every thread has come to its end, every call has returned; those of a switch end with its process. */
function checkAllReturned({ reader }: Run): void {
	const open = new Map<number, TraceRecord>();
	for (let seq = 0; seq < reader.length; seq++) {
		if (reader.kind(seq) === CALL) open.set(seq, reader.record(seq));
		if (reader.kind(seq) === RETURN) open.delete(reader.callOf(seq));
		if (reader.kind(seq) !== NOTE) continue;
		const { name, from } = reader.record(seq);
		if (name !== 'process ends') continue;
		for (const [call, { thread }] of open) if (thread.startsWith(`${from}.`)) open.delete(call);
	}
	const [first] = open.values();
	assert.equal(first, undefined, `call ${first?.seq} (${first?.name}) has not returned`);
}

/**
 * Nobody uses a descriptor that is closed: no call of the switch on a socket that the provider has closed, and no up-call
 * with a descriptor that the provider has given back (CLOSE-4, CLOSE-6).
 */
function checkHandles(records: readonly TraceRecord[]): void {
	const open = new Map<string, Set<unknown>>();
	const of = (component: string): Set<unknown> => {
		const known = open.get(component) ?? new Set();
		open.set(component, known);
		return known;
	};
	for (const record of records) {
		const { seq, kind, name, from, to, args } = record;
		if (kind === 'return' && record.error === undefined && record.call !== undefined) {
			const call = records[record.call] as TraceRecord;
			if (name === 'WPUCreateSocketHandle') of(to).add(record.result);
			if (name === 'WPUCloseSocketHandle') of(to).delete(call.args.s);
			if (isSan(from) && isSwitch(to)) {
				if (name === 'WSPSocket' || name === 'WSPAccept') of(`${from} descriptors`).add(record.result);
				if (name === 'WSPCloseSocket') of(`${from} descriptors`).delete(call.args.s);
			}
		}
		if (kind === 'signal' && name === 'WPUCompleteOverlappedRequest') {
			assert.ok(
				of(from).has(args.s),
				`record ${seq}: ${from} completes an operation of ${String(args.s)}, which is not open`,
			);
		}
		if (kind === 'call' && isSan(to) && isSwitch(from) && name.startsWith('WSP') && 's' in args) {
			assert.ok(
				of(`${to} descriptors`).has(args.s),
				`record ${seq}: ${name} on ${String(args.s)} of ${to}, which is not open`,
			);
		}
	}
}

function isSwitch(component: string): boolean {
	return component.endsWith('.switch');
}

function isSan(component: string): boolean {
	return /^[a-z]+(\.[a-z0-9]+)?\.(ib0|ib1|roce)$/.test(component);
}

/** Credits are never negative, never more than the peer has buffers, and none is lost (FLOW-1, FLOW-2). */
function checkCredits(run: Run, records: readonly TraceRecord[]): void {
	const buffers = new Map<string, number>();
	for (const { kind, name, args, seq } of records) {
		if (kind !== 'state' || !name.includes(' session ')) continue;
		const value = args.after;
		if (typeof value !== 'number') continue;
		if (args.field === 'peerBuffers') buffers.set(name, value);
		if (args.field === 'credits' || args.field === 'owedCredits') {
			assert.ok(value >= 0, `${name} has ${value} ${String(args.field)} (record ${seq})`);
		}
		if (args.field === 'credits') {
			const most = buffers.get(name) ?? Number.POSITIVE_INFINITY;
			assert.ok(value <= most, `${name} has ${value} credits for ${most} buffers (record ${seq})`);
		}
	}
	const checker = new Checker(run.reader, undefined, [credits]);
	const broken = checker
		.end()
		.map(({ rule, seq, reason }) => `${rule} at record ${seq}: ${reason.text} ${String(reason.args)}`);
	assert.deepEqual(broken, []);
}

function trafficOf(records: readonly TraceRecord[], threads: readonly string[]): Traffic {
	const traffic: Traffic = { sent: [], received: [], urgentSent: [], urgentReceived: [], failed: false };
	const end = new Set(threads);
	const returned = new Set(records.map(({ call }) => call));
	for (const record of records) {
		if (!end.has(record.thread)) continue;
		// The host crashed, or the run ended, in the middle of it.
		if (record.kind === 'call' && record.from === record.thread && !returned.has(record.seq))
			addUnfinished(traffic, record);
		// The trace of an overlapped receive tells the length only; the scenario logs the bytes.
		if (record.kind === 'note' && record.name === 'log') addLogged(traffic, String(record.args.text));
		if (record.kind !== 'return' || record.call === undefined) continue;
		const call = records[record.call] as TraceRecord;
		if (call.from !== call.thread) continue;
		addReturn(traffic, record, call);
	}
	return traffic;
}

function addUnfinished(traffic: Traffic, { name, args }: TraceRecord): void {
	if (name !== 'WSPSend' || !(args.data instanceof Uint8Array)) return;
	if (args.dwFlags === MSG_OOB) traffic.urgentSent.push(...args.data);
	else traffic.sent.push({ data: args.data, partly: true });
}

const passing = ['WSAEWOULDBLOCK', 'WSA_IO_PENDING'];

function addReturn(traffic: Traffic, record: TraceRecord, call: TraceRecord): void {
	const isUrgent = call.args.dwFlags === MSG_OOB;
	// Asked for too early, urgent data is not there yet.
	const isEarly = isUrgent && call.name === 'WSPRecv' && record.error === 'WSAEINVAL';
	if (record.error !== undefined && !passing.includes(record.error) && !isEarly) traffic.failed = true;
	if (tellsOfFailedConnect(record, call)) traffic.failed = true;
	const { data } = call.name === 'WSPSend' ? call.args : record.args;
	if (!(data instanceof Uint8Array)) return;
	if (isUrgent) {
		if (call.name === 'WSPSend' && record.error !== 'WSAEWOULDBLOCK') traffic.urgentSent.push(...data);
		if (call.name === 'WSPRecv') traffic.urgentReceived.push(...data);
		return;
	}
	if (call.name === 'WSPSend') traffic.sent.push(sentBy(record, data));
	if (call.name === 'WSPRecv') traffic.received.push(data);
}

/** A nonblocking connect fails without a call that fails: an event or `exceptfds` tells it, or the program gives up. */
function tellsOfFailedConnect(record: TraceRecord, call: TraceRecord): boolean {
	if (call.name === 'WSPEnumNetworkEvents') {
		const codes = new Map(Object.entries(record.args.iErrorCode ?? {}));
		return (codes.get('FD_CONNECT_BIT') ?? 0) !== 0;
	}
	if (call.name !== 'WSPSelect') return false;
	// Only who waits for a connect asks for both.
	const asked = [call.args.writefds, call.args.exceptfds].every((set) => Array.isArray(set) && set.length > 0);
	const { writefds } = record.args;
	return asked && Array.isArray(writefds) && writefds.length === 0;
}

function addLogged(traffic: Traffic, text: string): void {
	const [word, rest] = [text.slice(0, 9), text.slice(9)];
	if (word === 'received ') traffic.received.push(new TextEncoder().encode(rest));
	// It waited for ten minutes, and then closed the socket with whatever was on its way.
	else traffic.failed = true;
}

function sentBy({ error, result }: TraceRecord, data: Uint8Array): Sent {
	if (error === 'WSAEWOULDBLOCK') return { data: data.slice(0, 0), partly: false };
	if (error !== undefined) return { data, partly: true };
	return { data: data.slice(0, Number(result)), partly: false };
}

/** What is received is what was sent, in order; all of it, unless something has failed. */
function checkStream(
	sender: Traffic,
	receiver: Traffic,
	from: readonly string[],
	to: readonly string[],
	passed: boolean,
): void {
	const { sent } = sender;
	const received = Uint8Array.from(Buffer.concat(receiver.received));
	assert.ok(comesFrom(received, sent), `${to} received other bytes than ${from} sent`);
	const { urgentReceived } = receiver;
	assert.deepEqual(
		urgentReceived,
		sender.urgentSent.filter((byte, at) => byte === urgentReceived[at] || at < urgentReceived.length),
		`${to} received other urgent data than ${from} sent`,
	);
	if (!passed || sender.failed || receiver.failed) return;
	const total = sent.reduce((sum, { data }) => sum + data.length, 0);
	assert.equal(received.length, total, `${to} did not receive all that ${from} sent`);
}

/** Whether the bytes are a first part of what the sends can have put on the way, each whole or in part. */
function comesFrom(received: Uint8Array, sent: readonly Sent[]): boolean {
	let starts = new Set([0]);
	for (const { data, partly } of sent) {
		const ends = new Set<number>();
		for (const start of starts) {
			let length = 0;
			while (length < data.length && start + length < received.length && data[length] === received[start + length])
				length++;
			if (start + length === received.length) return true;
			if (length === data.length) ends.add(start + length);
			if (partly) for (let part = 0; part <= length; part++) ends.add(start + part);
		}
		starts = ends;
	}
	return starts.has(received.length);
}
