/** The exception filters: kinds of records that are worth stopping at, whatever line or call they belong to. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { allRules } from '../rules/ruleBook';
import { RETURN, type Reader, SIGNAL, VIOLATION } from '../trace';
import { wsaErrorNames } from '../winsock/errors';
import type { StopRule } from './stopTable';
import type { TextKey, Texts } from './texts';

type Selector = Omit<StopRule, 'id' | 'kind' | 'label'>;

interface ExceptionFilter {
	readonly id: string;
	readonly label: TextKey;
	readonly hint: TextKey;
	/** Describes the condition; a filter without it takes an expression. */
	readonly conditionHint?: TextKey;
	readonly isDefault: boolean;
	select(reader: Reader): Selector;
	/** A condition that is a list of names rather than an expression. */
	lists?(reader: Reader, seq: number): readonly string[];
	/** The names that such a list can hold. */
	names?(): readonly string[];
}

/** Errors that say "still under way" rather than "failed". */
const pendingErrors: ReadonlySet<string> = new Set(['WSAEWOULDBLOCK', 'WSA_IO_PENDING', 'WSA_IO_INCOMPLETE']);

export const exceptionFilters: readonly ExceptionFilter[] = [
	{
		id: 'expectation',
		label: 'filterExpectation',
		hint: 'filterExpectationHint',
		isDefault: true,
		select: () => ({ selectsSite: (site) => site.name === 'expectation failed', matches: () => true }),
	},
	{
		id: 'violation',
		label: 'filterViolation',
		hint: 'filterViolationHint',
		conditionHint: 'filterViolationCondition',
		isDefault: true,
		select: () => ({ selectsKind: VIOLATION, matches: () => true }),
		lists: (reader, seq) => reader.site(seq).rules,
		names: () => allRules().map(({ id }) => id),
	},
	{
		id: 'error',
		label: 'filterError',
		hint: 'filterErrorHint',
		conditionHint: 'filterErrorCondition',
		isDefault: false,
		select: (reader) => ({
			selectsErrors: true,
			matches: (seq) => reader.kind(seq) === RETURN || reader.kind(seq) === SIGNAL,
		}),
		lists: (reader, seq) => [reader.error(seq) ?? ''],
		names: () => wsaErrorNames,
	},
	{
		id: 'fallback',
		label: 'filterFallback',
		hint: 'filterFallbackHint',
		isDefault: false,
		select: () => ({ selectsSite: (site) => site.name === 'fallback to TCP/IP', matches: () => true }),
	},
	{
		id: 'negotiation',
		label: 'filterNegotiation',
		hint: 'filterNegotiationHint',
		isDefault: false,
		select: () => ({ selectsSite: (site) => site.name === 'session negotiated', matches: () => true }),
	},
	{
		id: 'deadlock',
		label: 'filterDeadlock',
		hint: 'filterDeadlockHint',
		isDefault: true,
		select: () => ({ selectsSite: (site) => site.name === 'run stopped', matches: () => true }),
	},
];

export function findFilter(id: string): ExceptionFilter | undefined {
	return exceptionFilters.find((filter) => filter.id === id);
}

/** The test that a condition made of names stands for; without a condition errors that only pend do not count. */
export function listTest(
	filter: ExceptionFilter,
	reader: Reader,
	condition: string | undefined,
): ((seq: number) => boolean) | undefined {
	const { lists } = filter;
	if (!lists) return undefined;
	if (condition === undefined) {
		return filter.id === 'error' ? (seq) => !lists(reader, seq).some((name) => pendingErrors.has(name)) : () => true;
	}
	const wanted = new Set(namesIn(condition));
	return (seq) => lists(reader, seq).some((name) => wanted.has(name));
}

/** The first name in a condition that the filter does not know. */
export function strangeName(filter: ExceptionFilter, condition: string | undefined): string | undefined {
	if (!filter.names || condition === undefined || !isNameList(condition)) return undefined;
	const known = new Set(filter.names());
	return namesIn(condition).find((name) => !known.has(name));
}

function namesIn(condition: string): readonly string[] {
	return condition.split(/[\s,|]+/).filter((name) => name !== '');
}

/** Whether a condition is a list of names: `CONN-3, EVT-2`. */
export function isNameList(condition: string): boolean {
	return /^\s*[A-Z][A-Z_0-9]*(-\d+)?(\s*[,|\s]\s*[A-Z][A-Z_0-9]*(-\d+)?)*\s*$/.test(condition);
}

export function protocolFilters(texts: Texts): DebugProtocol.ExceptionBreakpointsFilter[] {
	return exceptionFilters.map((filter) => ({
		filter: filter.id,
		label: texts(filter.label),
		description: texts(filter.hint),
		default: filter.isDefault,
		supportsCondition: true,
		...(filter.conditionHint ? { conditionDescription: texts(filter.conditionHint) } : {}),
	}));
}
