import { strict as assert } from 'node:assert';
import { isOwnPart, nicOf, Roles } from '../../../server/debug/role';

const components = new Set(['alice.ib0', 'alice.ib0.proxy', 'alice.ib0.nic', 'alice.eth0.nic', 'alice.client']);
const has = (name: string): boolean => components.has(name);

describe('roles of components', () => {
	const expected: readonly (readonly [name: string, role: string, own: boolean, nic: string | undefined])[] = [
		['alice.client', 'application', false, undefined],
		['alice.switch', 'switch', true, undefined],
		['alice.switch.accept', 'switch', false, undefined],
		['alice.tcpip', 'tcpip', true, undefined],
		['alice.ib0', 'provider', true, 'alice.ib0'],
		['alice.ib0.connect', 'provider', false, 'alice.ib0'],
		['alice.ib0.proxy', 'proxy', true, 'alice.ib0'],
		['alice.ib0.nic', 'nic', true, 'alice.ib0'],
		['alice.eth0.nic', 'nic', true, 'alice.eth0'],
		['alice.second.switch', 'switch', true, undefined],
		['alice.second.switch.accept', 'switch', false, undefined],
		['alice.second.ib0', 'provider', true, 'alice.ib0'],
		['alice.second.ib0.connect', 'provider', false, 'alice.ib0'],
	];
	for (const [name, role, own, nic] of expected) {
		it(`${name}: ${role}`, () => {
			const roles = new Roles(has, () => components.size);
			assert.deepEqual([roles.of(name), nicOf(name, has)], [role, nic]);
			assert.equal(isOwnPart(name, roles.of(name), has), own);
		});
	}

	it('take a provider for an application only until its driver shows', () => {
		const seen = new Set(['bob.ib0']);
		const roles = new Roles(
			(name) => seen.has(name),
			() => seen.size,
		);
		assert.equal(roles.of('bob.second.ib0'), 'application');
		seen.add('bob.ib0.proxy');
		assert.equal(roles.of('bob.second.ib0'), 'provider');
	});
});
