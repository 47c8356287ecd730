/** Questions to the host, as promises. */
import type { DiagramAnswer, DiagramAnswers, DiagramQuery } from '../server/protocol/diagram';

export class Questions {
	private count = 0;
	private readonly waiting = new Map<number, (answer: DiagramAnswer | null) => void>();

	constructor(private readonly send: (request: number, query: DiagramQuery) => void) {}

	/** Resolves to undefined if the host has no answer. */
	ask<K extends DiagramQuery['kind']>(
		query: Extract<DiagramQuery, { readonly kind: K }>,
	): Promise<DiagramAnswers[K] | undefined> {
		const request = ++this.count;
		return new Promise((resolve) => {
			this.waiting.set(request, (answer) => resolve((answer as DiagramAnswers[K] | null) ?? undefined));
			this.send(request, query);
		});
	}

	receive(request: number, answer: DiagramAnswer | null): void {
		this.waiting.get(request)?.(answer);
		this.waiting.delete(request);
	}
}
