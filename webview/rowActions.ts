/** What is done with a message: from its menu, the details below, the keyboard. */
import type { DiagramInfo, DiagramRow, Side, ViewSettings } from '../server/protocol/diagram';
import type { PanelAbilities, PanelBreakpoints } from '../server/protocol/panel';
import { breakpointFor, breakpointTest } from './breakpointMarks';
import { sentence } from './format';
import type { Host } from './host';
import type { Inquiry } from './inquiry';
import { type MenuPlace, openMenu } from './menu';
import { rowMenu } from './rowMenu';
import type { Translate } from './texts';

/** What the page shows. */
export interface Shown {
	readonly info: DiagramInfo | undefined;
	readonly view: ViewSettings;
	/** As far as its page was fetched. */
	row(index: number): DiagramRow | undefined;
	setView(view: ViewSettings): void;
	/** Folds other blocks from now on; what is chosen or at the top stays in sight. */
	setFolds(view: ViewSettings): void;
}

export class RowActions {
	abilities: PanelAbilities = { whatIf: false };
	breakpoints: PanelBreakpoints = { functions: [], statements: [] };

	constructor(
		private readonly shown: Shown,
		private readonly host: Host,
		private readonly inquiry: Inquiry,
		private readonly t: Translate,
	) {}

	revealSource(row: DiagramRow): void {
		if (row.source) this.host.post({ type: 'revealSource', source: row.source });
	}

	/** In a comparison, to the run that has the record; if both have it, to the one that is debugged, or the left one. */
	goTo(row: DiagramRow, wanted?: Side): void {
		const { info } = this.shown;
		if (info?.isReadOnly && !info.comparison) return;
		if (!row.pair) {
			this.host.post({ type: 'goToRecord', seq: row.seq });
			return;
		}
		const branches = info?.comparison?.branches;
		const side = wanted ?? row.side ?? branches?.current ?? 'left';
		const seq = row.pair[side === 'left' ? 0 : 1];
		if (seq === null) return;
		this.host.post({ type: 'goToRecord', seq, ...(branches ? { branch: branches[side] } : { side }) });
	}

	unfold(row: DiagramRow): void {
		const { view, info } = this.shown;
		if (row.folded !== undefined && view.over?.foldsEqual) {
			this.shown.setFolds({ ...view, over: { branch: view.over.branch } });
			return;
		}
		const isEqualPart = info?.comparison !== undefined && info.comparison.branches === undefined;
		const part = isEqualPart ? 'equal' : row.folded === undefined ? 'repeats' : row.phase;
		this.shown.setFolds({ ...view, unfolded: [...(view.unfolded ?? []), part] });
	}

	get hasBreakpoint(): (row: DiagramRow) => boolean {
		const lifelineOf = (lane: number): string | undefined => this.shown.info?.lifelines[lane]?.id;
		return breakpointTest(this.breakpoints, lifelineOf, (row) => this.shown.row(row));
	}

	toggleBreakpoint(row: DiagramRow): void {
		const { info } = this.shown;
		const breakpoint = info && breakpointFor(info, row);
		if (breakpoint) this.host.post({ type: 'toggleBreakpoint', breakpoint });
	}

	toggleCauses(row: DiagramRow): void {
		void this.inquiry.toggleCauses(row.row, row.seq);
	}

	openMenu(row: DiagramRow, place: MenuPlace): void {
		const { shown, t } = this;
		const { info, view } = shown;
		if (!info) return;
		const state = {
			info,
			abilities: { whatIf: this.abilities.whatIf && this.ownSeq(row) !== null },
			hasBreakpoint: this.hasBreakpoint(row),
			canBreak: breakpointFor(info, row) !== undefined,
			showsCauses: this.inquiry.causality?.row === row.row,
		};
		const items = rowMenu(row, state, t, {
			revealSource: (chosen) => this.revealSource(chosen),
			goTo: (chosen, side) => this.goTo(chosen, side),
			toggleBreakpoint: (chosen) => this.toggleBreakpoint(chosen),
			showCauses: (chosen) => this.toggleCauses(chosen),
			whatIf: (chosen, change) => {
				const seq = this.ownSeq(chosen);
				if (seq !== null) this.host.post({ type: 'whatIf', seq, change });
			},
			unfold: (chosen) => this.unfold(chosen),
			filter: (term) => shown.setView({ ...view, filter: [...(view.filter ?? []), term] }),
			hide: (id) => shown.setView({ ...view, hidden: [...view.hidden, id] }),
			copy: (chosen) => void navigator.clipboard.writeText(`${sentence(info, chosen, t)}\n${chosen.fullText}`),
		});
		openMenu(items, place, row.name ?? row.label);
	}

	/** The record in the run that is debugged, or null if it has none. */
	private ownSeq({ seq, pair }: DiagramRow): number | null {
		const branches = this.shown.info?.comparison?.branches;
		return pair && branches ? pair[branches.current === 'left' ? 0 : 1] : seq;
	}
}
