/** Reading what is on the screen: text as a person sees it, places, and waiting for something to become true. */
import type { Locator } from 'playwright-core';

export interface Box {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** Tries a condition until it holds; after the time given it fails with what was expected. */
export async function expectSoon(holds: () => Promise<boolean>, what: string, timeoutMs = 15_000): Promise<void> {
	for (const deadline = Date.now() + timeoutMs; ; ) {
		if (await holds()) {
			return;
		}
		if (Date.now() > deadline) {
			throw new Error(`expected within ${timeoutMs / 1000} s: ${what}`);
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

/** Text as a pattern that matches only itself. */
export function escaped(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Matches an accessible name that begins with `text`; VS Code appends keys and states to its labels. */
export function startingWith(text: string): RegExp {
	return new RegExp(`^${escaped(text)}`);
}

/** A line of code as a person reads it: VS Code renders spaces as no-break spaces. */
export function plain(text: string | null): string {
	return (text ?? '').replace(/\u00a0/g, ' ').trimEnd();
}

/** Text of a row with the gaps that are visible between its parts. */
export async function readable(row: Locator): Promise<string> {
	return collapsed(await row.innerText());
}

/** Texts of all matches. */
export async function texts(rows: Locator): Promise<readonly string[]> {
	return (await rows.allInnerTexts()).map(collapsed);
}

function collapsed(text: string): string {
	return text.replace(/\s+/g, ' ').trim();
}

const readAttempts = 6;
const readTimeoutMs = 1500;

/**
 * Rows of a VS Code list from top to bottom; the list reuses its elements, so their order in the page says nothing. A list
 * that is drawn anew while it is read loses rows under our hands: then it is read again.
 */
export async function rowsByPlace<T>(rows: Locator, read: (row: Locator) => Promise<T>): Promise<readonly T[]> {
	for (let attempt = 1; ; attempt++) {
		const reading = readRows(rows, read);
		const found = await Promise.race([reading.catch(() => undefined), later(readTimeoutMs)]);
		if (found) {
			return found;
		}
		if (attempt === readAttempts) {
			return reading;
		}
	}
}

async function readRows<T>(rows: Locator, read: (row: Locator) => Promise<T>): Promise<readonly T[]> {
	const all = await Promise.all(
		(await rows.all()).map(async (row) => ({ top: await topOf(row), value: await read(row) })),
	);
	return all.sort((a, b) => a.top - b.top).map(({ value }) => value);
}

function later(ms: number): Promise<undefined> {
	return new Promise((resolve) => {
		setTimeout(() => resolve(undefined), ms);
	});
}

/** Where an element is on the screen; throws when it is not there. */
export async function boxOf(locator: Locator): Promise<Box> {
	const box = await locator.boundingBox();
	if (box === null) {
		throw new Error('the element is not on the screen');
	}
	return box;
}

/** Upper edge of an element; below everything when it is not on the screen. */
export async function topOf(locator: Locator): Promise<number> {
	return (await locator.boundingBox())?.y ?? Number.POSITIVE_INFINITY;
}
