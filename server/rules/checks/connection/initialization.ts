/** Starting SAN providers in a process, and providers that come later (INIT, INST-5, INST-6). */
import { extensionFunctionNames, extensionFunctions } from '../../../winsock/constants';
import type { CheckContext, MakeCheck } from '../../check';
import type { SeenRecord } from '../../recordView';
import {
	callOf,
	callsAndReturns,
	hostOf,
	isApplicationCall,
	isDownCall,
	isDownReturn,
	isProxy,
	isSwitch,
	isTcpip,
	named,
	numberOf,
	processOf,
	textOf,
} from './parts';

interface Provider {
	/** WSPStartupEx; undefined for a driver whose provider was not started. */
	startup: SeenRecord | undefined;
	started: SeenRecord | undefined;
	/** Extension functions asked for. */
	readonly asked: Set<string>;
	readonly obtained: Set<string>;
	openSockets: number;
	/** WSPSocket was called, with whatever outcome. */
	socketAsked: boolean;
	listed: boolean;
}

/** INIT-1, -5, -6: what must have happened at a provider before the application's first call is carried out. */
const startUp: MakeCheck = () => {
	const providers = new Map<string, Provider>();
	const tcpipStarted = new Set<string>();
	const begun = new Set<string>();
	const drivers = new Set<string>();
	/** The SAN providers of a process: one for each proxy driver of its host. */
	const namesIn = (component: string): readonly string[] =>
		[...drivers]
			.filter((driver) => hostOf(driver) === hostOf(component))
			.map((driver) => `${processOf(component)}.${processOf(driver).slice(hostOf(driver).length + 1)}`);
	const provider = (name: string): Provider => {
		let known = providers.get(name);
		if (!known) {
			known = {
				startup: undefined,
				started: undefined,
				asked: new Set(),
				obtained: new Set(),
				openSockets: 0,
				socketAsked: false,
				listed: false,
			};
			providers.set(name, known);
		}
		return known;
	};
	return {
		rules: ['INIT-1', 'INIT-5', 'INIT-6'],
		interests: [
			...callsAndReturns('WSPStartupEx', 'WSPStartup', 'WSPIoctl', 'WSPSocket', 'WSPCloseSocket'),
			...named('call', 'TdiRegisterPnPHandlers', ...extensionFunctionNames),
		],
		record(record, context) {
			if (record.kind === 'return') {
				if (isTcpip(record.from) && record.name === 'WSPStartup') tcpipStarted.add(record.to);
				else if (isDownReturn(record))
					providerReturned(provider(record.from), callOf(context, record), record, context);
				return;
			}
			if (record.name === 'TdiRegisterPnPHandlers') drivers.add(record.from);
			else if (isDownCall(record)) {
				if (record.name === 'WSPStartupEx') startUpCalled(record, tcpipStarted, context);
				providerCalled(provider(record.to), record, context);
			} else if (isApplicationCall(record) && !begun.has(record.to)) {
				begun.add(record.to);
				for (const name of namesIn(record.to)) judgeBeforeFirstCall(name, provider(name), record, context);
			}
		},
	};
};

function startUpCalled(record: SeenRecord, tcpipStarted: ReadonlySet<string>, context: CheckContext): void {
	if (tcpipStarted.has(record.from)) context.kept('INIT-1', record.seq);
	else context.broken('INIT-1', record.seq, 'record {0} starts {1} before the TCP/IP provider', record.seq, record.to);
}

function providerCalled(state: Provider, record: SeenRecord, context: CheckContext): void {
	if (record.name === 'WSPStartupEx') state.startup = record;
	else if (record.name === 'WSPSocket') state.socketAsked = true;
	else if (record.name === 'WSPIoctl') {
		const code = record.arg('dwIoControlCode');
		if (code === 'SIO_GET_EXTENSION_FUNCTION_POINTER') state.asked.add(textOf(record, 'extension') ?? '');
		if (code !== 'SIO_ADDRESS_LIST_QUERY') return;
		state.listed = true;
		if (state.openSockets > 0) context.kept('INIT-5', record.seq);
		else if (!state.socketAsked) {
			const text = 'record {0} asks {1} for its addresses, but no socket was created for that';
			context.broken('INIT-5', record.seq, text, record.seq, record.to);
		}
	} else if (record.name in extensionFunctions && !state.obtained.has(record.name)) {
		const text = 'record {0} calls {1} of {2}, whose pointer was never obtained';
		context.broken('INIT-6', record.seq, text, record.seq, record.name, record.to);
	}
}

