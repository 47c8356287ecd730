/** What is taken away, and how much of the run. The host writes files; pictures for them are drawn here. */
import { type ExportScope, exportItems } from './exports';
import type { Host } from './host';
import type { MenuItem } from './menu';
import type { Selection } from './selection';
import type { Translate } from './texts';

export class Exporter {
	private scope: ExportScope = 'run';

	/** @param reopen the menu is to be shown again, for another scope */
	constructor(
		private readonly host: Host,
		private readonly t: Translate,
		private readonly selection: Selection,
		private readonly onScreen: () => readonly [first: number, last: number],
		private readonly reopen: () => void,
	) {}

	items(): readonly MenuItem[] {
		const send =
			(destination: 'file' | 'clipboard') => (format: Parameters<Parameters<typeof exportItems>[0]['save']>[0]) => {
				this.host.post({ type: 'export', format, destination, ...this.rows() });
			};
		return exportItems(
			{
				scope: this.scope,
				hasSelection: this.selection.row >= 0,
				choose: (scope) => {
					this.scope = scope;
					this.reopen();
				},
				save: send('file'),
				copy: send('clipboard'),
			},
			this.t,
		);
	}

	/** Draws a picture for a file. */
	async draw(request: number, mermaid: string, format: 'svg' | 'png'): Promise<void> {
		try {
			const { picture } = await import('./renderer');
			this.host.post({ type: 'picture', request, data: await picture(mermaid, format) });
		} catch (error) {
			console.info(error);
			this.host.post({ type: 'picture', request, data: null });
		}
	}

	private rows(): { readonly first?: number; readonly last?: number } {
		if (this.scope === 'view') {
			const [first, last] = this.onScreen();
			return { first, last };
		}
		if (this.scope === 'run' || this.selection.row < 0) return {};
		const [first, last] = this.selection.range;
		return { first, last };
	}
}
