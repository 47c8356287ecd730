/** Options and control codes that the switch asks of a SAN provider (page "Handling socket options and control codes for a SAN"). */
import type { Thread } from '../../simulation';
import { site } from '../../trace';
import { forced } from '../faults';
import { isError, type Outcome, type WsaError } from '../outcome';
import { leave, type SanProvider } from './sanProvider';
import type { SanSocket } from './sanSocket';

const NOT_SET = site('WSPSetSockOpt', [], ['FALLBACK-11']);
const WSP_SET_SOCK_OPT = site('WSPSetSockOpt', ['s', 'level', 'optname', 'optval'], ['OPT-1', 'OPT-4']);
const WSP_GET_SOCK_OPT = site('WSPGetSockOpt', ['s', 'level', 'optname'], ['OPT-3']);
const OPTION_VALUE = site('WSPGetSockOpt', ['optval'], ['OPT-3']);
const WSP_IOCTL = site('WSPIoctl', ['s', 'dwIoControlCode', 'value'], ['OPT-9']);
const WSP_GET_QOS_BY_NAME = site('WSPGetQOSByName', ['s', 'lpQOSName'], ['OPT-10']);
const QOS_BY_NAME = site('WSPGetQOSByName', ['lpQOS'], ['OPT-10']);
const QOS_NAMES = site('WSPGetQOSByName', ['lpQOSName'], ['OPT-10']);
const QOS_VALUE = site('WSPIoctl', ['value'], ['OPT-9']);

/** WSPSetSockOpt: only SO_DEBUG and SO_GROUP_PRIORITY are ever written to a SAN provider (OPT-4). */
export function WSPSetSockOpt(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	level: string,
	option: string,
	value: number,
): Outcome<number> {
	provider.enter(t, WSP_SET_SOCK_OPT, s.descriptor, level, option, value);
	const outcome = forced(provider.effect('WSPSetSockOpt')) ?? setOption(provider, s, option, value);
	return leave(t, isError(outcome) ? NOT_SET : WSP_SET_SOCK_OPT, outcome);
}

function setOption(provider: SanProvider, s: SanSocket, option: string, value: number): Outcome<0> {
	if (s.state === 'closed') return 'WSAENOTSOCK';
	const supported = option === 'SO_DEBUG' || (option === 'SO_GROUP_PRIORITY' && provider.nic.settings.qos);
	if (!supported) return 'WSAENOPROTOOPT';
	keepQos(s, option, value);
	if (option === 'SO_DEBUG') s.debug = value !== 0;
	return 0;
}

/** WSPGetSockOpt: sizes and threshold of the transport (OPT-3, OPT-5 to OPT-7). A size without limit is not supported. */
export function WSPGetSockOpt(provider: SanProvider, t: Thread, s: SanSocket, option: string): Outcome<number> {
	provider.enter(t, WSP_GET_SOCK_OPT, s.descriptor, 'SOL_SOCKET', option);
	const value = forced(provider.effect('WSPGetSockOpt')) ?? optionOf(provider, s, option) ?? 'WSAENOPROTOOPT';
	if (isError(value)) t.leave(OPTION_VALUE, -1, value);
	else t.leave(OPTION_VALUE, 0, undefined, value);
	return value;
}

function optionOf(provider: SanProvider, s: SanSocket, option: string): WsaError | number | undefined {
	if (s.state === 'closed') return 'WSAENOTSOCK';
	const { maxMessage, maxRdma, rdmaThreshold, qos } = provider.nic.settings;
	switch (option) {
		case 'SO_MAX_MSG_SIZE':
			return limit(maxMessage);
		case 'SO_MAX_RDMA_SIZE':
			return limit(maxRdma);
		case 'SO_RDMA_THRESHOLD_SIZE':
			return limit(rdmaThreshold);
		case 'SO_DEBUG':
			return s.qos?.get(option) ?? 0;
		case 'SO_GROUP_ID':
		case 'SO_GROUP_PRIORITY':
			return qos ? (s.qos?.get(option) ?? 0) : undefined;
		default:
			return undefined;
	}
}

function limit(size: number): number | undefined {
	return size === Number.POSITIVE_INFINITY ? undefined : size;
}

/**
 * Templates of a provider with quality of service: name and bytes a second. The names are the built-in ones of the Windows
 * SDK (qosname.h). The values are the provider's own to choose (page "QOS Templates"): for the audio codecs what their
 * frames need, for video, which has no fixed rate, invented.
 */
const templates: Readonly<Record<string, number>> = {
	G711: 8_000,
	'G723.1': 800,
	G729: 1_000,
	H263QCIF: 16_000,
	H263CIF: 32_000,
	H261QCIF: 16_000,
	H261CIF: 48_000,
	'GSM6.10': 1_650,
};

/**
 * WSPGetQOSByName: every provider has it; one without quality of service fails it with WSAEOPNOTSUPP (OPT-10).
 * @param name the empty one asks for the names that there are; the value is their number then
 */
export function WSPGetQOSByName(provider: SanProvider, t: Thread, s: SanSocket, name: string): Outcome<number> {
	provider.enter(t, WSP_GET_QOS_BY_NAME, s.descriptor, name);
	const fault = forced(provider.effect('WSPGetQOSByName'));
	if (typeof fault === 'number') {
		t.leave(QOS_BY_NAME, fault, undefined, null);
		return 0;
	}
	const value = fault ?? template(provider, s, name);
	if (isError(value)) t.leave(QOS_BY_NAME, false, value, null);
	else if (name === '') t.leave(QOS_NAMES, true, undefined, Object.keys(templates));
	else t.leave(QOS_BY_NAME, true, undefined, value);
	return value;
}

function template(provider: SanProvider, s: SanSocket, name: string): Outcome<number> {
	if (s.state === 'closed') return 'WSAENOTSOCK';
	if (!provider.nic.settings.qos) return 'WSAEOPNOTSUPP';
	if (name === '') return Object.keys(templates).length;
	return (Object.hasOwn(templates, name) ? templates[name] : undefined) ?? 'WSAEINVAL';
}

/** WSPIoctl with SIO_GET_QOS, SIO_SET_QOS and those for groups: only of a provider with XP1_QOS_SUPPORTED (OPT-9). */
export function WSPIoctlQos(
	provider: SanProvider,
	t: Thread,
	s: SanSocket,
	code: string,
	value: number,
): Outcome<number> {
	provider.enter(t, WSP_IOCTL, s.descriptor, code, value);
	const outcome = forced(provider.effect('WSPIoctl')) ?? quality(provider, s, code, value);
	if (isError(outcome)) return leave(t, WSP_IOCTL, outcome);
	t.leave(QOS_VALUE, 0, undefined, outcome);
	return outcome;
}

function quality(provider: SanProvider, s: SanSocket, code: string, value: number): Outcome<number> {
	if (s.state === 'closed') return 'WSAENOTSOCK';
	if (!provider.nic.settings.qos) return 'WSAEOPNOTSUPP';
	const name = code.replace(/^SIO_[GS]ET_/, '');
	if (code.startsWith('SIO_SET')) keepQos(s, name, value);
	return s.qos?.get(name) ?? 0;
}

/** Most sockets never have a quality of service. */
function keepQos(s: SanSocket, name: string, value: number): void {
	s.qos ??= new Map();
	s.qos.set(name, value);
}
