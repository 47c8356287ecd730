import assert from 'node:assert/strict';
import { findBoundaryCall } from '../../../server/winsock/calls';
import {
	constantGroups,
	constantName,
	constantNames,
	constantsOf,
	constantValue,
	extensionFunctionNames,
	extensionFunctions,
	extensionOfGuid,
	INVALID_SOCKET,
	SOCKET_ERROR,
} from '../../../server/winsock/constants';

describe('constants', () => {
	it('are found by name', () => {
		assert.equal(constantValue('AF_INET'), 2);
		assert.equal(constantValue('SO_RDMA_THRESHOLD_SIZE'), 0x700e);
		assert.equal(constantValue('SIO_ADDRESS_LIST_QUERY'), 0x48000016);
		assert.equal(constantValue('FD_CONNECT'), 0x10);
		assert.equal(constantValue('SOCKET_ERROR'), SOCKET_ERROR);
		assert.equal(constantValue('INVALID_SOCKET'), INVALID_SOCKET);
		assert.equal(constantValue('SO_NOTHING'), undefined);
	});

	it('have one value each, in whatever groups they are', () => {
		assert.equal(new Set(constantNames).size, constantNames.length);
		for (const group of Object.values(constantGroups)) {
			for (const [name, value] of Object.entries(group)) assert.equal(constantValue(name), value, name);
		}
	});

	it('are named within their group', () => {
		assert.equal(constantName('shutdownHow', 1), 'SD_SEND');
		assert.equal(constantName('conditionResult', 9), undefined);
		assert.ok('FD_ACCEPT' in constantsOf('networkEvent'));
	});

	it('hold a GUID for each extension function, all distinct', () => {
		const guids = extensionFunctionNames.map((name) => extensionFunctions[name].guid);
		assert.equal(new Set(guids).size, 7);
		for (const name of extensionFunctionNames) {
			assert.equal(findBoundaryCall(name)?.kind, 'san-extension');
			assert.equal(extensionOfGuid(extensionFunctions[name].guid.toLowerCase()), name);
		}
		assert.equal(extensionOfGuid('{00000000-0000-0000-0000-000000000000}'), undefined);
	});

	it('mark two extensions as optional (INIT-7)', () => {
		assert.deepEqual(
			extensionFunctionNames.filter((name) => extensionFunctions[name].optional),
			['WSPRdmaRead', 'WSPMemoryRegistrationCacheCallback'],
		);
	});
});
