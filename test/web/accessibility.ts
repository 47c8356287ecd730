/** What axe-core has to say about a page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

export interface Finding {
	readonly id: string;
	readonly impact: string;
	/** Markup of the first elements concerned. */
	readonly nodes: readonly string[];
}

/** The serious and critical findings. */
export async function seriousFindings(page: Page): Promise<readonly Finding[]> {
	// Evaluated by the debugger's own way into the page, which its policy does not concern.
	await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
	const found = await page.evaluate(async () => {
		const { axe: tool } = window as unknown as {
			axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
		};
		return (await tool.run()).violations.map(({ id, impact, nodes }) => ({
			id,
			impact,
			nodes: nodes.map(({ html }) => html.slice(0, 120)).slice(0, 3),
		}));
	});
	return found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
}
