/** The contract between the bundle of the debug adapter, used as a module, and the Markdown preview. */

export type ScenarioPicture =
	| {
			readonly kind: 'picture';
			/** Title of the scenario. */
			readonly title: string;
			readonly svg: string;
			readonly isPassed: boolean;
			/** Sentences. */
			readonly failures: readonly string[];
	  }
	/** It cannot run; `line` counts from 1. */
	| { readonly kind: 'problem'; readonly message: string; readonly line: number }
	/** There is no scenario in it: declarations only. */
	| { readonly kind: 'nothing' };

/** What the adapter's bundle exports when it is loaded, not started. */
export interface AdapterModule {
	scenarioPicture(text: string, locale: 'en' | 'zh-cn'): ScenarioPicture;
}
