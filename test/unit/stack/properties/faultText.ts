/** Random faults: what may go wrong in the world, and providers and transports that break what is promised. */
import fc from 'fast-check';
import { type FaultClauses, faultClauses } from '../../../../server/winsock/faultClauses';
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
			.tuple(provider, fc.constantFrom(...sending), ordinal, moment)
			.map(([at, call, nth, us]) => `fault ${at} ${call} on call ${nth}: pending ${us}us, then success`),
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

/** What a clause may say about a call, as text. */
function clauses({ number, pending, signal, complete, skip }: FaultClauses): fc.Arbitrary<string> {
	return fc.oneof(
		fc.constant('success'),
		error,
		error.map((code) => `return ${code}`),
		...(number ? [fc.constant('return 0')] : []),
		...(pending
			? [fc.constant('pending forever'), fc.tuple(moment, error).map(([us, code]) => `pending ${us}us, then ${code}`)]
			: []),
		...(signal ? [fc.constantFrom('signal never', 'signal twice')] : []),
		...(complete ? [fc.constantFrom('complete never', 'complete twice')] : []),
		...(skip ?? []).map((name) => fc.constant(`skip ${name}`)),
	);
}

/** One fault statement by which a provider or a SAN transport breaks its promises: every call, in every way that it can. */
export function misbehaviour({ hosts, providers }: Topology): fc.Arbitrary<string> {
	const calls = Object.entries(faultClauses.provider);
	const fault = fc
		.tuple(fc.constantFrom(...providers), fc.constantFrom(...calls), ordinal, fc.boolean())
		.chain(([at, [call, fits], nth, always]) =>
			clauses(fits).map((clause) => `fault ${at} ${call}${always ? '' : ` on calls ${nth}..${nth + 3}`}: ${clause}`),
		);
	const what = fc.constantFrom('drop', 'duplicate', 'reorder');
	return fc.oneof(
		{ weight: 3, arbitrary: fault },
		{
			weight: 1,
			arbitrary: fc
				.tuple(what, ordinal, fc.constantFrom(...hosts))
				.map(([action, nth, to]) => `${action} message #${nth} to ${to}.ib0`),
		},
		{
			weight: 1,
			arbitrary: fc
				.tuple(
					what,
					fc.constantFrom(
						'NativeConnectRequest',
						'NativeAccept',
						'NativeRefusal',
						'NativeDisconnect',
						'NativeWithdrawal',
					),
				)
				.map(([action, kind]) => `${action} message ${kind} #1`),
		},
	);
}
