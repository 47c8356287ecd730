/**
 * The language core: Langium's parser for the generated grammar, without documents, workspace or connection.
 *
 * Runs anywhere (no Node, no editor). One parser serves the whole process; parsing is synchronous.
 */

import {
	type CstNode,
	createDefaultCoreModule,
	createDefaultSharedCoreModule,
	DefaultValueConverter,
	EmptyFileSystem,
	type GrammarAST,
	inject,
	type LangiumCoreServices,
	type LangiumSharedCoreServices,
	type Module,
	type PartialLangiumCoreServices,
	type ValueType,
} from 'langium';
import { SanflowGeneratedModule, SanflowGeneratedSharedModule } from './generated/module';
import { createGuardedParser } from './guardedParser';
import { decodeBytes, decodeString } from './literals';
import { LateLookaheadStrategy } from './lookahead';
import { SyntaxMessageProvider } from './syntaxMessages';
import { SanflowTokenBuilder } from './tokens';

class SanflowValueConverter extends DefaultValueConverter {
	protected override runConverter(rule: GrammarAST.AbstractRule, input: string, cst: CstNode): ValueType {
		switch (rule.name) {
			case 'STRING':
				return decodeString(input);
			case 'BYTES':
				return decodeBytes(input);
			case 'INTEGER':
				return Number(input.replaceAll('_', ''));
			default:
				return super.runConverter(rule, input, cst);
		}
	}
}

/** What the language adds to Langium's core; the language server adds its features on top. */
export const sanflowCoreModule: Module<LangiumCoreServices, PartialLangiumCoreServices> = {
	parser: {
		LangiumParser: (services) => createGuardedParser(services),
		TokenBuilder: () => new SanflowTokenBuilder(),
		ParserConfig: () => ({
			// Each parser made with this configuration (the language server has two) needs a strategy of its own.
			get lookaheadStrategy() {
				return new LateLookaheadStrategy();
			},
		}),
		ValueConverter: () => new SanflowValueConverter(),
		ParserErrorMessageProvider: () => new SyntaxMessageProvider(),
	},
};

/** Langium's services for parsing alone. */
export function createSanflowServices(): LangiumCoreServices {
	const shared: LangiumSharedCoreServices = inject(
		createDefaultSharedCoreModule(EmptyFileSystem),
		SanflowGeneratedSharedModule,
	);
	const services = inject(createDefaultCoreModule({ shared }), SanflowGeneratedModule, sanflowCoreModule);
	shared.ServiceRegistry.register(services);
	return services;
}
