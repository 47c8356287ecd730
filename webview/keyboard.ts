/** Walking through the messages with the keyboard, as in any grid. */

export interface Walk {
	readonly selected: number;
	readonly count: number;
	/** Rows of one screen. */
	readonly screen: number;
}

export type KeyAction =
	/** @property isExtending the selection reaches from where it began to this row */
	| { readonly kind: 'select'; readonly row: number; readonly isExtending: boolean }
	| { readonly kind: 'reveal' }
	| { readonly kind: 'goTo' }
	| { readonly kind: 'menu' }
	| { readonly kind: 'breakpoint' }
	| { readonly kind: 'causes' }
	/** Shows each message, or folds blocks again. */
	| { readonly kind: 'fold' }
	| { readonly kind: 'find' }
	| { readonly kind: 'findNext'; readonly by: 1 | -1 }
	/** To the next or the previous failure. */
	| { readonly kind: 'failure'; readonly by: 1 | -1 }
	| { readonly kind: 'export' }
	| { readonly kind: 'zoom'; readonly step: 1 | -1 | 'fit' }
	/** px */
	| { readonly kind: 'pan'; readonly by: number }
	| { readonly kind: 'close' };

const PAN = 80;

/** What a key press means, or undefined if it is not ours. */
export function keyAction(event: KeyboardEvent, walk: Walk): KeyAction | undefined {
	const isControl = event.ctrlKey || event.metaKey;
	if (event.key === 'f' && isControl) return { kind: 'find' };
	return isControl ? controlAction(event) : (walkAction(event, walk) ?? letterAction(event));
}

function controlAction(event: KeyboardEvent): KeyAction | undefined {
	return event.key === 'Enter' ? { kind: 'goTo' } : undefined;
}

function walkAction(event: KeyboardEvent, walk: Walk): KeyAction | undefined {
	const to = (row: number): KeyAction => {
		return { kind: 'select', row: Math.max(0, Math.min(walk.count - 1, row)), isExtending: event.shiftKey };
	};
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
			return { kind: 'reveal' };
		case 'ContextMenu':
			return { kind: 'menu' };
		case 'F10':
			return event.shiftKey ? { kind: 'menu' } : undefined;
		case 'F9':
			return { kind: 'breakpoint' };
		default:
			return undefined;
	}
}

function letterAction(event: KeyboardEvent): KeyAction | undefined {
	switch (event.key) {
		case 'Escape':
			return { kind: 'close' };
		case 'ArrowLeft':
			return { kind: 'pan', by: -PAN };
		case 'ArrowRight':
			return { kind: 'pan', by: PAN };
		case '/':
			return { kind: 'find' };
		case 'F3':
			return { kind: 'findNext', by: event.shiftKey ? -1 : 1 };
		case 'F8':
			return { kind: 'failure', by: event.shiftKey ? -1 : 1 };
		case 'c':
			return { kind: 'causes' };
		case 'u':
			return { kind: 'fold' };
		case 'e':
			return { kind: 'export' };
		case '+':
		case '=':
			return { kind: 'zoom', step: 1 };
		case '-':
			return { kind: 'zoom', step: -1 };
		case '0':
			return { kind: 'zoom', step: 'fit' };
		default:
			return undefined;
	}
}
