import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	eventMask,
	eventsOfMask,
	FD_MAX_EVENTS,
	formatMask,
	isNetworkEvent,
	maskHas,
	networkEventFacts,
	networkEventNames,
	reenables,
	sanEvents,
} from '../../../server/winsock/events';
import { check } from './property';

describe('network events', () => {
	it('have the bits 0 to 9 in order', () => {
		assert.equal(networkEventNames.length, FD_MAX_EVENTS);
		networkEventNames.forEach((name, index) => {
			assert.equal(networkEventFacts(name).bit, index);
			assert.equal(networkEventFacts(name).value, 1 << index);
		});
	});

	it('turn into a mask and back (property)', () => {
		check(
			fc.property(fc.subarray([...networkEventNames]), (events) => {
				assert.deepEqual(eventsOfMask(eventMask(events)), events);
			}),
		);
	});

	it('are written as in a scenario', () => {
		assert.equal(formatMask(0), '0');
		assert.equal(formatMask(eventMask(['FD_WRITE', 'FD_CONNECT'])), 'FD_WRITE | FD_CONNECT');
		assert.equal(formatMask(0x10 | 0x8000), 'FD_CONNECT | 0x8000');
		assert.ok(maskHas(0x18, 'FD_ACCEPT') && !maskHas(0x18, 'FD_READ'));
	});

	it('are re-enabled by their functions only', () => {
		assert.ok(reenables('AcceptEx', 'FD_ACCEPT') && reenables('recv', 'FD_READ') && reenables('send', 'FD_WRITE'));
		assert.ok(!reenables('recv', 'FD_WRITE'));
		for (const name of ['FD_CONNECT', 'FD_CLOSE'] as const) {
			assert.equal(networkEventFacts(name).triggering, 'once');
			assert.deepEqual(networkEventFacts(name).reenabledBy, []);
		}
	});

	it('reach a SAN provider in two cases (EVT-1)', () => {
		assert.deepEqual([...sanEvents], ['FD_ACCEPT', 'FD_CONNECT']);
		assert.ok(isNetworkEvent('FD_OOB') && !isNetworkEvent('FD_ALL_EVENTS') && !isNetworkEvent('constructor'));
	});
});
