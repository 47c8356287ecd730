/** What must hold in the trace of every run, whatever went wrong in it. */
import assert from 'node:assert/strict';
import type { Run } from '../../../../server/scenario/interpreter';
import { CALL, RETURN, type TraceRecord } from '../../../../server/trace';
import type { Conversation } from './scenarioText';

interface Sent {
	readonly data: Uint8Array;
	/** The send failed, or was overlapped and may have failed: any first part of the data may have left. */
	readonly partly: boolean;
}

/** What one application thread sent and received. */
interface Traffic {
	readonly sent: Sent[];
	readonly received: Uint8Array[];
	/** Some call of the thread has failed. */
	failed: boolean;
}

export function checkRun(run: Run, conversations: readonly Conversation[]): void {
	const records = Array.from({ length: run.reader.length }, (_, seq) => run.reader.record(seq));
	checkReturns(run);
	checkCredits(records);
	const lost = records.find(({ name }) => name === 'no receive buffer posted');
	assert.equal(lost, undefined, `a message found no receive buffer (record ${lost?.seq})`);
	const traffic = trafficOf(records);
	// Threads of a host that crashes end without a word.
	const passed = run.state.kind === 'passed' && !records.some(({ name, kind }) => kind === 'note' && name === 'crash');
	for (const { client, server } of conversations) {
		checkStream(traffic, client, server, passed);
		checkStream(traffic, server, client, passed);
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

/** Credits are never negative, and never more than the peer has buffers. */
function checkCredits(records: readonly TraceRecord[]): void {
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
}

function trafficOf(records: readonly TraceRecord[]): ReadonlyMap<string, Traffic> {
	const traffic = new Map<string, Traffic>();
	const of = (thread: string): Traffic => {
		const known = traffic.get(thread) ?? { sent: [], received: [], failed: false };
		traffic.set(thread, known);
		return known;
	};
	for (const record of records) {
		if (record.kind !== 'return' || record.call === undefined) continue;
		const call = records[record.call] as TraceRecord;
		const own = of(call.thread);
		if (call.from !== call.thread) continue;
		if (record.error !== undefined && record.error !== 'WSAEWOULDBLOCK' && record.error !== 'WSA_IO_PENDING') {
			own.failed = true;
		}
		const { data } = call.name === 'WSPSend' ? call.args : record.args;
		if (!(data instanceof Uint8Array)) continue;
		if (call.name === 'WSPSend') own.sent.push(sentBy(record, data));
		if (call.name === 'WSPRecv') own.received.push(data);
	}
	return traffic;
}

function sentBy({ error, result }: TraceRecord, data: Uint8Array): Sent {
	if (error === 'WSAEWOULDBLOCK') return { data: data.slice(0, 0), partly: false };
	if (error !== undefined) return { data, partly: true };
	return { data: data.slice(0, Number(result)), partly: false };
}

/** What is received is what was sent, in order; all of it, unless something has failed. */
function checkStream(traffic: ReadonlyMap<string, Traffic>, from: string, to: string, passed: boolean): void {
	const sender = traffic.get(from);
	const receiver = traffic.get(to);
	const sent = sender?.sent ?? [];
	const received = Uint8Array.from(Buffer.concat(receiver?.received ?? []));
	assert.ok(comesFrom(received, sent), `${to} received other bytes than ${from} sent`);
	if (!passed || sender?.failed || receiver?.failed) return;
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
			if (partly) for (let part = 0; part < length; part++) ends.add(start + part);
			if (partly) ends.add(start);
		}
		starts = ends;
	}
	return starts.has(received.length);
}
