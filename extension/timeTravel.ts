/**
 * Commands of the debugger that the protocol has no buttons for: ways back, steps to a message or a time, what-if
 * branches. Each is one request to the adapter; what happened is then told by its events.
 */
import * as vscode from 'vscode';
import {
	BRANCHES,
	type BranchesBody,
	type DirectionArguments,
	FAULT_LINE,
	type FaultLineBody,
	type LifelineArguments,
	PREVIOUS_CHANGE,
	type PreviousChangeArguments,
	REVERSE_NEXT,
	REVERSE_OUT,
	STEP_ON_LIFELINE,
	STEP_TO_MESSAGE,
	STEP_TO_TIME,
	SWITCH_BRANCH,
	type SwitchBranchArguments,
	type ThreadArguments,
} from '../server/protocol/debugRequests';
import { debugType } from './debugConfiguration';
import { errorText } from './errorText';

/** What the Variables view passes to a command of its context menu. */
interface VariableContext {
	readonly variable?: { readonly name: string; readonly evaluateName?: string };
}

type Command = (session: vscode.DebugSession, argument: unknown) => Promise<void>;

const commands: Readonly<Record<string, Command>> = {
	'sanflow.reverseNext': async (session) => {
		await session.customRequest(REVERSE_NEXT, threadOf(session));
	},
	'sanflow.reverseOut': async (session) => {
		await session.customRequest(REVERSE_OUT, threadOf(session));
	},
	'sanflow.stepToMessage': (session) => move(session, STEP_TO_MESSAGE, 'forward'),
	'sanflow.previousMessage': previousMessage,
	'sanflow.stepToTime': (session) => move(session, STEP_TO_TIME, 'forward'),
	'sanflow.previousTime': (session) => move(session, STEP_TO_TIME, 'backward'),
	'sanflow.previousChange': previousChange,
	'sanflow.switchBranch': switchBranch,
	'sanflow.keepAsScenarioLine': keepAsScenarioLine,
};

/** Registers the commands; each acts on the session that is being debugged. */
export function registerTimeTravel(): vscode.Disposable {
	const registered = Object.entries(commands).map(([name, run]) =>
		vscode.commands.registerCommand(name, (argument?: unknown) => carryOut(run, argument)),
	);
	return vscode.Disposable.from(...registered);
}

async function carryOut(run: Command, argument: unknown): Promise<void> {
	const session = vscode.debug.activeDebugSession;
	if (session?.type !== debugType) {
		void vscode.window.showInformationMessage(vscode.l10n.t('Debug a scenario first.'));
		return;
	}
	try {
		await run(session, argument);
	} catch (error) {
		void vscode.window.showErrorMessage(errorText(error));
	}
}

async function move(
	session: vscode.DebugSession,
	request: string,
	direction: NonNullable<DirectionArguments['direction']>,
): Promise<void> {
	const args: DirectionArguments = { direction };
	await session.customRequest(request, args);
}

/**
 * The thread that the user looks at. Right after a stop VS Code has not chosen one yet; the adapter then takes the one
 * that stopped.
 */
function threadOf(session: vscode.DebugSession): ThreadArguments {
	const item = vscode.debug.activeStackItem;
	return item?.session.id === session.id ? { threadId: item.threadId } : {};
}

/** The frame that the user looks at, if one is chosen. */
function frameOf(session: vscode.DebugSession): { readonly frameId?: number } {
	const item = vscode.debug.activeStackItem;
	return item instanceof vscode.DebugStackFrame && item.session.id === session.id ? { frameId: item.frameId } : {};
}

/** Back to the last message from or to the component that is at work in the frame. */
async function previousMessage(session: vscode.DebugSession, argument: unknown): Promise<void> {
	const component = typeof argument === 'string' ? { component: argument } : frameOf(session);
	const args: LifelineArguments = { ...component, direction: 'backward' };
	await session.customRequest(STEP_ON_LIFELINE, args);
}

async function previousChange(session: vscode.DebugSession, argument: unknown): Promise<void> {
	const { variable } = (argument ?? {}) as VariableContext;
	const expression =
		variable?.evaluateName ??
		variable?.name ??
		(await vscode.window.showInputBox({
			title: vscode.l10n.t('Previous Change'),
			prompt: vscode.l10n.t('A variable or a field, for example s.state'),
		}));
	if (!expression) return;
	const args: PreviousChangeArguments = { expression, ...frameOf(session) };
	await session.customRequest(PREVIOUS_CHANGE, args);
}

async function switchBranch(session: vscode.DebugSession, argument: unknown): Promise<void> {
	const branch = typeof argument === 'number' ? argument : await chooseBranch(session);
	if (branch === undefined) return;
	const args: SwitchBranchArguments = { branch };
	await session.customRequest(SWITCH_BRANCH, args);
}

async function chooseBranch(session: vscode.DebugSession): Promise<number | undefined> {
	const { branches }: BranchesBody = await session.customRequest(BRANCHES);
	const items = branches.map(({ id, title, parent, departsAt, isCurrent }) => ({
		id,
		label: `${isCurrent ? '$(check)' : '$(git-branch)'} ${id}  ${title}`,
		...(parent === null ? {} : { description: vscode.l10n.t('from branch {0}, record {1}', parent, departsAt ?? 0) }),
	}));
	const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Switch Branch') });
	return chosen?.id;
}

/** Writes what the branch changes into the scenario, unsaved, so that the user sees it and can take it back. */
async function keepAsScenarioLine(session: vscode.DebugSession): Promise<void> {
	const { path, edits, left }: FaultLineBody = await session.customRequest(FAULT_LINE, {});
	for (const sentence of left) void vscode.window.showWarningMessage(sentence);
	if (edits.length === 0) {
		if (left.length === 0)
			void vscode.window.showInformationMessage(vscode.l10n.t('Nothing is different in this run.'));
		return;
	}
	const uri = vscode.Uri.file(path);
	const edit = new vscode.WorkspaceEdit();
	for (const { line, column, text } of edits) edit.insert(uri, new vscode.Position(line - 1, column - 1), text);
	await vscode.workspace.applyEdit(edit);
	const editor = await vscode.window.showTextDocument(uri);
	const first = new vscode.Position((edits[0]?.line ?? 1) - 1, 0);
	editor.revealRange(new vscode.Range(first, first), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
