/** What can be taken away, as menu items. */
import type { ExportFormat } from '../server/protocol/diagram';
import type { PictureFormat } from '../server/protocol/panel';
import type { MenuItem } from './menu';
import type { Translate } from './texts';

export type ExportScope = 'run' | 'selection' | 'view';
type Format = ExportFormat | PictureFormat;

/** Formats with what a menu calls them; the names are the same in every language. */
const formats: readonly (readonly [Format, string])[] = [
	['svg', 'SVG'],
	['png', 'PNG'],
	['mermaid', 'Mermaid'],
	['markdown', 'Markdown'],
	['plantuml', 'PlantUML'],
	['text', 'ASCII'],
	['json', 'JSON Lines'],
];

/** Bits cannot be pasted as text. */
const uncopied: ReadonlySet<Format> = new Set(['png']);

export interface ExportMenu {
	readonly scope: ExportScope;
	readonly hasSelection: boolean;
	choose(scope: ExportScope): void;
	save(format: Format): void;
	copy(format: Format): void;
}

export function exportItems(menu: ExportMenu, t: Translate): readonly MenuItem[] {
	const scope = (name: ExportScope, label: string): MenuItem => {
		return { label, isChecked: menu.scope === name, act: () => menu.choose(name) };
	};
	return [
		{ heading: t('What to export') },
		scope('run', t('Whole run')),
		...(menu.hasSelection ? [scope('selection', t('Selected messages'))] : []),
		scope('view', t('What is on screen')),
		{ heading: t('Save as') },
		...formats.map(([format, label]): MenuItem => ({ label, icon: 'save', act: () => menu.save(format) })),
		{ heading: t('Copy as') },
		...formats
			.filter(([format]) => !uncopied.has(format))
			.map(([format, label]): MenuItem => ({ label, icon: 'copy', act: () => menu.copy(format) })),
	];
}
