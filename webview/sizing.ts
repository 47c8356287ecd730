/** How large everything is drawn, and how far lifelines stand apart: fitted to the panel, or as somebody zoomed. */
import { laneWidth } from './laneWidth';
import { type PageList, TIMES } from './pageList';
import type { PageStore } from './pageStore';

/** Smallest and largest zoom, and the largest that fitting to the width chooses; lanes get narrower before text does. */
const ZOOM = { min: 0.5, max: 2, fitMax: 1.15, step: 1.15 };

export class Sizing {
	scale = 1;
	/** Centre of each lifeline, px at zoom 1. */
	lanes: readonly number[] = [];
	/** Of all lanes, px at zoom 1; 0 before the first fit. */
	width = 0;
	private isFitted = true;

	/** @param changed everything stands elsewhere now */
	constructor(
		private readonly app: HTMLElement,
		private readonly list: PageList,
		private readonly store: PageStore,
		private readonly changed: () => void,
	) {
		list.viewport.addEventListener('wheel', (event) => this.wheeled(event), { passive: false });
	}

	/** Lanes as wide as there is room for; with more room than they need, everything is drawn larger. */
	fit(lifelines: number): void {
		const room = this.list.viewport.clientWidth - TIMES;
		if (lifelines === 0 || room <= 0) return;
		const lane = laneWidth(room, lifelines);
		this.lanes = Array.from({ length: lifelines }, (_, position) => lane * (position + 0.5));
		this.width = lane * lifelines;
		this.store.setLanes(lane, lifelines);
		this.setScale(this.isFitted ? Math.max(1, Math.min(ZOOM.fitMax, room / this.width)) : this.scale);
	}

	zoom(step: 1 | -1 | 'fit'): void {
		this.isFitted = step === 'fit';
		if (step === 'fit') this.fit(this.lanes.length);
		else this.setScale(this.scale * ZOOM.step ** step);
	}

	private wheeled(event: WheelEvent): void {
		if (!event.ctrlKey) return;
		event.preventDefault();
		this.isFitted = false;
		this.setScale(this.scale * Math.exp(-event.deltaY / 400));
	}

	private setScale(scale: number): void {
		this.scale = Math.max(ZOOM.min, Math.min(ZOOM.max, scale));
		this.app.style.setProperty('--scale', String(this.scale));
		this.list.body.style.width = `${TIMES + this.width * this.scale}px`;
		this.app.classList.toggle('tight', this.scale < 0.95);
		this.list.setScale(this.scale);
		this.changed();
	}
}
