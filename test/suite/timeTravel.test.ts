/** The debugger's own commands, in the editor: each moves the session to where it says. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAllEditors, eventually, openAt, scenarioFile } from './scratch';

const text = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }

scenario "first" {
  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 1)
    let peer = accept(listener)
  }

  thread alice.client {
    let s = socket()
    sleep 1ms
    connect(s, 10.1.0.2:7000)
  }
}
`;

describe('commands of the debugger', () => {
	let session: vscode.DebugSession;
	let file: vscode.Uri;

	async function ask(expression: string): Promise<string> {
		const { result } = await session.customRequest('evaluate', { expression });
		return result;
	}

	async function record(): Promise<number> {
		return Number(await ask('seq'));
	}

	/** Carries a command out and waits until the debugger stands at another record. */
	async function moved(command: string, ...args: readonly unknown[]): Promise<number> {
		const before = await record();
		await vscode.commands.executeCommand(command, ...args);
		let now = before;
		await eventually(async () => {
			try {
				now = await record();
			} catch {
				return false;
			}
			return now !== before;
		}, `${command} moved the debugger`);
		return now;
	}

	/** Runs on from the start to the provider's WSPConnect. */
	async function stopInConnect(): Promise<number> {
		const breakpoint = new vscode.FunctionBreakpoint('alice.ib0!WSPConnect');
		vscode.debug.addBreakpoints([breakpoint]);
		await session.customRequest('sanflow/goToRecord', { seq: 0 });
		await eventually(async () => (await record()) === 0, 'the debugger stands at record 0');
		const inside = await moved('workbench.action.debug.continue');
		vscode.debug.removeBreakpoints([breakpoint]);
		assert.equal(await ask(`record(${inside}).name`), '"WSPConnect"');
		return inside;
	}

	before(async () => {
		file = scenarioFile('timeTravel.sanflow', text);
		await openAt(file, 'first');
		const started = new Promise<vscode.DebugSession>((resolve) => {
			const listener = vscode.debug.onDidStartDebugSession((first) => {
				listener.dispose();
				resolve(first);
			});
		});
		await vscode.debug.startDebugging(undefined, {
			type: 'sanflow',
			request: 'launch',
			name: 'time travel',
			program: file.fsPath,
			stopOnEntry: true,
			stopOnEnd: true,
		});
		session = await started;
		await eventually(() => vscode.debug.activeStackItem !== undefined, 'the debugger has stopped');
	});

	after(async () => {
		await vscode.debug.stopDebugging();
		await eventually(() => vscode.debug.activeDebugSession === undefined, 'no session is left');
		await closeAllEditors();
	});

	it('steps to the next virtual time and back to an earlier one', async () => {
		const start = await record();
		const later = await moved('sanflow.stepToTime');
		assert.ok(later > start);
		assert.ok(Number(await ask('time')) > 0);
		assert.ok((await moved('sanflow.previousTime')) < later);
	});

	it('steps to the next wire message', async () => {
		await moved('sanflow.stepToMessage');
		assert.equal(await ask(`record(${await record()}).kind`), '"message"');
	});

	it('steps back to the previous message of a component', async () => {
		const before = await record();
		assert.ok((await moved('sanflow.previousMessage', 'alice.switch')) < before);
	});

	it('steps back to the previous message of the component at work', async () => {
		const inside = await stopInConnect();
		const back = await moved('sanflow.previousMessage');
		assert.ok(back > 0 && back < inside);
		assert.notEqual(await ask(`record(${back}).from`), await ask(`record(${back}).to`));
	});

	it('steps back out of a call', async () => {
		const inside = await stopInConnect();
		const out = await moved('sanflow.reverseOut');
		assert.ok(out < inside);
	});

	it('steps back over what stands before, also before a frame is chosen', async () => {
		const inside = await stopInConnect();
		// One after the other, without waiting for VS Code to look at the stops.
		const first = await moved('sanflow.reverseNext');
		const second = await moved('sanflow.reverseNext');
		assert.ok(first < inside && second < first, `${inside} → ${first} → ${second}`);
		assert.equal(await ask('thread'), '"alice.client"');
	});

	it('goes back to the record that set a variable', async () => {
		const inside = await stopInConnect();
		await eventually(() => vscode.debug.activeStackItem instanceof vscode.DebugStackFrame, 'a frame is chosen');
		// As the Variables view passes it: a field of the socket that the frame's call is about.
		const variable = { name: 'state', evaluateName: 's.state' };
		const set = await moved('sanflow.previousChange', { variable });
		assert.ok(set < inside);
		assert.equal(await ask(`record(${set}).kind`), '"state"');
		assert.match(await ask(`record(${set}).name`), /alice\.ib0 socket/);
	});

	it('shows variables beside the lines that name them, up to where the thread stands', async () => {
		await stopInConnect();
		const document = await vscode.workspace.openTextDocument(file);
		const line = document
			.getText()
			.split('\n')
			.findIndex((text) => text.includes('connect(s'));
		const values = await vscode.commands.executeCommand<vscode.InlineValueVariableLookup[]>(
			'vscode.executeInlineValueProvider',
			file,
			new vscode.Range(0, 0, document.lineCount, 0),
			{ frameId: 0, stoppedLocation: new vscode.Range(line, 0, line, 1) },
		);
		const named = values.map(({ variableName, range }) => [
			variableName,
			document.lineAt(range.start.line).text.trim(),
		]);
		assert.deepEqual(named, [['s', 'let s = socket()']]);
	});

	it('makes a branch in the console, switches back, keeps the branch as a line of the scenario', async () => {
		await moved('sanflow.stepToMessage');
		const { result } = await session.customRequest('evaluate', { expression: 'drop', context: 'repl' });
		assert.match(result, /^Branch 2: /);
		await vscode.commands.executeCommand('sanflow.keepAsScenarioLine');
		const document = await vscode.workspace.openTextDocument(file);
		assert.match(document.getText(), /^\s*drop message \w+ #1 from /m);
		assert.equal(document.isDirty, true, 'the user has not seen it yet');
		await vscode.commands.executeCommand('sanflow.switchBranch', 1);
		await eventually(async () => {
			const { branches } = await session.customRequest('sanflow/branches');
			return branches[0].isCurrent;
		}, 'branch 1 is shown');
	});
});
