/** What this adapter can do. Every entry is carried out; what is not listed is not. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { protocolFilters } from './exceptionFilters';
import type { Texts } from './texts';

export function capabilitiesOf(texts: Texts): DebugProtocol.Capabilities {
	return {
		supportsConfigurationDoneRequest: true,
		supportsFunctionBreakpoints: true,
		supportsConditionalBreakpoints: true,
		supportsHitConditionalBreakpoints: true,
		supportsEvaluateForHovers: true,
		exceptionBreakpointFilters: protocolFilters(texts),
		supportsStepBack: true,
		supportsRestartFrame: true,
		supportsGotoTargetsRequest: true,
		supportsStepInTargetsRequest: true,
		supportsCompletionsRequest: true,
		completionTriggerCharacters: ['.'],
		supportsModulesRequest: true,
		additionalModuleColumns: [{ attributeName: 'role', label: 'Role', type: 'string' }],
		supportsRestartRequest: true,
		supportsValueFormattingOptions: true,
		supportsExceptionInfoRequest: true,
		supportTerminateDebuggee: true,
		supportsDelayedStackTraceLoading: true,
		supportsLoadedSourcesRequest: true,
		supportsLogPoints: true,
		supportsTerminateRequest: true,
		supportsDataBreakpoints: true,
		supportsReadMemoryRequest: true,
		supportsDisassembleRequest: true,
		supportsCancelRequest: true,
		supportsBreakpointLocationsRequest: true,
		supportsClipboardContext: true,
		supportsSteppingGranularity: true,
		supportsInstructionBreakpoints: true,
		supportsExceptionFilterOptions: true,
		breakpointModes: [
			{ mode: 'call', label: texts('modeCall'), description: texts('modeCallHint'), appliesTo: ['source'] },
			{ mode: 'return', label: texts('modeReturn'), description: texts('modeReturnHint'), appliesTo: ['source'] },
			{ mode: 'delivery', label: texts('modeDelivery'), description: texts('modeDeliveryHint'), appliesTo: ['source'] },
		],
	};
}
