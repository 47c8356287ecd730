/** Shows another branch than the one under the debugger, and tells the client what is different there. */
import { BRANCHES_CHANGED } from '../protocol/debugRequests';
import type { Arrivals } from './arrivals';
import type { Branch, WhatIf } from './branches';
import { memoryReference as referenceOf } from './memory';
import type { Stage } from './stage';

export class BranchSwitch {
	constructor(
		private readonly stage: Stage,
		private readonly arrivals: Arrivals,
	) {}

	/** Runs the scenario again with one more change, and shows that run. */
	fork(whatIf: WhatIf): Branch {
		const { stage } = this;
		const branch = stage.fork(whatIf);
		const { id, departsAt, title, parent } = branch;
		this.show(branch);
		stage.console?.say(stage.texts('branchStarted', id, departsAt, title, parent?.id ?? 1), 'console');
		return branch;
	}

	/** Shows a branch where one stands in it. What was looked at before means nothing any more. */
	show(branch: Branch): void {
		const { stage, arrivals } = this;
		const isNew = branch !== stage.branches.current;
		stage.use(branch);
		if (!isNew) return;
		stage.after(() => {
			arrivals.announceMove();
			arrivals.arrived({ kind: 'goal' }, 'branch');
			stage.output.event(BRANCHES_CHANGED, { branches: stage.branches.infos() });
			if (stage.client.knowsInvalidated) stage.output.event('invalidated', { areas: ['all'] });
			if (stage.client.knowsMemoryEvents) this.announceMemory();
		});
	}

	/** Registered memory may hold other bytes in another branch. */
	private announceMemory(): void {
		const { objects, cursor } = this.stage.current();
		for (const id of objects.history.objectsAt(cursor.seq)) {
			if (objects.entry(id).type.name !== 'memory') continue;
			const count = Number(objects.field(id, 'length', cursor.seq) ?? 0);
			const memoryReference = referenceOf(objects.reader.objectName(id));
			if (count > 0) this.stage.output.event('memory', { memoryReference, offset: 0, count });
		}
	}
}
