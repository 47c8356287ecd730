/** Virtual times and messages as words. */
import type { DiagramInfo, DiagramRow, Lifeline } from '../server/protocol/diagram';
import type { Text, Translate } from './texts';

const milliseconds = new Intl.NumberFormat('en', {
	minimumFractionDigits: 3,
	maximumFractionDigits: 3,
	useGrouping: false,
});

/** For the time column, whose unit is ms: always three decimals, so that the points stand below each other. */
export function columnTime(ns: number): string {
	return milliseconds.format(ns / 1e6);
}

/** A time or duration with the unit that suits it. */
export function timeText(ns: number): string {
	if (ns < 1000) return `${ns} ns`;
	if (ns < 1e6) return `${trimmed(ns / 1e3)} µs`;
	if (ns < 1e9) return `${trimmed(ns / 1e6)} ms`;
	return `${trimmed(ns / 1e9)} s`;
}

function trimmed(value: number): string {
	return value.toFixed(value < 10 ? 3 : value < 100 ? 2 : 1).replace(/\.?0+$/, '');
}

const phaseTexts: Readonly<Record<DiagramRow['phase'], Text>> = {
	initialization: 'Initialization',
	setup: 'Connection setup',
	negotiation: 'Session negotiation',
	data: 'Data transfer',
	fallback: 'Fallback to TCP/IP',
	shutdown: 'Shutdown',
};

export function phaseText(phase: DiagramRow['phase'], t: Translate): string {
	return t(phaseTexts[phase]);
}

const roleTexts: Readonly<Record<Lifeline['role'], Text>> = {
	application: 'application',
	switch: 'switch',
	tcpip: 'TCP/IP provider',
	provider: 'SAN provider',
	proxy: 'proxy driver',
	nic: 'NIC',
	host: 'host',
};

export function roleText(role: Lifeline['role'], t: Translate): string {
	return t(roleTexts[role]);
}

/** What a lifeline is called in a sentence: its part, with the host where there are several. */
export function lifelineText(info: DiagramInfo, lane: number, t: Translate): string {
	const lifeline = info.lifelines[lane];
	if (!lifeline) return '';
	const isAlone = info.lifelines.every(({ host }) => host === lifeline.host);
	const role = roleText(lifeline.role, t);
	return isAlone ? role : `${lifeline.host} ${role}`;
}

const pendingTexts: Readonly<Record<string, Text>> = {
	WSAEWOULDBLOCK: 'would block',
	WSAEINPROGRESS: 'in progress',
	WSA_IO_PENDING: 'pending',
	WSA_IO_INCOMPLETE: 'pending',
};

/** Whether the row stands for more messages than its own. */
export function isFolded({ folded, repeated, loop }: DiagramRow): boolean {
	return folded !== undefined || repeated !== undefined || loop !== undefined;
}

/** One message as a sentence: "12, 3 ms, switch to SAN provider, WSPConnect, would block". */
export function sentence(info: DiagramInfo, row: DiagramRow, t: Translate): string {
	const from = lifelineText(info, row.from, t);
	const path = row.from === row.to ? t('at {0}', from) : t('{0} to {1}', from, lifelineText(info, row.to, t));
	const parts = [String(row.row + 1), timeText(row.time), path, row.name ?? row.label];
	const outcome = outcomeText(row, t);
	if (outcome !== '') parts.push(outcome);
	else if (row.folded !== undefined) parts.push(row.folded === 1 ? t('1 message') : t('{0} messages', row.folded));
	else if (row.repeated !== undefined) parts.push(t('{0} times', row.repeated));
	else if (row.kind !== 'call' && row.label !== row.name) parts.push(row.label);
	const { comparison } = info;
	if (row.side !== undefined && comparison) parts.push(t('only in {0}', comparison[row.side]));
	return parts.join(', ');
}

function outcomeText(row: DiagramRow, t: Translate): string {
	if (row.error !== null) {
		const pending = pendingTexts[row.error];
		return pending === undefined ? t('failed with {0}', row.error) : t(pending);
	}
	return row.kind === 'return' ? t('returned {0}', row.label) : '';
}
