/**
 * Everything random in a run is a numbered choice, answered by a generator that the seed starts. Seed, scenario text
 * and forced choices together are the whole run: the same three give the same trace, on every machine.
 */
export class Choices {
	private state: number;
	private made = 0;

	/**
	 * @param seed any integer; only the low 32 bits count
	 * @param forced answers that a branch of a run gives instead of the generator, by number of the choice
	 */
	constructor(
		seed: number,
		private readonly forced: ReadonlyMap<number, number> = new Map(),
	) {
		this.state = (seed ^ 0x9e3779b9) >>> 0 || 1;
	}

	/** How many choices were made so far. */
	get count(): number {
		return this.made;
	}

	/** One of 0 … `options` - 1. With one option nothing is chosen and nothing is counted. */
	next(options: number): number {
		if (options <= 1) return 0;
		const drawn = this.draw() % options;
		const forced = this.forced.get(this.made++);
		return forced === undefined ? drawn : forced % options;
	}

	/** True with the given probability (0 to 1), in steps of one millionth. */
	chance(probability: number): boolean {
		if (probability <= 0) return false;
		return this.next(1_000_000) < probability * 1_000_000;
	}

	/** xorshift32: small, quick and the same everywhere. */
	private draw(): number {
		let x = this.state;
		x ^= x << 13;
		x >>>= 0;
		x ^= x >>> 17;
		x ^= x << 5;
		this.state = x >>> 0;
		return this.state;
	}
}
