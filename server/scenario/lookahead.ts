/**
 * The parser's decisions, each worked out when a text first needs it: a start would otherwise wait for all of them, and
 * most files need few.
 */
import { type LLStarLookaheadOptions, LLStarLookaheadStrategy } from 'chevrotain-allstar';

type BuildAlternation = LLStarLookaheadStrategy['buildLookaheadForAlternation'];
type BuildOptional = LLStarLookaheadStrategy['buildLookaheadForOptional'];
type Alternation = ReturnType<BuildAlternation>;
type Optional = ReturnType<BuildOptional>;

/** Langium's strategy, put off. */
export class LateLookaheadStrategy extends LLStarLookaheadStrategy {
	constructor(options: LLStarLookaheadOptions = { logging: () => undefined }) {
		super(options);
	}

	override buildLookaheadForAlternation(options: Parameters<BuildAlternation>[0]): Alternation {
		let decide: Alternation | undefined;
		const build = (): Alternation => super.buildLookaheadForAlternation(options);
		return function (alternatives) {
			decide ??= build();
			return decide.call(this, alternatives);
		};
	}

	override buildLookaheadForOptional(options: Parameters<BuildOptional>[0]): Optional {
		let decide: Optional | undefined;
		const build = (): Optional => super.buildLookaheadForOptional(options);
		return function () {
			decide ??= build();
			return decide.call(this);
		};
	}
}