function providerReturned(state: Provider, call: SeenRecord, record: SeenRecord, context: CheckContext): void {
	if (record.name === 'WSPStartupEx' && !record.error) state.started = record;
	if (record.name === 'WSPSocket' && !record.error) state.openSockets++;
	if (record.name === 'WSPCloseSocket' && !record.error) state.openSockets--;
	if (record.name !== 'WSPIoctl' || call.arg('dwIoControlCode') !== 'SIO_GET_EXTENSION_FUNCTION_POINTER') return;
	if (record.error) return;
	state.obtained.add(textOf(call, 'extension') ?? '');
	context.kept('INIT-6', record.seq);
}

function judgeBeforeFirstCall(name: string, state: Provider, record: SeenRecord, context: CheckContext): void {
	if (!state.startup) {
		const text = 'the application calls the switch in record {0}, but {1} was never started';
		context.broken('INIT-1', record.seq, text, record.seq, name);
		return;
	}
	if (!state.started) return;
	if (!state.listed) {
		const text = 'the application calls the switch in record {0}, but {1} was never asked for its addresses';
		context.broken('INIT-5', record.seq, text, record.seq, name);
	}
	const missing = extensionFunctionNames.filter((extension) => !state.asked.has(extension));
	if (missing.length === 0) return;
	const text = 'the application calls the switch in record {0}, but {1} was never asked for {2}';
	context.broken('INIT-6', record.seq, text, record.seq, name, missing.join(', '));
}

/** INIT-2, INIT-9: how the switch starts a SAN provider. */
const manner: MakeCheck = () => ({
	rules: ['INIT-2', 'INIT-9'],
	interests: named('call', 'WSPStartupEx', 'WSPStartup'),
	record(record, context) {
		if (!isDownCall(record)) return;
		if (record.name === 'WSPStartup') {
			const text = 'record {0} calls WSPStartup of {1}, a SAN provider';
			context.broken('INIT-9', record.seq, text, record.seq, record.to);
			return;
		}
		context.kept('INIT-9', record.seq);
		const information = textOf(record, 'lpProtocolInfo') ?? '';
		if (information === 'TCP/IP') context.kept('INIT-2', record.seq);
		else {
			const text = 'record {0} hands over the protocol information of {1}, not of TCP/IP';
			context.broken('INIT-2', record.seq, text, record.seq, information);
		}
	},
});

/** INIT-7: only two extensions may be missing. */
const extensionAnswers: MakeCheck = () => ({
	rules: ['INIT-7'],
	interests: named('return', 'WSPIoctl'),
	record(record, context) {
		if (!isDownReturn(record)) return;
		const call = callOf(context, record);
		if (call.arg('dwIoControlCode') !== 'SIO_GET_EXTENSION_FUNCTION_POINTER') return;
		const extension = textOf(call, 'extension') ?? '';
		const facts = Object.entries(extensionFunctions).find(([name]) => name === extension)?.[1];
		if (!facts) return;
		if (!record.error || (facts.optional && record.error === 'WSAEOPNOTSUPP')) context.kept('INIT-7', record.seq);
		else {
			const text = facts.optional
				? 'record {0} refuses the pointer of {1} with {2}, not with WSAEOPNOTSUPP'
				: 'record {0} refuses the pointer of {1}, which is mandatory, with {2}';
			context.broken('INIT-7', record.seq, text, record.seq, extension, record.error);
		}
	},
});

/** INIT-8 permits threads of the switch; a permission cannot be broken, only used. */
const ownThreads: MakeCheck = () => ({
	rules: ['INIT-8'],
	interests: named('call', 'WSPConnect', 'WSPAccept'),
	record(record, context) {
		if (isDownCall(record) && record.thread.startsWith(`${record.from}.`)) context.kept('INIT-8', record.seq);
	},
});

interface Listening {
	/** The switch. */
	readonly component: string;
	readonly port: number;
}

