export { Choices } from './choices';
export { Simulation } from './simulation';
export { type Coroutine, Thread, threadObject, type ThreadState } from './thread';
export { durationText, MICROSECOND, MILLISECOND, SECOND } from './time';
export { Waiters } from './waiters';
