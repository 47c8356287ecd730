/**
 * The lexer's tokens: the ones that Langium makes, found with less work, since every start of a debugger or a command
 * waits for them.
 */
import { DefaultTokenBuilder, type GrammarAST, RegExpUtils } from 'langium';

type Rules = Parameters<DefaultTokenBuilder['buildKeywordTokens']>[0];
type Tokens = ReturnType<DefaultTokenBuilder['buildKeywordTokens']>;
type TokenType = Tokens[number];

export class SanflowTokenBuilder extends DefaultTokenBuilder {
	/** What a text begins with that could go on to match a terminal. */
	private readonly beginnings = new Map<TokenType, RegExp | undefined>();

	protected override buildKeywordTokens(rules: Rules, terminals: Tokens): Tokens {
		const keywords = new Map<string, GrammarAST.Keyword>();
		for (const rule of rules) if (rule.$type !== 'TerminalRule') collectKeywords(rule, keywords);
		return [...keywords.values()]
			.sort((a, b) => b.value.length - a.value.length)
			.map((keyword) => this.buildKeywordToken(keyword, terminals, false));
	}

	protected override findLongerAlt(keyword: GrammarAST.Keyword, terminals: Tokens): Tokens {
		return terminals.filter((terminal) => {
			const match = this.beginningOf(terminal)?.exec(keyword.value);
			return match !== null && match !== undefined && match[0].length > 0;
		});
	}

	private beginningOf(terminal: TokenType): RegExp | undefined {
		if (!this.beginnings.has(terminal)) {
			const { PATTERN: pattern } = terminal;
			const isRegExp = pattern instanceof RegExp;
			this.beginnings.set(terminal, isRegExp ? RegExpUtils.partialRegExp(`^${pattern.source}$`) : undefined);
		}
		return this.beginnings.get(terminal);
	}
}

/** Keywords of a rule by their text, in the order of the grammar. */
function collectKeywords(node: object, keywords: Map<string, GrammarAST.Keyword>): void {
	if ('$type' in node && node.$type === 'Keyword') {
		const keyword = node as GrammarAST.Keyword;
		if (!keywords.has(keyword.value)) keywords.set(keyword.value, keyword);
		return;
	}
	for (const [name, child] of Object.entries(node)) {
		// Members that begin with $ lead back up, or to the text.
		if (name.startsWith('$') || child === null || typeof child !== 'object') continue;
		if ('$refText' in child) continue;
		collectKeywords(child, keywords);
	}
}
