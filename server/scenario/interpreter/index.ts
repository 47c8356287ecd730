export { filled, startRun } from './execution';
export type { Failure, Run, RunOptions, RunState, Sentence } from './run';
