/** The statements of a scenario file and the calls in them: the places where a breakpoint can sit. */
import { AstUtils } from 'langium';
import {
	isBlock,
	isCallExpression,
	isFunctionDeclaration,
	isScenario,
	isStatement,
	isThread,
	type Statement,
} from '../scenario/generated/ast';
import type { ScenarioFile } from '../scenario/parse';
import { type SourceRange, sourceRange } from '../scenario/sourceRange';
import { findScenarioCall } from '../winsock/calls';

/** A place in the text; lines and columns from 1. */
export interface BreakpointPlace {
	/** The statement that the place belongs to: its records carry this position. */
	readonly statement: SourceRange;
	readonly range: SourceRange;
	/** On a call in a statement: the SPI name of its record. */
	readonly call: string | undefined;
	/** Title of the scenario; undefined in a function, which all scenarios share. */
	readonly scenario: string | undefined;
}

export interface FilePlaces {
	/** As the records name the file. */
	readonly file: string;
	readonly places: readonly BreakpointPlace[];
}

/** The places of a file, by line and column. Only what a thread or function executes counts. */
export function placesOf(file: ScenarioFile): FilePlaces {
	const places: BreakpointPlace[] = [];
	for (const node of AstUtils.streamAst(file.model)) {
		if (!isStatement(node) || !isExecuted(node)) continue;
		const scenario = AstUtils.getContainerOfType(node, isScenario)?.title;
		const statement = sourceRange(node);
		places.push({ statement, range: statement, call: undefined, scenario });
		for (const call of callsOf(node)) {
			places.push({ statement, range: call.range, call: call.spi, scenario });
		}
	}
	places.sort((a, b) => a.range.line - b.range.line || a.range.column - b.range.column);
	return { file: file.uri, places };
}

/** `let` and faults may also stand in a scenario itself, where they configure the run before it starts. */
function isExecuted(statement: Statement): boolean {
	if (!isBlock(statement.$container)) return false;
	return (
		AstUtils.getContainerOfType(statement, isThread) !== undefined ||
		AstUtils.getContainerOfType(statement, isFunctionDeclaration) !== undefined
	);
}

/** Calls that belong to the statement itself, not to the statements in its blocks. */
function callsOf(statement: Statement): readonly { readonly range: SourceRange; readonly spi: string }[] {
	const calls: { range: SourceRange; spi: string }[] = [];
	const visit = (node: Parameters<typeof AstUtils.streamContents>[0]): void => {
		for (const child of AstUtils.streamContents(node)) {
			if (child.$type === 'Block' || isStatement(child)) continue;
			if (isCallExpression(child)) {
				const spi = findScenarioCall(child.name)?.spi;
				if (spi !== undefined) calls.push({ range: sourceRange(child), spi });
			}
			visit(child);
		}
	};
	visit(statement);
	return calls;
}

/** The place for a breakpoint at a line and, if given, a column; undefined if there is none from there to the end. */
export function placeFor(
	places: readonly BreakpointPlace[],
	line: number,
	column?: number,
): BreakpointPlace | undefined {
	const onLine = places.filter((place) => place.range.line === line);
	if (onLine.length === 0) return places.find((place) => place.range.line > line && place.call === undefined);
	if (column === undefined) return onLine.find((place) => place.call === undefined) ?? onLine[0];
	return onLine.filter((place) => place.range.column <= column).at(-1) ?? onLine[0];
}
