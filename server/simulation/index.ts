export { Choices } from './choices';
export type { Deadline } from './deadline';
export { after, type Eventual, settled, waits } from './eventual';
export { type Action, type Runnable, Simulation } from './simulation';
export { type Coroutine, Thread, type ThreadState, threadObject } from './thread';
export { ThreadList } from './threadList';
export { durationText, MICROSECOND, MILLISECOND, SECOND } from './time';
export { Waiters } from './waiters';
