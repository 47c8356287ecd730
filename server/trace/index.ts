export { CallStacks } from './callStack';
export type { Context } from './context';
export { type FieldState, History } from './history';
export { bytesText, hexText, plainValue, recordLine, traceLines } from './json';
export { loadTrace, TraceFileError, type TraceFileProblem } from './load';
export { type ObjectType, objectType, type TracedObject } from './object';
export { Reader } from './reader';
export {
	type Phase,
	phases,
	type RecordKind,
	recordKinds,
	type SourcePosition,
	type TraceRecord,
	type Value,
} from './record';
export { type Site, site, siteNames } from './site';
export { CALL, MESSAGE, NOTE, type ObjectEntry, RETURN, SIGNAL, STATE, Trace, VIOLATION } from './trace';
export { TraceWriter } from './writer';
