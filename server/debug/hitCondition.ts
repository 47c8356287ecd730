/** `3`, `>= 3`, `> 3`, `== 3`, `< 3`, `<= 3`, `% 3`: how often a breakpoint must have been passed. A bare number means that very time. */
export type HitTest = (count: number) => boolean;

/** Undefined if the text is no hit condition. */
export function readHitCondition(text: string): HitTest | undefined {
	const match = /^\s*(>=|<=|==|=|>|<|%)?\s*(\d+)\s*$/.exec(text);
	if (!match) return undefined;
	const wanted = Number(match[2]);
	switch (match[1]) {
		case '>=':
			return (count) => count >= wanted;
		case '<=':
			return (count) => count <= wanted;
		case '>':
			return (count) => count > wanted;
		case '<':
			return (count) => count < wanted;
		case '%':
			return wanted > 0 ? (count) => count % wanted === 0 : undefined;
		default:
			return (count) => count === wanted;
	}
}