/** INST-5, INST-6: a SAN provider that is installed while applications run. */
const installs: MakeCheck = () => {
	const begun = new Set<string>();
	const enumerated = new Map<string, number>();
	/** Notices of WSAProviderConfigChange that no enumeration has followed yet, by switch. */
	const notices = new Map<string, SeenRecord>();
	const wildcards = new Map<string, Listening>();
	const bound = new Map<string, number>();
	/** Ports on which a late provider must listen: provider and port → its start. */
	const owed = new Map<string, SeenRecord>();
	const late = new Map<string, SeenRecord>();
	const sanBound = new Map<string, number>();

	const startedLate = (record: SeenRecord, context: CheckContext): void => {
		const { from } = record;
		if ((enumerated.get(from) ?? -1) > (notices.get(from)?.seq ?? -1) && enumerated.has(from))
			context.kept('INST-5', record.seq);
		else {
			const text = 'record {0} starts {1}, but the catalog was not enumerated after the change';
			context.broken('INST-5', record.seq, text, record.seq, record.to);
		}
		late.set(record.to, record);
	};

	return {
		rules: ['INST-5', 'INST-6'],
		interests: [
			...callsAndReturns('WSPStartupEx', 'WSPBind', 'WSPListen', 'WSPCloseSocket'),
			...named('call', 'WSPSocket', 'WSCEnumProtocols', 'WSAProviderConfigChange'),
			...named('signal', 'WSAProviderConfigChange', 'SetEvent'),
			...named('note', 'WSAProviderConfigChange', 'WSCEnumProtocols'),
		],
		record(record, context) {
			if (record.kind === 'note' || record.kind === 'signal' || record.name.startsWith('WSC')) {
				if (record.name === 'WSCEnumProtocols') enumerated.set(record.from, record.seq);
				const notice =
					record.name === 'WSAProviderConfigChange' || record.arg('announces') === 'WSAProviderConfigChange';
				if (notice && isSwitch(record.to)) notices.set(record.to, record);
			} else if (record.kind === 'call') {
				if (isApplicationCall(record)) begun.add(record.to);
				else if (record.name === 'WSPStartupEx' && isDownCall(record) && begun.has(record.from))
					startedLate(record, context);
			} else if (!record.error) returned(record, context);
		},
		end(context) {
			for (const [key, start] of owed) {
				const [provider, port] = key.split('#');
				const text = '{0} was started in record {1}, but the listening socket for port {2} was not carried over to it';
				context.broken('INST-6', start.seq, text, provider ?? '', start.seq, port ?? '');
			}
			for (const [component, notice] of notices) {
				if ((enumerated.get(component) ?? -1) > notice.seq) continue;
				const text = '{0} was told of a changed catalog in record {1} and never enumerated it';
				context.broken('INST-5', notice.seq, text, component, notice.seq);
			}
		},
	};

	function returned(record: SeenRecord, context: CheckContext): void {
		const call = callOf(context, record);
		const s = numberOf(call, 's');
		if (isDownReturn(record)) {
			if (record.name === 'WSPStartupEx') {
				const start = late.get(record.from);
				if (!start) return;
				for (const { component, port } of wildcards.values()) {
					if (component === start.from) owed.set(`${record.from}#${port}`, start);
				}
			} else if (record.name === 'WSPBind') {
				const port = wildcardPort(call);
				if (port !== undefined) sanBound.set(`${record.from}#${s}`, port);
			} else if (record.name === 'WSPListen') {
				const key = `${record.from}#${sanBound.get(`${record.from}#${s}`)}`;
				if (owed.delete(key)) context.kept('INST-6', record.seq);
			}
			return;
		}
		if (!isSwitch(record.from) || isProxy(record.to)) return;
		const key = `${record.from}#${s}`;
		const port = wildcardPort(call);
		if (record.name === 'WSPBind' && port !== undefined) bound.set(key, port);
		const listens = bound.get(key);
		if (record.name === 'WSPListen' && listens !== undefined)
			wildcards.set(key, { component: record.from, port: listens });
		if (record.name === 'WSPCloseSocket') wildcards.delete(key);
	}
};

function wildcardPort(call: SeenRecord): number | undefined {
	const match = /^(?:0\.0\.0\.0|\[::\]):(\d+)$/.exec(textOf(call, 'name') ?? '');
	return match ? Number(match[1]) : undefined;
}

export const initializationChecks: readonly MakeCheck[] = [startUp, manner, extensionAnswers, ownThreads, installs];
