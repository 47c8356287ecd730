/** What is said while a run has no messages to show, and what can be done about it. */
import type { DiagramInfo, ViewSettings } from '../server/protocol/diagram';
import type { NoticeContent } from './notice';
import type { Translate } from './texts';

export function emptyNotice(
	info: DiagramInfo,
	view: ViewSettings,
	t: Translate,
	setView: (view: ViewSettings) => void,
): NoticeContent {
	const isOver = info.status === 'passed' || info.status === 'failed';
	const filter = view.filter ?? [];
	const isNarrowed = view.lens !== 'everything' || view.hidden.length > 0;
	if (info.status === 'loading') return { icon: 'loading', title: t('Waiting for the run…'), hint: '' };
	if (filter.length > 0) {
		return {
			icon: 'filter',
			title: t('No message meets the filter'),
			hint: filter.join('  '),
			action: { label: t('Remove the filter'), act: () => setView({ ...view, filter: [] }) },
		};
	}
	if (isOver && isNarrowed) {
		return {
			icon: 'filter',
			title: t('Nothing to see through this lens'),
			hint: t('The run has no messages between the lifelines that are shown.'),
			action: { label: t('Show everything'), act: () => setView({ lens: 'everything', hidden: [] }) },
		};
	}
	if (isOver) {
		return {
			icon: 'circle-slash',
			title: info.comparison ? t('Neither run made a call') : t('The run made no call'),
			hint: t('It is over, and there is nothing that could be drawn.'),
		};
	}
	return {
		icon: 'debug-step-over',
		title: t('Nothing has happened yet'),
		hint: t('Step or continue: each call appears here as it is made.'),
	};
}
