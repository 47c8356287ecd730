/** Random faults: what may go wrong in the world, and providers and transports that break what is promised. */
import fc from 'fast-check';
import type { Topology } from './topologyText';

const error = fc.constantFrom(
	'WSAENOBUFS',
	'WSAETIMEDOUT',
	'WSAECONNRESET',
	'WSAENETDOWN',
	'WSAECONNREFUSED',
	'WSAEHOSTUNREACH',
);
const ordinal = fc.integer({ min: 1, max: 30 });
const moment = fc.integer({ min: 0, max: 3000 });
const sending = ['WSPSend', 'WSPRecv', 'WSPRdmaRead', 'WSPRdmaWrite'] as const;
const registering = ['WSPRegisterMemory', 'WSPRegisterRdmaMemory'] as const;
const settingUp = [
	'WSPSocket',
	'WSPBind',
	'WSPSetSockOpt',
	'WSPEventSelect',
	'WSPListen',
	'WSPAccept',
	'WSPConnect',
] as const;

/** One fault statement, none of which breaks a promise of the documentation on purpose. */
export function faults({ hosts, providers }: Topology): fc.Arbitrary<string> {
	const provider = fc.constantFrom(...providers);
	const host = fc.constantFrom(...hosts);
	const during = fc.tuple(moment, fc.integer({ min: 1, max: 9000 })).map(([at, us]) => `at ${at}us for ${us}us`);
	return fc.oneof(
		fc
			.tuple(provider, fc.constantFrom(...settingUp), fc.integer({ min: 1, max: 3 }), error)
			.map(([at, call, nth, code]) => `fault ${at} ${call} on call ${nth}: ${code}`),
		fc.tuple(provider, moment, error).map(([at, us, code]) => `fault ${at} WSPConnect: pending ${us}us, then ${code}`),
		fc.tuple(provider, moment).map(([at, us]) => `fault ${at} WSPConnect: pending ${us}us, then success`),
		fc.tuple(provider, moment).map(([at, us]) => `fault ${at} WSPAccept: pending ${us}us`),
		fc
			.tuple(provider, fc.constantFrom(...sending, ...registering), ordinal)
			.map(([at, call, nth]) => `fault ${at} ${call} on call ${nth}: WSAENOBUFS`),
		fc
			.tuple(provider, fc.constantFrom('WSPSend', 'WSPRdmaRead', 'WSPRdmaWrite'), ordinal, moment)
			.map(([at, call, nth, us]) => `fault ${at} ${call} on call ${nth}: pending ${us}us, then WSAECONNRESET`),
		fc
			.tuple(provider, fc.constantFrom(...registering), ordinal)
			.map(([at, call, nth]) => `fault ${at} ${call} on calls ${nth}..${nth + 3}: WSAENOBUFS`),
		during.map((when) => `partition fabric ${when}`),
		fc.tuple(host, during).map(([at, when]) => `partition ${at} ${when}`),
		fc.tuple(host, host, during).map(([a, b, when]) => `partition ${a} from ${b} ${when}`),
		fc.tuple(moment, moment).map(([cut, healed]) => `partition fabric at ${cut}us heal fabric at ${cut + healed}us`),
		fc.tuple(provider, during).map(([nic, when]) => `down ${nic} ${when}`),
		fc.tuple(host, during).map(([at, when]) => `down ${at}.eth0 ${when}`),
		fc.tuple(host, moment).map(([at, us]) => `crash ${at} at ${us}us`),
		fc.tuple(ordinal, moment).map(([nth, us]) => `delay message #${nth} by ${us}us`),
		fc.constant('configure office { loss 10%, reordering 10% }'),
		// On the LAN anything may happen to a message.
		fc
			.tuple(fc.constantFrom('drop', 'duplicate', 'reorder'), ordinal, fc.nat(3), host)
			.map(([what, nth, more, to]) => `${what} messages #${nth}..${nth + more} to ${to}.eth0`),
	);
}

/** One fault statement by which a provider or a SAN transport breaks its promises. */
export function misbehaviour({ hosts, providers }: Topology): fc.Arbitrary<string> {
	const provider = fc.constantFrom(...providers);
	const calls = [
		...settingUp,
		...sending,
		...registering,
		'WSPCloseSocket',
		'WSPEnumNetworkEvents',
		'WSPGetOverlappedResult',
	];
	const call = fc.constantFrom(...calls);
	const how = fc.oneof(
		fc.constantFrom(
			'pending forever',
			'return 0',
			'success',
			'signal never',
			'signal twice',
			'complete never',
			'complete twice',
		),
		fc
			.constantFrom(
				'WPUCreateSocketHandle',
				'WPUCloseSocketHandle',
				'SetEvent',
				'ResetEvent',
				'WPUCompleteOverlappedRequest',
			)
			.map((skipped) => `skip ${skipped}`),
		error,
		error.map((code) => `return ${code}`),
		fc.tuple(moment, error).map(([us, code]) => `pending ${us}us, then ${code}`),
	);
	return fc.oneof(
		fc
			.tuple(provider, call, ordinal, how)
			.map(([at, name, nth, what]) => `fault ${at} ${name} on calls ${nth}..${nth + 3}: ${what}`),
		fc.tuple(provider, call, how).map(([at, name, what]) => `fault ${at} ${name}: ${what}`),
		fc
			.tuple(fc.constantFrom('drop', 'duplicate', 'reorder'), ordinal, fc.constantFrom(...hosts))
			.map(([what, nth, to]) => `${what} message #${nth} to ${to}.ib0`),
		fc
			.tuple(
				fc.constantFrom('drop', 'duplicate', 'reorder'),
				fc.constantFrom('NativeConnectRequest', 'NativeAccept', 'NativeRefusal', 'NativeDisconnect'),
			)
			.map(([what, kind]) => `${what} message ${kind} #1`),
	);
}
