import type { Sentence } from './run';

/** A sentence in English with its places filled, as the trace keeps it. */
export function filled({ text, args }: Sentence): string {
	return text.replace(/\{(\d+)\}/g, (_whole, index: string) => String(args[Number(index)] ?? ''));
}
