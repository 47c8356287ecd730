/** Walking through the messages with the keyboard, as in any grid. */

export interface Walk {
	readonly selected: number;
	readonly count: number;
	/** Rows of one screen. */
	readonly screen: number;
}

export type KeyAction =
	| { readonly kind: 'select'; readonly row: number }
	| { readonly kind: 'reveal' }
	| { readonly kind: 'goTo' }
	| { readonly kind: 'close' };

/** What a key press means, or undefined if it is not ours. */
export function keyAction(event: KeyboardEvent, walk: Walk): KeyAction | undefined {
	const to = (row: number): KeyAction => ({ kind: 'select', row: Math.max(0, Math.min(walk.count - 1, row)) });
	if (walk.count === 0) return undefined;
	switch (event.key) {
		case 'ArrowDown':
			return to(walk.selected + 1);
		case 'ArrowUp':
			return to(walk.selected - 1);
		case 'PageDown':
			return to(walk.selected + walk.screen);
		case 'PageUp':
			return to(walk.selected - walk.screen);
		case 'Home':
			return to(0);
		case 'End':
			return to(walk.count - 1);
		case 'Enter':
			return event.ctrlKey || event.metaKey ? { kind: 'goTo' } : { kind: 'reveal' };
		case 'Escape':
			return { kind: 'close' };
		default:
			return undefined;
	}
}
