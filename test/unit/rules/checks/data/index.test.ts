/** The data checks as a whole: every observable rule of their families has one, and a long run costs little. */
import { strict as assert } from 'node:assert';
import { Checker } from '../../../../../server/rules/checker';
import { dataChecks } from '../../../../../server/rules/checks/data';
import { allRules } from '../../../../../server/rules/ruleBook';
import { History } from '../../../../../server/trace';
import { connected } from './scenarios';
import { run } from './traces';

const families = 'MEM CACHE DATA FLOW RDMA OOB COMP SYNC SHUT CLOSE CLEAN DUP EXT'.split(' ');

describe('data checks', () => {
	it('every observable rule has a check, and only those', () => {
		const due = allRules().filter((rule) => families.includes(rule.family) && rule.observable);
		const checked = new Set(dataChecks.flatMap((make) => make().rules));
		assert.deepEqual([...checked].sort(), due.map((rule) => rule.id).sort());
	});

	it('a long run costs the same for each record as a short one', () => {
		const cost = (messages: number): number => {
			const reader = run(
				connected(
					`repeat ${messages} { recv(p, 5, MSG_WAITALL) }\n closesocket(p)`,
					`repeat ${messages} { send(s, "hello") }\n sleep 1ms\n closesocket(s)`,
				),
			);
			const history = new History(reader);
			const start = process.cpuUsage().user;
			new Checker(reader, history, dataChecks).end();
			return (process.cpuUsage().user - start) / reader.length;
		};
		cost(500);
		const [short, long] = [cost(500), cost(5000)];
		assert.ok(long < 3 * short, `${short} µs a record in a short run, ${long} in a long one`);
	});
});
