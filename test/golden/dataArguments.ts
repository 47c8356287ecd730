/** The argument column of the call tables about data, closing, sharing and caching, text by text. */

import type { TraceRecord, Value } from '../../server/trace';
import type { RowContext } from './callTable';

/** What is wrong, or undefined. */
type Check = (context: RowContext) => string | undefined;

function threshold({ view, record }: RowContext): number {
	const host = record.to.slice(0, record.to.indexOf('.'));
	// The default of the setting `rdmaThreshold` (OQ-21): the tables' scenarios do not change it.
	return view.all(
		({ kind, args, name }) => kind === 'state' && name === `${host}.ib0` && args.field === 'rdmaThreshold',
	).length > 0
		? Number.NaN
		: 4096;
}

function size(isRight: (bytes: number, limit: number) => boolean): Check {
	return (context) => {
		const bytes = Number(context.record.args.dwBufferLength);
		return isRight(bytes, threshold(context)) ? undefined : `sends ${bytes} bytes`;
	};
}

function control(...kinds: readonly string[]): Check {
	return ({ record }) =>
		kinds.includes(String(record.args.control))
			? undefined
			: `is a message of the kind ${String(record.args.control)}, not ${kinds.join(' or ')}`;
}

/** The message arrives with as many bytes of payload as fit, and the peer learns how much there is. */
function firstPart(kind: string, withDescriptor: boolean): Check {
	return (context) => {
		const { view, record, before, roles, evidence } = context;
		const wrong = control(kind)(context);
		if (wrong) return wrong;
		const whole = Number(before[0]?.record.args.dwBufferLength);
		const received = view.first(
			({ name, from, args }) =>
				name === 'control message received' && from === `${roles.peer}.switch` && args.control === kind,
			record.seq,
		);
		if (!received) return 'has not arrived';
		evidence.push(received);
		const payload = Number(received.args.payload);
		if (payload <= 0 || payload >= whole) return `has ${payload} bytes of ${whole}`;
		if (!withDescriptor) return undefined;
		const descriptor = before.findLast(({ step }) => step.call === 'WSPRegisterRdmaMemory');
		const exposed = descriptor && view.returnOf(descriptor.record)?.args.lpRdmaBufferDescriptor;
		const read = view.first(
			({ name, to }) => name === 'WSPRdmaRead' && to === `${roles.peer}.${roles.nic}`,
			record.seq,
		);
		return read?.args.descriptor === exposed ? undefined : 'does not carry the descriptor';
	};
}

/** Memory of the application's data, registered with these access rights. */
function applicationBuffer(flags: string): Check {
	return ({ record, before }) => {
		if (record.args.dwFlags !== flags) return `has the access ${String(record.args.dwFlags)}`;
		const whole = before[0]?.record.args.dwBufferLength;
		return record.args.dwBufferLength === whole ? undefined : `has ${String(record.args.dwBufferLength)} bytes`;
	};
}

/** Memory for what the first message did not hold, which the peer may write. */
const receiveMemory: Check = ({ view, record, before }) => {
	if (record.args.dwFlags !== 'MEM_WRITE') return `has the access ${String(record.args.dwFlags)}`;
	const received = view.records.findLast(({ name, seq }) => name === 'control message received' && seq < record.seq);
	const rest = Number(before[0]?.record.args.dwBufferLength) - Number(received?.args.payload);
	return record.args.dwBufferLength === rest
		? undefined
		: `has ${String(record.args.dwBufferLength)} bytes, not ${rest}`;
};

/** The descriptor of exposed memory that the last WSPRegisterRdmaMemory before the row gave, and where in it. */
const rdmaOperation: Check = ({ view, record, before }) => {
	const exposing = before.findLast(({ step }) => step.call === 'WSPRegisterRdmaMemory')?.record;
	const exposed = exposing && view.returnOf(exposing)?.args.lpRdmaBufferDescriptor;
	const { descriptor, handle, offset } = record.args;
	if (descriptor !== exposed) return `uses the descriptor ${String(descriptor)}, not ${String(exposed)}`;
	return Number(handle) > 0 && Number(offset) >= 0 ? undefined : 'has no local memory or no offset';
};

/** The descriptor of exposed memory that is withdrawn is the one of the row that exposed it. */
const exposedDescriptor: Check = ({ view, record, before }) => {
	const exposing = before.findLast(({ step }) => step.call === 'WSPRegisterRdmaMemory')?.record;
	const exposed = exposing && view.returnOf(exposing)?.args.lpRdmaBufferDescriptor;
	return record.args.lpRdmaBufferDescriptor === exposed ? undefined : 'withdraws another descriptor';
};

/** The handle that is released is the one of the row that registered it, or of the last registration before the row. */
const registeredHandle: Check = ({ view, record, before }) => {
	const registering =
		before.findLast(({ step }) => step.call === 'WSPRegisterMemory')?.record ??
		view.records.findLast(
			({ kind, name, to, seq }) =>
				kind === 'call' && name === 'WSPRegisterMemory' && to === record.to && seq < record.seq,
		);
	const handle = registering && view.returnOf(registering)?.result;
	return record.args.handle === handle ? undefined : `releases ${String(record.args.handle)}, not ${String(handle)}`;
};

