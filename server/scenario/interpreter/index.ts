export { filled, startRun } from './execution';
export type { Intervention } from './intervention';
export type { Failure, Run, RunOptions, RunState, Sentence } from './run';
