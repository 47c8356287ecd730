import assert from 'node:assert/strict';
import { isRuleId } from '../../../server/rules/ruleBook';
import {
	argumentCount,
	boundaryCalls,
	findBoundaryCall,
	findCall,
	findScenarioCall,
	formatScenarioCall,
	sanErrors,
	scenarioCalls,
} from '../../../server/winsock/calls';
import { constantGroups } from '../../../server/winsock/constants';
import { isWsaError } from '../../../server/winsock/errors';
import { formatType, type ScenarioType } from '../../../server/winsock/scenarioTypes';

describe('boundary calls', () => {
	it('are the 45 documented functions', () => {
		const count = (kind: string) => boundaryCalls.filter((call) => call.kind === kind).length;
		assert.equal(boundaryCalls.length, 45);
		assert.equal(new Set(boundaryCalls.map((call) => call.name)).size, 45);
		assert.deepEqual(['spi', 'san-extension', 'upcall', 'win32'].map(count), [28, 8, 5, 4]);
	});

	it('declare their parameters in the signature, in order', () => {
		for (const call of boundaryCalls) {
			const declared = call.parameters.map(({ name, type }) => `${type} ${name}`.replace('* ', '*')).join(', ');
			assert.ok(call.signature.endsWith(` ${call.name}(${declared})`), `${call.signature}\n${declared}`);
		}
	});

	it('name only known errors and rules', () => {
		for (const call of boundaryCalls) {
			const errors = [...call.errors, ...(call.san?.errors ?? []), ...(call.san?.notReturned ?? [])];
			for (const error of errors) assert.ok(isWsaError(error), `${call.name}: ${error}`);
			for (const id of call.rules) assert.ok(isRuleId(id), `${call.name}: ${id}`);
		}
	});

	it('give the codes of the SAN path', () => {
		const connect = findBoundaryCall('WSPConnect');
		const listen = findBoundaryCall('WSPListen');
		assert.ok(connect && listen);
		assert.ok(sanErrors(connect).includes('WSAECONNRESET') && !connect.errors.includes('WSAECONNRESET'));
		assert.ok(!sanErrors(listen).includes('WSAEADDRINUSE') && listen.errors.includes('WSAEADDRINUSE'));
	});
});

describe('scenario calls', () => {
	it('are all that the language names', () => {
		const wanted =
			'socket WSASocket bind listen accept WSAAccept AcceptEx connect WSAConnect ConnectEx send recv WSASend WSARecv ' +
			'WSAGetOverlappedResult select WSACreateEvent WSAEventSelect WSAEnumNetworkEvents WSAWaitForMultipleEvents ' +
			'ioctlsocket setsockopt getsockopt getsockname getpeername shutdown WSASendDisconnect WSARecvDisconnect ' +
			'WSADuplicateSocket closesocket WSAGetLastError';
		for (const name of wanted.split(' ')) assert.equal(findScenarioCall(name)?.kind, 'winsock', name);
		assert.equal(findCall('connect')?.name, 'connect');
		assert.equal(findCall('WSPConnect')?.name, 'WSPConnect');
		assert.equal(findCall('toString'), undefined);
	});

	it('map to SPI functions and existing rules', () => {
		for (const call of scenarioCalls) {
			if (call.spi !== undefined) assert.equal(findBoundaryCall(call.spi)?.kind, 'spi', call.name);
			for (const id of call.rules) assert.ok(isRuleId(id), `${call.name}: ${id}`);
		}
	});

	it('can fail with what their SPI function can fail with, on either path', () => {
		const connect = findScenarioCall('connect');
		assert.ok(connect);
		for (const error of ['WSANOTINITIALISED', 'WSAECONNREFUSED', 'WSAECONNRESET', 'WSAEHOSTUNREACH'] as const) {
			assert.ok(connect.errors.includes(error), error);
		}
		for (const call of scenarioCalls) {
			assert.equal(new Set(call.errors).size, call.errors.length, call.name);
			for (const error of call.errors) assert.ok(isWsaError(error), `${call.name}: ${error}`);
		}
	});

	it('have optional parameters last and distinct parameter names', () => {
		for (const call of scenarioCalls) {
			const { least, most } = argumentCount(call);
			assert.ok(
				call.parameters.slice(0, least).every((parameter) => !parameter.optional),
				call.name,
			);
			assert.equal(new Set(call.parameters.map((parameter) => parameter.name)).size, most, call.name);
		}
	});

	it('show as in signature help', () => {
		const shown = (name: string) => {
			const call = findScenarioCall(name);
			assert.ok(call);
			return formatScenarioCall(call);
		};
		assert.equal(shown('send'), 'send(s, data, flags?)');
		assert.equal(shown('bind'), 'bind(s, address)');
		assert.equal(shown('socket'), 'socket(family?, type?, protocol?)');
		assert.equal(shown('WSAWaitForMultipleEvents'), 'WSAWaitForMultipleEvents(events, waitAll?, timeout?)');
	});

	it('use types that can be shown and groups that exist', () => {
		const visit = (type: ScenarioType): void => {
			assert.notEqual(formatType(type), '');
			if (type.kind === 'constant' || type.kind === 'flags') assert.ok(type.group in constantGroups);
			if (type.kind === 'list') visit(type.of);
			if (type.kind === 'oneOf') type.types.forEach(visit);
			if (type.kind === 'record') for (const field of type.fields) visit(field.type);
		};
		for (const call of scenarioCalls) {
			visit(call.result);
			for (const parameter of call.parameters) visit(parameter.type);
		}
	});

	it('write types in one notation', () => {
		const data: ScenarioType = { kind: 'oneOf', types: [{ kind: 'text' }, { kind: 'bytes' }] };
		assert.equal(formatType(data), 'text | bytes');
		assert.equal(formatType({ kind: 'list', of: { kind: 'event' } }), 'event[]');
		assert.equal(formatType({ kind: 'list', of: data }), '(text | bytes)[]');
		assert.equal(formatType({ kind: 'oneOf', types: [] }), 'any');
		assert.equal(formatType({ kind: 'flags', group: 'networkEvent' }), 'networkEvent flags');
	});
});
