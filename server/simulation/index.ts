export { Choices } from './choices';
export { Simulation } from './simulation';
export { type Coroutine, Thread, type ThreadState, threadObject } from './thread';
export { durationText, MICROSECOND, MILLISECOND, SECOND } from './time';
export { Waiters } from './waiters';
