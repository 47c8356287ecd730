/**
 * What a page still has to do. The page's ways to do something later are counted from before its first script: timers,
 * frames, messages to itself and to its host. Together with `aria-busy`, by which the grid says that rows on screen are
 * being fetched or drawn, this tells when nothing will change any more unless somebody does something.
 */
import type { Page } from 'playwright-core';

/** In the page, under `window.work`. */
interface Work {
	/** Kinds of what is under way, by a number of its own. */
	readonly pending: Map<number, string>;
	/** Everything that was ever begun. */
	begun: number;
	begin(kind: string): number;
	end(work: number): void;
	/** The browser's own, which are not counted. */
	frame(): Promise<void>;
}

/** To be called before the page is loaded. */
export async function countWork(page: Page): Promise<void> {
	await page.addInitScript(() => {
		const frame = window.requestAnimationFrame.bind(window);
		const work: Work = {
			pending: new Map(),
			begun: 0,
			begin(kind) {
				work.pending.set(++work.begun, kind);
				return work.begun;
			},
			end: (number) => void work.pending.delete(number),
			frame: () => new Promise((done) => frame(() => done())),
		};
		Object.assign(window, { work });
		countTimers('setTimeout', 'clearTimeout');
		countTimers('requestAnimationFrame', 'cancelAnimationFrame');
		const post = window.postMessage.bind(window) as (...message: readonly unknown[]) => void;
		/** Messages arrive in order. */
		const posted: number[] = [];
		window.addEventListener('message', () => work.end(posted.shift() ?? 0), { capture: true });
		Object.assign(window, {
			postMessage: (...message: readonly unknown[]) => {
				posted.push(work.begin('postMessage'));
				post(...message);
			},
		});

		function countTimers(set: 'setTimeout' | 'requestAnimationFrame', clear: 'clearTimeout' | 'cancelAnimationFrame') {
			const start = window[set].bind(window) as (act: unknown, ...rest: readonly unknown[]) => number;
			const stop = window[clear].bind(window);
			const numbers = new Map<number, number>();
			const done = (id: number): void => {
				work.end(numbers.get(id) ?? 0);
				numbers.delete(id);
			};
			Object.assign(window, {
				[set]: (act: (...args: readonly unknown[]) => void, ...rest: readonly unknown[]) => {
					const acting = (...args: readonly unknown[]): void => {
						done(id);
						act(...args);
					};
					const id = start(acting, ...rest);
					numbers.set(id, work.begin(set));
					return id;
				},
				[clear]: (id: number) => {
					done(id);
					stop(id);
				},
			});
		}
	});
}

/** Waits until the page has nothing to do; fails with what it still does after `limitMs`. */
export async function restOf(page: Page, limitMs = 20_000): Promise<void> {
	const left = await page.evaluate(async (limit) => {
		const { work } = window as unknown as { work: Work };
		for (const deadline = performance.now() + limit; ; ) {
			const { begun } = work;
			// Only what the browser tells by itself (that something was scrolled, or has another size) waits for a frame.
			await work.frame();
			await work.frame();
			const isBusy = document.querySelector('[aria-busy="true"]') !== null;
			if (work.pending.size === 0 && work.begun === begun && !isBusy) return undefined;
			if (performance.now() > deadline) return [...work.pending.values(), ...(isBusy ? ['aria-busy'] : [])].join(', ');
		}
	}, limitMs);
	if (left !== undefined) throw new Error(`the page does not come to rest: ${left}`);
}