/** A receive buffer goes back to the NIC: its memory was posted before. */
const sameBuffer: Check = ({ view, record, evidence }) => {
	const { s, handle } = record.args;
	const place = (seq: number) =>
		view.first(({ kind, name, within }) => kind === 'call' && name === 'post receive' && within === seq)?.args.offset;
	const earlier = view.all(
		({ kind, name, to, args, seq }) =>
			kind === 'call' &&
			name === 'WSPRecv' &&
			to === record.to &&
			args.s === s &&
			args.handle === handle &&
			seq < record.seq,
	);
	// It was free because of this message.
	const message = view.records.findLast(
		({ name, cause, seq }) => name === 'control message received' && cause === record.cause && seq < record.seq,
	);
	if (!message) return 'is not posted again for a message';
	evidence.push(message);
	return earlier.some(({ seq }) => place(seq) === place(record.seq)) ? undefined : 'posts another buffer';
};

/** The address range of the row that secured memory is the one here. */
const securedRange: Check = ({ record, before, view }) => {
	const secured = before.find(({ step }) => step.call === '(secure request)')?.record.args.address;
	const released = before.find(({ step }) => step.call === 'WSPDeregisterMemory')?.record;
	const address = record.args.lpBuffer ?? record.args.lpAddress ?? record.args.lpvAddress ?? record.args.address;
	if (secured !== undefined)
		return address === secured ? undefined : `is about ${String(address)}, not ${String(secured)}`;
	// The secured range is that of the handle released in the row above.
	const memory = view.first(
		({ kind, name, args }) =>
			kind === 'state' && name.endsWith(` memory ${String(released?.args.handle)}`) && args.field === 'address',
	);
	return memory?.args.after === address ? undefined : `is about ${String(address)}`;
};

/** The low bit of hEvent: set, the switch will poll; not set, it wants to be told. */
function notification(isWanted: boolean): Check {
	return ({ record }) => {
		const { hEvent } = record.args;
		if (typeof hEvent !== 'number') return 'does not show hEvent';
		return (hEvent % 2 === 0) === isWanted ? undefined : `has hEvent ${hEvent}`;
	};
}

/** The provider reports one of the RDMA operations whose call asked for it. */
const askedFor: Check = ({ view, record, before }) => {
	const started = before.findLast(({ step }) => step.call.startsWith('WSPRdma'))?.record;
	if (record.args.operation !== started?.name) return `reports ${String(record.args.operation)}`;
	return started?.args.hEvent === 0 && view.returnOf(started)?.error === 'WSA_IO_PENDING'
		? undefined
		: 'reports what the switch did not ask for';
};

/** How many receives of the socket were posted and not completed when its operation began. */
function pending({ view, record }: RowContext, since: TraceRecord): number {
	const earlier = view.records.slice(0, since.seq);
	const posts = earlier.filter(
		({ kind, name, to, args }) =>
			kind === 'call' && name === 'WSPRecv' && to === record.from && args.s === since.args.s,
	);
	const done = earlier.filter(
		({ name, from, args }) =>
			name === 'WPUCompleteOverlappedRequest' &&
			from === record.from &&
			args.s === record.args.s &&
			args.operation === 'WSPRecv',
	);
	return posts.length - done.length;
}

/** Every receive that is pending when the call of an earlier row begins is completed inside it, in this way. */
function eachPending(calledIn: string, error: Value): Check {
	return (context) => {
		const { view, record, before, evidence } = context;
		const call = before.findLast(({ step }) => step.call === calledIn)?.record;
		if (!call || record.within !== call.seq) return `is not inside ${calledIn}`;
		const all = view
			.directlyWithin(call.seq)
			.filter(({ name, args }) => name === 'WPUCompleteOverlappedRequest' && args.operation === 'WSPRecv');
		evidence.push(call, ...all);
		const returned = view.returnOf(call);
		if (returned) evidence.push(returned);
		const wrong = all.find(({ args }) => args.dwError !== error || args.cbTransferred !== 0);
		if (wrong) return `is accompanied by record ${wrong.seq}, which ends otherwise`;
		const expected = pending(context, call);
		return all.length === expected && expected > 0 ? undefined : `is one of ${all.length}; ${expected} are pending`;
	};
}

/** The descriptor of the accepted SAN socket, which no application has. */
const acceptedSocket: Check = ({ view, record }) => {
	const accept = view.records.findLast(
		({ kind, name, from, seq }) => kind === 'return' && name === 'WSPAccept' && from === record.to && seq < record.seq,
	);
	return record.args.s === accept?.result ? undefined : `closes ${String(record.args.s)}`;
};

/** The application blocks, and no request waits. */
const nothingQueued: Check = ({ view, record }) => {
	const host = record.to.slice(0, record.to.indexOf('.'));
	const early = view.records
		.slice(0, record.seq)
		.find(({ kind, name, to }) => kind === 'message' && name === 'native connect request' && to.startsWith(`${host}.`));
	return early ? 'finds a request' : undefined;
};

