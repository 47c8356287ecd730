/** Addresses of SAN NICs, from TCP/IP's indications to the switch's table (ADDR). */
import { parseIp, subnetContains } from '../../../winsock/address';
import type { CheckContext, MakeCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import { isIpText, linesOf } from './choosing';
import { isOwnDevice } from './destination';
import {
	between,
	callOf,
	callsAndReturns,
	findWithin,
	hostOf,
	isApplicationCall,
	isDownCall,
	isDownReturn,
	isSwitch,
	isTcpip,
	isWithin,
	named,
	ownerOf,
	processOf,
	textOf,
} from './parts';

const indications = ['ClientPnPAddNetAddress', 'ClientPnPDelNetAddress'] as const;

/** ADDR-1: only IP addresses above the boundary between provider and proxy driver. */
const ipOnly: MakeCheck = () => ({
	rules: ['ADDR-1'],
	interests: [...named('call', 'WSPConnect', 'WSPBind', 'ConditionFunc'), ...named('return', 'WSPAccept', 'WSPIoctl')],
	record(record, context) {
		if (record.kind === 'call' ? !isDownCall(record) && !isSwitch(record.to) : !isDownReturn(record)) return;
		const shown = ['name', 'lpCallerId', 'lpCalleeId', 'addr'].flatMap((field) => textOf(record, field) ?? []);
		const list = record.arg('Address');
		if (Array.isArray(list)) shown.push(...list.map(String));
		if (shown.length === 0) return;
		const foreign = shown.find((text) => !isIpText(text));
		if (foreign === undefined) context.kept('ADDR-1', record.seq);
		else
			context.broken('ADDR-1', record.seq, 'record {0} carries {1}, which is not an IP address', record.seq, foreign);
	},
});

/** ADDR-2, ADDR-4: the proxy driver's list is what TCP/IP indicated for its own NICs. */
const driverLists: MakeCheck = () => {
	const lists = new Map<string, Set<string>>();
	/** What each driver keeps, as its own object shows it. */
	const kept = new Map<string, readonly string[]>();
	return {
		rules: ['ADDR-2', 'ADDR-4'],
		interests: [
			...callsAndReturns(...indications),
			...named('call', 'TdiDeregisterPnPHandlers'),
			...named('state', 'addresses'),
		],
		record(record, context) {
			// A driver that goes keeps no list; when it comes back it hears of everything anew (ADDR-3).
			if (record.name === 'TdiDeregisterPnPHandlers') lists.delete(record.from);
			else if (record.kind === 'call') indicated(record);
			else if (record.kind === 'state') listed(record, context);
			else judgeForeign(callOf(context, record), record, context);
		},
	};

	function indicated(record: SeenRecord): void {
		const list = lists.get(record.to) ?? new Set();
		lists.set(record.to, list);
		const address = textOf(record, 'address') ?? '';
		if (!isOwnDevice(record)) return;
		if (record.name === 'ClientPnPAddNetAddress') list.add(address);
		else list.delete(address);
	}

	function listed(record: SeenRecord, context: CheckContext): void {
		const after = record.arg('after');
		const list = Array.isArray(after) ? after.map(String) : [];
		kept.set(ownerOf(record), list);
		const wanted = lists.get(ownerOf(record)) ?? new Set();
		const surplus = list.find((address) => !wanted.has(address));
		const missing = [...wanted].find((address) => !list.includes(address));
		if (surplus === undefined && missing === undefined) context.kept('ADDR-2', record.seq);
		else {
			const text =
				surplus === undefined
					? 'record {0}: {1} lacks {2}, which TCP/IP indicated for its NIC'
					: 'record {0}: {1} lists {2}, which TCP/IP did not indicate for its NIC';
			context.broken('ADDR-2', record.seq, text, record.seq, ownerOf(record), surplus ?? missing ?? '');
		}
	}

	function judgeForeign(call: SeenRecord, record: SeenRecord, context: CheckContext): void {
		if (call.name !== 'ClientPnPAddNetAddress') return;
		const address = textOf(call, 'address') ?? '';
		const has = kept.get(call.to)?.includes(address) ?? false;
		if (has === isOwnDevice(call)) context.kept('ADDR-4', record.seq);
		else {
			const text = has
				? '{0} keeps {1} of record {2}, which belongs to the device {3}'
				: '{0} dropped {1} of record {2}, an address of its own device {3}';
			context.broken('ADDR-4', record.seq, text, call.to, address, call.seq, textOf(call, 'device') ?? '');
		}
	}
};

/** ADDR-3: a driver that registers hears of every active address of the host at once. */
const firstIndications: MakeCheck = () => {
	const told = new Map<string, Set<string>>();
	const judged = new Set<string>();
	return {
		rules: ['ADDR-3'],
		interests: [...named('call', 'TdiRegisterPnPHandlers', 'ClientPnPAddNetAddress', 'WSPStartup')],
		record(record, context) {
			if (record.name === 'TdiRegisterPnPHandlers') told.set(record.from, new Set());
			else if (record.name === 'ClientPnPAddNetAddress') {
				told.get(record.to)?.add(textOf(record, 'address') ?? '');
				if (isOwnDevice(record) && told.has(record.to)) context.kept('ADDR-3', record.seq);
			} else if (isTcpip(record.to) && !judged.has(record.to)) {
				judged.add(record.to);
				judgeHost(hostOf(record.to), record, context);
			}
		},
	};

	/** When the switch starts, every driver of the host must have heard of the same addresses. */
	function judgeHost(host: string, record: SeenRecord, context: CheckContext): void {
		const drivers = [...told].filter(([driver]) => hostOf(driver) === host);
		const active = new Set(drivers.flatMap(([, addresses]) => [...addresses]));
		for (const [driver, addresses] of drivers) {
			const missing = [...active].find((address) => !addresses.has(address));
			if (missing === undefined && addresses.size > 0) continue;
			const text = 'until record {0} nobody has indicated {1} to {2}';
			context.broken('ADDR-3', record.seq, text, record.seq, missing ?? 'any address', driver);
		}
	}
};

/** ADDR-5, ADDR-6, ADDR-8: lists, the table made of them, and its renewal. */
const table: MakeCheck = () => {
	/** Last list of each provider, and when it was asked for. */
	const lists = new Map<string, readonly string[]>();
	const started = new Set<string>();
	const withTable = new Set<string>();
	/** Switches that owe a renewal: providers still to be asked, and the change that asks for it. */
	const owed = new Map<string, { readonly change: SeenRecord; readonly providers: Set<string> }>();
	return {
		rules: ['ADDR-5', 'ADDR-6', 'ADDR-8'],
		interests: [
			...named('return', 'WSPIoctl', 'WSPStartupEx'),
			...named('call', ...indications),
			...named('state', 'table.entries'),
			...named('note', 'WSCEnumProtocols'),
			...between('provider', 'call', 'WSPCleanup'),
		],
		record(record, context) {
			if (record.kind === 'state') tableChanged(record, context);
			else if (record.kind === 'note') enumerated(record);
			else if (record.kind === 'return') returned(record, context);
			else if (record.name === 'WSPCleanup') cleanedUp(record, context);
			else addressChanged(record);
		},
		end(context) {
			for (const [component, { change, providers }] of owed) notRenewed(component, change, providers, context);
		},
	};

	function returned(record: SeenRecord, context: CheckContext): void {
		if (!isDownReturn(record) || record.error) return;
		if (record.name === 'WSPStartupEx') {
			started.add(record.from);
			return;
		}
		if (callOf(context, record).arg('dwIoControlCode') !== 'SIO_ADDRESS_LIST_QUERY') return;
		const list = record.arg('Address');
		const count = record.arg('iAddressCount');
		const entries = Array.isArray(list) ? list.map(String) : [];
		lists.set(record.from, entries);
		askedAgain(record, context);
		if (count === entries.length) context.kept('ADDR-6', record.seq);
		else {
			const text = 'record {0} announces {1} addresses and holds {2}';
			context.broken('ADDR-6', record.seq, text, record.seq, Number(count ?? 0), entries.length);
		}
	}

	function notRenewed(
		component: string,
		change: SeenRecord,
		providers: ReadonlySet<string>,
		context: CheckContext,
	): void {
		const text = 'the addresses of the host changed in record {0}, but {1} did not renew its table: {2} not asked';
		context.broken('ADDR-8', change.seq, text, change.seq, component, [...providers].join(', '));
	}

	/** The process has ended or cleaned up: its switch needs no table any more. */
	function cleanedUp(record: SeenRecord, context: CheckContext): void {
		// A provider that was removed goes alone: the switch keeps its table.
		if (!started.has(record.to)) return;
		const renewal = owed.get(record.from);
		if (renewal) notRenewed(record.from, renewal.change, renewal.providers, context);
		started.delete(record.to);
		withTable.delete(record.from);
		owed.delete(record.from);
	}

	/** A provider has been asked again; the table itself is written only where it differs. */
	function askedAgain(record: SeenRecord, context: CheckContext): void {
		const renewal = owed.get(record.to);
		if (!renewal?.providers.delete(record.from) || renewal.providers.size > 0) return;
		owed.delete(record.to);
		context.kept('ADDR-8', record.seq);
	}

	function addressChanged(record: SeenRecord): void {
		for (const component of withTable) {
			if (hostOf(component) !== hostOf(record.to)) continue;
			const providers = [...started].filter((provider) => processOf(provider) === processOf(component));
			if (providers.length > 0) owed.set(component, { change: record, providers: new Set(providers) });
		}
	}

	/** The switch has read the catalog again: what a provider that was removed listed does not count any more. */
	function enumerated(record: SeenRecord): void {
		const installed = record.arg('installed');
		if (!Array.isArray(installed)) return;
		for (const provider of lists.keys()) {
			if (processOf(provider) !== processOf(record.from) || installed.includes(provider)) continue;
			lists.delete(provider);
			started.delete(provider);
		}
	}

	function tableChanged(record: SeenRecord, context: CheckContext): void {
		if (record.arg('field') !== 'entries') return;
		withTable.add(ownerOf(record));
		judgeTable(record, context);
	}

	function judgeTable(record: SeenRecord, context: CheckContext): void {
		const lines = linesOf(record.arg('after'));
		const foreign = lines.find(({ provider, address, subnet }) => {
			const ip = parseIp(address);
			return !lists.get(provider)?.includes(address) || !ip || !subnetContains(subnet, ip);
		});
		const missing = [...lists].find(
			([provider, addresses]) =>
				processOf(provider) === processOf(ownerOf(record)) &&
				addresses.some((address) => !lines.some((line) => line.provider === provider && line.address === address)),
		);
		if (!foreign && !missing) context.kept('ADDR-5', record.seq);
		else if (foreign) {
			const text = 'the table of record {0} leads {1} to {2}, which did not list {3}';
			const { subnet, provider, address } = foreign;
			context.broken('ADDR-5', record.seq, text, record.seq, subnet.text, provider, address);
		} else if (missing) {
			const text = 'the table of record {0} lacks an address that {1} listed';
			context.broken('ADDR-5', record.seq, text, record.seq, missing[0]);
		}
	}
};

/** ADDR-7: what an application asks goes to TCP/IP. */
const applicationQuery: MakeCheck = () => ({
	rules: ['ADDR-7'],
	interests: named('return', 'WSPIoctl'),
	record(record, context) {
		const call = callOf(context, record);
		if (!isApplicationCall(call) || call.arg('dwIoControlCode') !== 'SIO_ADDRESS_LIST_QUERY') return;
		const inner = findWithin(context, call, record.seq, (nested) => nested.kind === 'call' && isSwitch(nested.from));
		if (!inner && record.error) return;
		if (inner && isTcpip(inner.to) && isWithin(context.reader, inner.seq, call.seq)) context.kept('ADDR-7', record.seq);
		else {
			const text = 'the application’s query of record {0} was answered by {1}, not by TCP/IP';
			context.broken('ADDR-7', record.seq, text, call.seq, inner?.to ?? record.from);
		}
	},
});

export const addressChecks: readonly MakeCheck[] = [ipOnly, driverLists, firstIndications, table, applicationQuery];
