import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	addressBits,
	compareIp,
	type IpAddress,
	ipv4,
	ipv6,
	isFullySpecified,
	isLoopback,
	isWildcard,
	longestMatch,
	parseIp,
	parseSocketAddress,
	parseSubnet,
	type SocketAddress,
	type Subnet,
	sameIp,
	sameSocketAddress,
	socketAddress,
	subnetContains,
	subnetOf,
	wildcard,
} from '../../../server/winsock/address';
import { check } from './property';

const word = fc.nat(0xffffffff);
const anyIpv4 = word.map(ipv4);
/** Groups of zeros are likely, so that `::` and its rules are met. */
const group = fc.oneof(fc.constant(0), fc.nat(0xffff));
const anyIpv6 = fc
	.array(group, { minLength: 8, maxLength: 8 })
	.map((groups) => [0, 2, 4, 6].map((at) => (groups[at] ?? 0) * 0x10000 + (groups[at + 1] ?? 0)))
	.map(([a = 0, b = 0, c = 0, d = 0]) => ipv6([a, b, c, d]));
const anyIp = fc.oneof(anyIpv4, anyIpv6);
const anySubnet = anyIp.chain((ip) => fc.nat(addressBits(ip.family)).map((length) => subnetOf(ip, length)));

function ip(text: string): IpAddress {
	const parsed = parseIp(text);
	assert.ok(parsed, text);
	return parsed;
}

function at(text: string): SocketAddress {
	const parsed = parseSocketAddress(text);
	assert.ok(parsed, text);
	return parsed;
}

function net(text: string): Subnet {
	const parsed = parseSubnet(text);
	assert.ok(parsed, text);
	return parsed;
}

/** The bits of an address as a string of 0 and 1: the slow, obvious model to compare with. */
function bits(address: IpAddress): string {
	const all = address.words.map((part) => part.toString(2).padStart(32, '0')).join('');
	return all.slice(128 - addressBits(address.family));
}

