/**
 * Random machines and wires: two to four hosts, each with a NIC on a SAN and one on a LAN, perhaps one on a second SAN,
 * perhaps a second one on the first (two providers for one subnet), perhaps one without a SAN provider. IPv4 and IPv6.
 */
import fc from 'fast-check';

const names = ['alice', 'bob', 'carol', 'dave'] as const;

/** Where a listener can be reached. */
export type Way = 'fabric' | 'twin' | 'second' | 'office';

export interface Topology {
	readonly text: string;
	readonly hosts: readonly string[];
	/** Ways that every host has. */
	readonly ways: readonly Way[];
	/** SAN providers, as `alice.ib0`. */
	readonly providers: readonly string[];
	/** Addresses without port of host `n`. */
	readonly address: (host: number, way: Way, family: 4 | 6) => string;
}

const nicSettings = fc
	.record({
		credits: fc.integer({ min: 1, max: 9 }),
		bufferSize: fc.constantFrom(64, 100, 256, 1024, 4096),
		maxMessage: fc.constantFrom(64, 512, 4096),
		rdmaThreshold: fc.constantFrom(100, 1000, 4096),
		maxRdma: fc.constantFrom(700, 5000, 1_048_576),
		rdmaRead: fc.constantFrom('on', 'off'),
		flowControl: fc.constantFrom('on', 'off'),
		cache: fc.constantFrom('on', 'off'),
		connect: fc.constantFrom('asynchronous', 'asynchronous 30us', 'immediate'),
		accept: fc.constantFrom('asynchronous', 'asynchronous 20us', 'immediate'),
		connectTimeout: fc.constantFrom('5ms', '21s'),
		privateBuffers: fc.constantFrom(1, 16),
	})
	.map(settingText);

const sanSettings = fc
	.record({
		latency: fc.constantFrom('0ns', '1us', '5us', '80us'),
		bandwidth: fc.constantFrom('100Mbps', '10Gbps'),
		mtu: fc.constantFrom(256, 4096),
	})
	.map(settingText);

const lanSettings = fc
	.record({
		latency: fc.constantFrom('20us', '3ms'),
		mtu: fc.constantFrom(576, 1500),
		// More, and now and then a connection is not made although nothing is wrong.
		loss: fc.constantFrom('0%', '0%', '1%'),
		reordering: fc.constantFrom('0%', '5%'),
	})
	.map(settingText);

const hostSettings = fc
	.record({
		accept: fc.constantFrom('eagerly', 'lazily'),
		sendBuffers: fc.constantFrom(1, 2, 8),
	})
	.map(settingText);

function settingText(settings: Readonly<Record<string, string | number>>): string {
	return Object.entries(settings)
		.map(([name, value]) => `${name} ${value}`)
		.join(', ');
}

export const topologies: fc.Arbitrary<Topology> = fc
	.record({
		count: fc.integer({ min: 2, max: names.length }),
		nics: fc.array(nicSettings, { minLength: 12, maxLength: 12 }),
		hosts: fc.array(hostSettings, { minLength: 4, maxLength: 4 }),
		fabric: sanSettings,
		second: fc.option(sanSettings),
		office: lanSettings,
		twins: fc.boolean(),
		/** This host has no provider on the second SAN. */
		ndis: fc.option(fc.integer({ min: 0, max: 3 })),
	})
	.map(({ count, nics, hosts: settings, fabric, second, office, twins, ndis }) => {
		const hosts = names.slice(0, count);
		const hostText = (host: string, at: number): string => {
			const n = at + 1;
			const nic = (name: string, wire: string, addresses: string, own: string) =>
				`  nic ${name} on ${wire} at ${addresses} { ${own} }`;
			return [
				`host ${host} {`,
				`  ${settings[at]}`,
				nic('ib0', 'fabric', `10.1.0.${n}, fd00::${n}`, nics[at * 3] as string),
				...(twins ? [nic('ib1', 'fabric', `10.1.0.${10 + n}, fd00::1${n}`, nics[at * 3 + 1] as string)] : []),
				...(second !== null
					? [nic('roce', 'second', `10.2.0.${n}, fd02::${n}`, ndis === at ? 'ndis only' : (nics[at * 3 + 2] as string))]
					: []),
				nic('eth0', 'office', `192.168.7.${n}, fd07::${n}`, ''),
				'}',
			].join('\n');
		};
		const ways: readonly Way[] = [
			'fabric',
			...(twins ? (['twin'] as const) : []),
			...(second !== null ? (['second'] as const) : []),
			'office',
		];
		return {
			text: [
				`san fabric 10.1.0.0/16, fd00::/64 { ${fabric} }`,
				...(second !== null ? [`san second 10.2.0.0/16, fd02::/64 { ${second} }`] : []),
				`lan office 192.168.7.0/24, fd07::/64 { ${office} }`,
				...hosts.map(hostText),
			].join('\n'),
			hosts,
			ways,
			providers: hosts.flatMap((host, at) => [
				`${host}.ib0`,
				...(twins ? [`${host}.ib1`] : []),
				...(second !== null && ndis !== at ? [`${host}.roce`] : []),
			]),
			address: (host, way, family) => addressOf(host + 1, way, family),
		};
	});

function addressOf(n: number, way: Way, family: 4 | 6): string {
	switch (way) {
		case 'fabric':
			return family === 4 ? `10.1.0.${n}` : `[fd00::${n}]`;
		case 'twin':
			return family === 4 ? `10.1.0.${10 + n}` : `[fd00::1${n}]`;
		case 'second':
			return family === 4 ? `10.2.0.${n}` : `[fd02::${n}]`;
		case 'office':
			return family === 4 ? `192.168.7.${n}` : `[fd07::${n}]`;
	}
}
