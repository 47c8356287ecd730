import assert from 'node:assert/strict';
import {
	forbidsFallback,
	isWsaError,
	noFallbackErrors,
	wsaErrorCode,
	wsaErrorNames,
	wsaErrorOfCode,
} from '../../../server/winsock/errors';

describe('Winsock errors', () => {
	it('are 45, sorted by distinct numbers', () => {
		assert.equal(wsaErrorNames.length, 45);
		const codes = wsaErrorNames.map(wsaErrorCode);
		assert.deepEqual(
			codes,
			[...new Set(codes)].sort((a, b) => a - b),
		);
	});

	it('are found by name and by number', () => {
		assert.equal(wsaErrorCode('WSAECONNREFUSED'), 10061);
		assert.equal(wsaErrorOfCode(10035), 'WSAEWOULDBLOCK');
		assert.equal(wsaErrorOfCode(0), undefined);
		assert.ok(isWsaError('WSA_IO_PENDING'));
		assert.ok(!isWsaError('WSANOBUFS') && !isWsaError('toString') && !isWsaError('wsaeintr'));
		for (const name of wsaErrorNames) assert.equal(wsaErrorOfCode(wsaErrorCode(name)), name);
	});

	it('forbid fallback in exactly three cases (FALLBACK-4)', () => {
		assert.deepEqual(wsaErrorNames.filter(forbidsFallback).sort(), [...noFallbackErrors].sort());
		assert.ok(!forbidsFallback('WSAETIMEDOUT'));
	});
});