describe('IP addresses', () => {
	it('are written canonically', () => {
		const canonical: readonly (readonly [string, string])[] = [
			['10.1.0.2', '10.1.0.2'],
			['255.255.255.255', '255.255.255.255'],
			['FD00:0:0:0:0:0:0:2', 'fd00::2'],
			['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
			['2001:0db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
			['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
			['0:0:0:0:0:0:0:0', '::'],
			['0:0:0:0:0:0:0:1', '::1'],
			['1:0:0:0:0:0:0:0', '1::'],
			['::ffff:10.1.0.2', '::ffff:10.1.0.2'],
			['::ffff:a01:2', '::ffff:10.1.0.2'],
			['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
		];
		for (const [written, expected] of canonical) assert.equal(ip(written).text, expected);
	});

	it('refuse what is none', () => {
		const wrong = [
			'',
			'10.1.0',
			'10.1.0.256',
			'10.1.0.01',
			'10.1.0.2.3',
			' 10.1.0.2',
			'10.1.0.2 ',
			'0x0a.1.0.2',
			'-1.0.0.0',
			':',
			':::',
			'1::2::3',
			'1:2:3:4:5:6:7',
			'1:2:3:4:5:6:7:8:9',
			'1:2:3:4:5:6:7::8',
			'12345::',
			'g::',
			'::1.2.3',
			'1.2.3.4::',
			'::1.2.3.4:5',
			'fe80::1%eth0',
			':1::',
			'1:2:3:4:5:6:7:',
			'[::1]',
		];
		for (const text of wrong) assert.equal(parseIp(text), undefined, text);
	});

	it('survive formatting and parsing (property)', () => {
		check(fc.property(anyIp, (address) => assert.deepEqual(parseIp(address.text), address)));
	});

	it('never make the parser throw (property)', () => {
		const likely = fc.string({ unit: fc.constantFrom(...'0123456789abcf.:/[]%') });
		const written = fc.oneof(
			anyIp.map(({ text }) => text),
			fc.tuple(anyIp, fc.nat(65_535)).map(([address, port]) => socketAddress(address, port).text),
			anySubnet.map(({ text }) => text),
		);
		/** A character of an address is left out, or replaced by the next one. */
		const garbled = fc
			.tuple(written, fc.nat(40), fc.boolean())
			.map(([text, at, left]) => text.slice(0, at) + (left ? '' : (text[at + 1] ?? '')) + text.slice(at + 1));
		const parsers = [parseIp, parseSocketAddress, parseSubnet] as const;
		const parsedBy = new Set<unknown>();
		check(
			fc.property(fc.oneof(fc.string(), likely, written, garbled), (text) => {
				for (const parse of parsers) {
					const parsed = parse(text);
					if (!parsed) continue;
					parsedBy.add(parse);
					assert.deepEqual(parse(parsed.text), parsed);
				}
			}),
		);
		assert.equal(parsedBy.size, parsers.length);
	});

	it('are the same exactly if family and bits are (property)', () => {
		check(
			fc.property(anyIp, anyIp, (a, b) => {
				const same = a.family === b.family && bits(a) === bits(b);
				assert.equal(sameIp(a, b), same);
				assert.equal(compareIp(a, b) === 0, same);
				assert.equal(Math.sign(compareIp(a, b)), -Math.sign(compareIp(b, a)) + 0);
			}),
		);
	});

	it('know wildcard and loopback', () => {
		assert.ok(isWildcard(wildcard('AF_INET')) && isWildcard(ip('::')) && !isWildcard(ip('::1')));
		assert.equal(wildcard('AF_INET6').text, '::');
		assert.ok(isLoopback(ip('127.0.0.1')) && isLoopback(ip('127.255.0.9')) && isLoopback(ip('::1')));
		assert.ok(!isLoopback(ip('128.0.0.1')) && !isLoopback(ip('::')) && !isLoopback(ip('::127.0.0.1')));
	});

	it('sort IPv4 first, then by number', () => {
		const sorted = ['::1', '10.0.0.10', '200.0.0.1', '10.0.0.9', 'fd00::2'].map(ip).sort(compareIp);
		assert.deepEqual(
			sorted.map((address) => address.text),
			['10.0.0.9', '10.0.0.10', '200.0.0.1', '::1', 'fd00::2'],
		);
	});
});

describe('socket addresses', () => {
	it('are written with brackets around IPv6', () => {
		assert.equal(at('10.1.0.2:7000').text, '10.1.0.2:7000');
		assert.equal(at('[fd00:0::2]:7000').text, '[fd00::2]:7000');
		assert.equal(at('0.0.0.0:0').port, 0);
		assert.equal(at('1.2.3.4:00080').text, '1.2.3.4:80');
	});

	it('refuse what is none', () => {
		const wrong = ['10.1.0.2', '10.1.0.2:', '10.1.0.2:65536', '10.1.0.2:-1', 'fd00::2:7000', '[10.1.0.2]:7000', '[]:1'];
		for (const text of wrong) assert.equal(parseSocketAddress(text), undefined, text);
		assert.throws(() => socketAddress(ip('10.1.0.2'), 65536), RangeError);
		assert.throws(() => socketAddress(ip('10.1.0.2'), 1.5), RangeError);
	});

	it('survive formatting and parsing (property)', () => {
		check(
			fc.property(anyIp, fc.nat(65535), (address, port) => {
				const whole = socketAddress(address, port);
				assert.deepEqual(parseSocketAddress(whole.text), whole);
			}),
		);
	});

	it('compare address and port', () => {
		assert.ok(sameSocketAddress(at('10.1.0.2:7000'), at('10.1.0.2:7000')));
		assert.ok(!sameSocketAddress(at('10.1.0.2:7000'), at('10.1.0.2:7001')));
		assert.ok(!sameSocketAddress(at('10.1.0.2:7000'), at('10.1.0.3:7000')));
	});

	it('are fully specified only with address and port (BIND-4)', () => {
		assert.ok(isFullySpecified(at('10.1.0.2:7000')));
		assert.ok(!isFullySpecified(at('10.1.0.2:0')));
		assert.ok(!isFullySpecified(at('0.0.0.0:7000')));
	});
});

describe('subnets', () => {
	it('clear the bits after the prefix', () => {
		assert.equal(net('10.1.2.3/16').text, '10.1.0.0/16');
		assert.equal(net('fd00:1:2:3::5/56').text, 'fd00:1:2::/56');
		assert.equal(net('10.1.2.3/0').text, '0.0.0.0/0');
		assert.equal(net('10.1.2.3/32').text, '10.1.2.3/32');
		assert.equal(net('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/33').text, 'ffff:ffff:8000::/33');
	});

	it('refuse what is none', () => {
		for (const text of ['10.1.0.0', '10.1.0.0/', '10.1.0.0/33', 'fd00::/129', '/16', '10.1.0.0/16/8', '10.1.0.0/-1']) {
			assert.equal(parseSubnet(text), undefined, text);
		}
		assert.throws(() => subnetOf(ip('10.1.0.2'), 33), RangeError);
		assert.throws(() => subnetOf(ip('::'), -1), RangeError);
	});

	it('contain what has the same leading bits and family (property)', () => {
		check(
			fc.property(anySubnet, anyIp, (subnet, address) => {
				const { network, prefixLength } = subnet;
				const expected =
					network.family === address.family &&
					bits(network).slice(0, prefixLength) === bits(address).slice(0, prefixLength);
				assert.equal(subnetContains(subnet, address), expected);
			}),
		);
	});

	it('contain every address that they were made from (property)', () => {
		check(
			fc.property(anyIp, fc.nat(128), (address, length) => {
				const prefixLength = Math.min(length, addressBits(address.family));
				const subnet = subnetOf(address, prefixLength);
				assert.ok(subnetContains(subnet, address));
				assert.deepEqual(parseSubnet(subnet.text), subnet);
				assert.deepEqual(subnetOf(subnet.network, prefixLength), subnet);
			}),
		);
	});

	it('match the longest prefix, and the first of equals (OQ-4, OQ-5)', () => {
		const table = ['0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '10.1.0.0/16', 'fd00::/8'].map((text, index) => ({
			subnet: net(text),
			index,
		}));
		assert.equal(longestMatch(table, ip('10.1.9.9'))?.index, 2);
		assert.equal(longestMatch(table, ip('10.2.0.1'))?.index, 1);
		assert.equal(longestMatch(table, ip('9.0.0.1'))?.index, 0);
		assert.equal(longestMatch(table, ip('fd12::1'))?.index, 4);
		assert.equal(longestMatch(table, ip('fe80::1')), undefined);
		assert.equal(longestMatch([], ip('10.1.0.1')), undefined);
	});
});
