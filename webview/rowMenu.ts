/** What can be done with a message. */
import type { DiagramInfo, DiagramRow } from '../server/protocol/diagram';
import type { PanelAbilities, WhatIfKind } from '../server/protocol/panel';
import { isFolded } from './format';
import type { MenuItem } from './menu';
import type { Translate } from './texts';

export interface RowMenuEvents {
	revealSource(row: DiagramRow): void;
	goTo(row: DiagramRow, side?: 'left' | 'right'): void;
	toggleBreakpoint(row: DiagramRow): void;
	showCauses(row: DiagramRow): void;
	whatIf(row: DiagramRow, change: WhatIfKind): void;
	unfold(row: DiagramRow): void;
	filter(term: string): void;
	hide(lifeline: string): void;
	copy(row: DiagramRow): void;
}

export interface RowMenuState {
	readonly info: DiagramInfo;
	readonly abilities: PanelAbilities;
	readonly hasBreakpoint: boolean;
	readonly canBreak: boolean;
	readonly showsCauses: boolean;
}

export function rowMenu(
	row: DiagramRow,
	state: RowMenuState,
	t: Translate,
	events: RowMenuEvents,
): readonly MenuItem[] {
	return [
		{ heading: row.name ?? row.label },
		...goToItems(row, state, t, events),
		...breakItems(row, state, t, events),
		{
			label: state.showsCauses ? t('Stop showing causes') : t('Show what caused this and what it caused'),
			icon: 'type-hierarchy',
			hint: 'c',
			act: () => events.showCauses(row),
		},
		...whatIfItems(row, state, t, events),
		...filterItems(row, t, events),
		{ label: t('Copy message'), icon: 'copy', act: () => events.copy(row) },
	];
}

function goToItems(row: DiagramRow, { info }: RowMenuState, t: Translate, events: RowMenuEvents): MenuItem[] {
	const items: MenuItem[] = [];
	if (isFolded(row)) items.push({ label: t('Show each message'), icon: 'unfold', act: () => events.unfold(row) });
	if (info.comparison) {
		const [left, right] = row.pair ?? [null, null];
		if (left !== null)
			items.push({
				label: t('Debug here in {0}', info.comparison.left),
				icon: 'debug-alt',
				act: () => events.goTo(row, 'left'),
			});
		if (right !== null)
			items.push({
				label: t('Debug here in {0}', info.comparison.right),
				icon: 'debug-alt',
				act: () => events.goTo(row, 'right'),
			});
	} else if (!info.isReadOnly) {
		const label = row.kind === 'call' ? t('Debug here, in the documented procedure') : t('Debug here');
		items.push({ label, icon: 'debug-alt', hint: 'Ctrl+Enter', act: () => events.goTo(row) });
	}
	if (row.source)
		items.push({
			label: t('Go to scenario line'),
			icon: 'go-to-file',
			hint: 'Enter',
			act: () => events.revealSource(row),
		});
	return items;
}

function breakItems(row: DiagramRow, state: RowMenuState, t: Translate, events: RowMenuEvents): MenuItem[] {
	if (!state.canBreak || state.info.isReadOnly || state.info.comparison) return [];
	const label = state.hasBreakpoint ? t('Remove breakpoint') : t('Breakpoint here');
	return [{ label, icon: 'circle-filled', hint: 'F9', act: () => events.toggleBreakpoint(row) }];
}

function whatIfItems(row: DiagramRow, { abilities }: RowMenuState, t: Translate, events: RowMenuEvents): MenuItem[] {
	if (!abilities.whatIf) return [];
	const item = (kind: WhatIfKind, label: string, icon: string): MenuItem => {
		return { label, icon, act: () => events.whatIf(row, kind) };
	};
	const cardDown = item('link', t('its network card went down here'), 'debug-disconnect');
	if (row.kind === 'call' || row.kind === 'return')
		return [{ heading: t('What if…') }, item('return', t('it returned something else…'), 'discard'), cardDown];
	if (row.kind !== 'message') return [];
	return [
		{ heading: t('What if…') },
		item('drop', t('it were lost'), 'trash'),
		item('delay', t('it came later…'), 'watch'),
		item('duplicate', t('it came twice'), 'files'),
		cardDown,
	];
}

function filterItems(row: DiagramRow, t: Translate, events: RowMenuEvents): MenuItem[] {
	const terms = [
		...(row.name === undefined ? [] : [`call:${row.name.replace(/\s.*$/, '*')}`]),
		...(row.thread === undefined ? [] : [`thread:${row.thread}`]),
		...(row.error === null ? [] : [`error:${row.error}`]),
		...row.rules.slice(0, 1).map((rule) => `rule:${rule}`),
	];
	return [
		{ heading: t('Show only') },
		...terms.map((term): MenuItem => ({ label: term, icon: 'filter', act: () => events.filter(term) })),
	];
}
