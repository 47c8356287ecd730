/** What this adapter can do. Every entry is carried out; what is not listed is not. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { protocolFilters } from './exceptionFilters';
import type { Texts } from './texts';

/** @param canSuspend whether a run can stay behind for the next client */
export function capabilitiesOf(texts: Texts, canSuspend: boolean): DebugProtocol.Capabilities {
	return {
		supportsConfigurationDoneRequest: true,
		supportsFunctionBreakpoints: true,
		supportsConditionalBreakpoints: true,
		supportsHitConditionalBreakpoints: true,
		supportsEvaluateForHovers: true,
		exceptionBreakpointFilters: protocolFilters(texts),
		supportsStepBack: true,
		supportsSetVariable: true,
		supportsRestartFrame: true,
		supportsGotoTargetsRequest: true,
		supportsStepInTargetsRequest: true,
		supportsCompletionsRequest: true,
		completionTriggerCharacters: ['.'],
		supportsModulesRequest: true,
		additionalModuleColumns: [
			{ attributeName: 'role', label: texts('columnRole'), type: 'string' },
			{ attributeName: 'address', label: texts('columnAddress'), type: 'string' },
			{ attributeName: 'capabilities', label: texts('columnCapabilities'), type: 'string' },
			{ attributeName: 'guids', label: 'GUID', type: 'string' },
		],
		supportedChecksumAlgorithms: ['SHA256'],
		supportsRestartRequest: true,
		supportsValueFormattingOptions: true,
		supportsExceptionInfoRequest: true,
		supportTerminateDebuggee: true,
		...(canSuspend ? { supportSuspendDebuggee: true } : {}),
		supportsDelayedStackTraceLoading: true,
		supportsLoadedSourcesRequest: true,
		supportsLogPoints: true,
		supportsTerminateThreadsRequest: true,
		supportsSetExpression: true,
		supportsTerminateRequest: true,
		supportsDataBreakpoints: true,
		supportsReadMemoryRequest: true,
		supportsWriteMemoryRequest: true,
		supportsDisassembleRequest: true,
		supportsCancelRequest: true,
		supportsBreakpointLocationsRequest: true,
		supportsClipboardContext: true,
		supportsSteppingGranularity: true,
		supportsInstructionBreakpoints: true,
		supportsExceptionFilterOptions: true,
		supportsSingleThreadExecutionRequests: true,
		supportsDataBreakpointBytes: true,
		supportsANSIStyling: true,
		breakpointModes: [
			{ mode: 'call', label: texts('modeCall'), description: texts('modeCallHint'), appliesTo: ['source'] },
			{ mode: 'return', label: texts('modeReturn'), description: texts('modeReturnHint'), appliesTo: ['source'] },
			{ mode: 'delivery', label: texts('modeDelivery'), description: texts('modeDeliveryHint'), appliesTo: ['source'] },
		],
	};
}
