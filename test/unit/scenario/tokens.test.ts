import assert from 'node:assert/strict';
import { DefaultTokenBuilder } from 'langium';
import { createSanflowServices } from '../../../server/scenario/language';
import { SanflowTokenBuilder } from '../../../server/scenario/tokens';

type Token =
	ReturnType<DefaultTokenBuilder['buildTokens']> extends infer Tokens
		? Tokens extends readonly (infer Item)[]
			? Item
			: never
		: never;

function tokensOf(builder: DefaultTokenBuilder): readonly Token[] {
	return builder.buildTokens(createSanflowServices().Grammar) as readonly Token[];
}

describe('tokens of the language', () => {
	const ours = tokensOf(new SanflowTokenBuilder());
	const langiums = tokensOf(new DefaultTokenBuilder());

	it('are those that Langium makes, in its order', () => {
		assert.deepEqual(
			ours.map(({ name, PATTERN }) => `${name} ${PATTERN}`),
			langiums.map(({ name, PATTERN }) => `${name} ${PATTERN}`),
		);
		assert.ok(ours.length > 80);
	});

	it('give way to the same longer ones', () => {
		const longer = ({ name, LONGER_ALT: others = [] }: Token): string =>
			`${name}: ${[others].flat().map((other) => other.name)}`;
		assert.deepEqual(ours.map(longer), langiums.map(longer));
		assert.ok(ours.some((token) => longer(token) === '[: ADDRESS'));
	});
});
