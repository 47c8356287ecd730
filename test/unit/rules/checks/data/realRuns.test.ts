/** Real runs without provocation break no rule, and keep those that they exercise. */
import { strict as assert } from 'node:assert';
import { cachedBuffer, largeRead, largeWrite, shared, smallBothWays, urgentAndShutdown } from './scenarios';
import { judge, run } from './traces';

const runs: readonly (readonly [name: string, text: string, kept: string])[] = [
	[
		'small data both ways',
		smallBothWays,
		`MEM-1 MEM-2 MEM-5 MEM-6 MEM-7 MEM-9 DATA-1 DATA-2 DATA-3 DATA-4 DATA-5 DATA-8 DATA-9 DATA-11 FLOW-1 FLOW-2 FLOW-3
		COMP-1 COMP-2 COMP-3 COMP-4 COMP-5 COMP-6 COMP-7 COMP-8 COMP-9 COMP-10 CLOSE-1 CLOSE-3 CLOSE-4 CLOSE-7 CLOSE-8
		DUP-17`,
	],
	[
		'a large send, read by the receiver',
		largeRead,
		'MEM-3 MEM-4 MEM-8 DATA-2 DATA-6 RDMA-1 RDMA-2 RDMA-3 RDMA-4 RDMA-10',
	],
	[
		'a large send, written by the sender',
		largeWrite,
		'MEM-3 MEM-4 MEM-8 DATA-2 DATA-6 RDMA-1 RDMA-5 RDMA-6 RDMA-7 RDMA-8 RDMA-10',
	],
	[
		'a provider that caches registrations',
		cachedBuffer,
		'CACHE-1 CACHE-2 CACHE-3 CACHE-4 CACHE-5 CACHE-6 CACHE-7 CLEAN-1 RDMA-4',
	],
	[
		'a socket that goes to another process',
		shared,
		`DUP-1 DUP-2 DUP-3 DUP-4 DUP-5 DUP-6 DUP-7 DUP-8 DUP-9 DUP-10 DUP-11 DUP-12 DUP-13 DUP-14 DUP-16 DUP-17 CLEAN-1
		DATA-11`,
	],
	['urgent data, shutdown, use after close', urgentAndShutdown, 'OOB-1 OOB-2 SHUT-1 CLOSE-2 CLOSE-5 CLOSE-6'],
];

describe('data checks: real runs', () => {
	for (const [name, text, kept] of runs) {
		it(name, () => {
			const verdict = judge(run(text));
			assert.deepEqual([...verdict.broken], []);
			for (const rule of kept.split(/\s+/)) assert.ok(verdict.kept.has(rule), `${rule} was not kept`);
		});
	}
});
