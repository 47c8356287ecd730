/** A scenario in which many connections carry small messages back and forth through both stacks, without end. */
import { type Run, startRun } from '../../server/scenario/interpreter';
import { hasErrors, parseScenarioFile } from '../../server/scenario/parse';

/** Text of a scenario with that many connections, each between two threads of its own. */
export function trafficText(connections: number): string {
	const pairs = Array.from({ length: connections }, (_, i) => {
		const address = `10.1.0.2:${2000 + i}`;
		return `  thread bob.server${i} {
    let listener = socket()
    bind(listener, ${address})
    listen(listener, 4)
    let peer = accept(listener)
    while true { send(peer, recv(peer, 16)) }
  }
  thread alice.client${i} {
    let s = socket()
    connect(s, ${address})
    while true {
      send(s, "0123456789abcdef")
      recv(s, 16)
    }
  }
`;
	});
	return `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
scenario "traffic" {
  recordLimit 1000000000
${pairs.join('')}}
`;
}

/** Starts the run. @throws Error if the text has errors, which would be a mistake of the benchmark */
export function trafficRun(connections: number, checkRules = false): Run {
	const file = parseScenarioFile(trafficText(connections), 'traffic.sanflow');
	if (hasErrors(file)) throw new Error(JSON.stringify(file.problems[0]));
	// Mostly the stack and the trace are measured, not the rule checks, which are a reader of the trace like any other.
	return startRun(file, undefined, { checkRules });
}

/** Lets the run write records until there are at least that many. @throws Error if it ends before */
export function advanceTo(run: Run, records: number): void {
	while (run.reader.length < records) {
		if (run.advance(1_000).kind !== 'running') throw new Error(`the run ended: ${JSON.stringify(run.state)}`);
	}
}