const duplicate: Check = ({ view, record }) => {
	const made = view.records.findLast(
		({ kind, name, result, from, seq }) =>
			kind === 'return' && name === 'WSPSocket' && from === record.to && result === record.args.s && seq < record.seq,
	);
	const asked = made && view.records[made.call ?? -1];
	return asked?.args.lpProtocolInfo === undefined ? 'does not use a duplicate' : undefined;
};

export const dataArguments: Readonly<Record<string, Check>> = {
	'at most the threshold': size((bytes, limit) => bytes <= limit),
	'more than the threshold': size((bytes, limit) => bytes > limit),
	'control message': control('data'),
	'application buffer, MEM_READ': applicationBuffer('MEM_READ'),
	'application buffer': applicationBuffer('MEM_READ'),
	'control message: amount, descriptor, first part of the data': firstPart('data with RDMA descriptor', true),
	'control message: amount, first part of the data': firstPart('RDMA request', false),
	'receive memory, MEM_WRITE': receiveMemory,
	'location of the memory': control('RDMA location'),
	'local registered buffers, descriptor, offset': rdmaOperation,
	'local buffer, descriptor, offset': rdmaOperation,
	'transfer complete': control('transfer complete'),
	descriptor: exposedDescriptor,
	'RDMA memory': ({ record }) => (record.args.lpRdmaBufferDescriptor === undefined ? 'names no memory' : undefined),
	'send buffers': ({ view, record }) => {
		const memory = `${record.to} memory ${String(record.args.handle)}`;
		return view.change(memory, 'use', 0)?.args.after === 'send buffers'
			? undefined
			: 'is not the memory of the send buffers';
	},
	handle: registeredHandle,
	MSG_OOB: ({ record }) => (record.args.dwFlags === 1 ? undefined : `has the flags ${String(record.args.dwFlags)}`),
	'control message with the urgent bytes, dwFlags 0': ({ record }) =>
		record.args.control === 'urgent data' && (record.args.dwFlags ?? 0) === 0
			? undefined
			: 'is no message with urgent data, or has flags',
	'same buffer again': sameBuffer,
	'hEvent bit 0 = 1': notification(false),
	'hEvent bit 0 = 0': notification(true),
	'fWait FALSE': ({ record }) => (record.args.fWait === false ? undefined : 'waits'),
	'only if the switch asked for it': askedFor,
	'switch descriptor, overlapped, error, bytes': ({ record }) =>
		['s', 'operation', 'dwError', 'cbTransferred'].every((name) => record.args[name] !== undefined)
			? undefined
			: 'lacks an argument',
	'each pending operation, WSA_OPERATION_ABORTED': eachPending('WSPCloseSocket', 'WSA_OPERATION_ABORTED'),
	'each posted receive: success, 0 bytes': eachPending('WSPDuplicateSocket', 0),
	'accepting SAN socket': acceptedSocket,
	'blocking socket, nothing queued': nothingQueued,
	blocking: ({ view, record }) => {
		const mode = view.first(
			({ name, args, seq }) => name === 'WSPIoctl' && args.dwIoControlCode === 'FIONBIO' && seq < record.seq,
		);
		return mode ? 'is nonblocking' : undefined;
	},
	'nonblocking socket': ({ view, record }) => {
		// LISTEN-4: WSPEventSelect has made it nonblocking.
		const made = view.records.find(
			({ kind, name, to, args, seq }) =>
				kind === 'call' &&
				name === 'WSPEventSelect' &&
				to === record.to &&
				args.s === record.args.s &&
				seq < record.seq,
		);
		return made ? undefined : 'is blocking';
	},
	'event of the SAN listening socket': ({ record }) =>
		record.args.announces === 'FD_ACCEPT' ? undefined : `announces ${String(record.args.announces)}`,
	'buffer for first data': ({ record }) =>
		Number(record.args.dwReceiveDataLength) > 0 ? undefined : 'has no receive buffer',
	'duplicate handle': duplicate,
	'suspend request': control('suspend request'),
	'session suspended': control('suspended'),
	'dwProcessId = process 2': ({ record }) =>
		record.args.dwProcessId === 'second' ? undefined : `is for the process ${String(record.args.dwProcessId)}`,
	dwProviderReserved: ({ view, record, before }) => {
		const given = before.findLast(({ step }) => step.call === 'WSPDuplicateSocket')?.record;
		const reserved = given && view.returnOf(given)?.args.dwProviderReserved;
		return typeof reserved === 'number' && record.args.dwProviderReserved === reserved
			? undefined
			: `has ${String(record.args.dwProviderReserved)}`;
	},
	'unless an old socket is revived': ({ view, record, before, evidence }) => {
		const made = before.at(-1)?.record;
		if (!made || record.within !== made.seq) return 'is not nested in WSPSocket';
		const returned = view.returnOf(made);
		if (returned) evidence.push(returned);
		return undefined;
	},
	range: securedRange,
	'same buffer': securedRange,
	"peer's descriptor": ({ record }) => (Number(record.args.s) > 0 ? undefined : 'has no descriptor'),
};
