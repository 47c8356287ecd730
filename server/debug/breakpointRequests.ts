/** The requests that set breakpoints, between the protocol's shapes and `Breakpoints`. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointRequest, Conditions, Placement } from './breakpoint';
import { type Breakpoints, groupOf } from './breakpoints';
import type { Client } from './client';
import type { Debuggee } from './debuggee';
import { RequestError } from './errors';
import { findFilter } from './exceptionFilters';
import type { RequestArguments } from './requestArguments';

type Body = { readonly breakpoints: DebugProtocol.Breakpoint[] };

export class BreakpointRequests {
	constructor(
		private readonly breakpoints: Breakpoints,
		private readonly client: Client,
	) {}

	setLines(args: RequestArguments): Body {
		const { firstLine, firstColumn } = this.client;
		const path = pathOf(args.object('source'));
		const requests = args.objects('breakpoints').map((item): BreakpointRequest => {
			const column = item.optionalInteger('column');
			return {
				kind: 'line',
				path,
				line: item.integer('line') - firstLine + 1,
				column: column === undefined ? undefined : column - firstColumn + 1,
				...conditionsOf(item),
			};
		});
		// Older clients send lines only.
		const lines = requests.length > 0 ? [] : args.integers('lines');
		const plain = lines.map(
			(line): BreakpointRequest => ({
				kind: 'line',
				path,
				line: line - firstLine + 1,
				column: undefined,
				...noConditions,
			}),
		);
		return this.set(groupOf('line', path), [...requests, ...plain]);
	}

	setFunctions(args: RequestArguments): Body {
		const requests = args
			.objects('breakpoints')
			.map((item): BreakpointRequest => ({ kind: 'function', name: item.text('name').trim(), ...conditionsOf(item) }));
		return this.set(groupOf('function'), requests);
	}

	setData(args: RequestArguments): Body {
		const requests = args
			.objects('breakpoints')
			.map((item): BreakpointRequest => ({ kind: 'data', dataId: item.text('dataId'), ...conditionsOf(item) }));
		return this.set(groupOf('data'), requests);
	}

	setInstructions(args: RequestArguments): Body {
		const requests = args.objects('breakpoints').map(
			(item): BreakpointRequest => ({
				kind: 'instruction',
				reference: item.text('instructionReference'),
				offset: item.optionalInteger('offset') ?? 0,
				...conditionsOf(item),
			}),
		);
		return this.set(groupOf('instruction'), requests);
	}

	setExceptions(args: RequestArguments): Body {
		const plain = args.texts('filters').map((filter) => ({ filter, ...noConditions }));
		const options = args
			.objects('filterOptions')
			.map((item) => ({ filter: item.text('filterId'), ...noConditions, condition: item.optionalText('condition') }));
		const requests = [...plain, ...options].map((item): BreakpointRequest => {
			if (!findFilter(item.filter)) throw new RequestError('badArgument', 'filters', 'known exception filters');
			return { kind: 'exception', ...item };
		});
		return this.set(groupOf('exception'), requests);
	}

	/** Where on these lines a breakpoint can sit. */
	locations(args: RequestArguments, debuggee: Debuggee): DebugProtocol.BreakpointLocationsResponse['body'] {
		const { firstLine, firstColumn } = this.client;
		const path = pathOf(args.object('source'));
		const line = args.integer('line') - firstLine + 1;
		const endLine = (args.optionalInteger('endLine') ?? line - 1 + firstLine) - firstLine + 1;
		const context = debuggee.context();
		const file = debuggee.files.find((candidate) => context.isSameFile(candidate.file, path));
		const places = (file?.places ?? []).filter(({ range }) => range.line >= line && range.line <= endLine);
		return {
			breakpoints: places.map(({ range }) => ({
				line: range.line - 1 + firstLine,
				column: range.column - 1 + firstColumn,
				endLine: range.endLine - 1 + firstLine,
				endColumn: range.endColumn - 1 + firstColumn,
			})),
		};
	}

	protocolBreakpoint(id: number, placement: Placement): DebugProtocol.Breakpoint {
		const { firstLine, firstColumn } = this.client;
		const { verified, message, line, column, endLine, endColumn, path, instructionReference } = placement;
		return {
			id,
			verified,
			...(message === undefined ? {} : { message }),
			...(path === undefined ? {} : { source: { path } }),
			...(line === undefined ? {} : { line: line - 1 + firstLine }),
			...(column === undefined ? {} : { column: column - 1 + firstColumn }),
			...(endLine === undefined ? {} : { endLine: endLine - 1 + firstLine }),
			...(endColumn === undefined ? {} : { endColumn: endColumn - 1 + firstColumn }),
			...(instructionReference === undefined ? {} : { instructionReference }),
		};
	}

	private set(group: string, requests: readonly BreakpointRequest[]): Body {
		const placed = this.breakpoints.set(group, requests);
		return { breakpoints: placed.map(({ id, placement }) => this.protocolBreakpoint(id, placement)) };
	}
}

const noConditions: Conditions = {
	condition: undefined,
	hitCondition: undefined,
	logMessage: undefined,
	mode: undefined,
};

function conditionsOf(item: RequestArguments): Conditions {
	return {
		condition: item.optionalText('condition'),
		hitCondition: item.optionalText('hitCondition'),
		logMessage: item.optionalText('logMessage'),
		mode: item.optionalText('mode'),
	};
}

function pathOf(source: RequestArguments): string {
	const path = source.optionalText('path');
	if (path !== undefined) return path;
	// A procedure document has no path: its lines are no places for breakpoints.
	return `reference:${source.optionalInteger('sourceReference') ?? 0}`;
}
