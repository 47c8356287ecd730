export { startRun } from './execution';
export { filled } from './filled';
export type { ChoiceMet, Intervention } from './intervention';
export type { Failure, Run, RunOptions, RunState, RunViolation, Sentence } from './run';
