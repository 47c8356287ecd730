/** The middle button drags the sheet. */

export function letPan(viewport: HTMLElement): void {
	viewport.addEventListener('pointerdown', (event) => {
		if (event.button !== 1) return;
		event.preventDefault();
		viewport.setPointerCapture(event.pointerId);
		viewport.classList.add('panning');
	});
	viewport.addEventListener('pointermove', (event) => {
		if (!viewport.hasPointerCapture(event.pointerId)) return;
		viewport.scrollLeft -= event.movementX;
		viewport.scrollTop -= event.movementY;
	});
	viewport.addEventListener('pointerup', (event) => {
		viewport.classList.remove('panning');
		if (viewport.hasPointerCapture(event.pointerId)) viewport.releasePointerCapture(event.pointerId);
	});
}
