export { EventObject } from './eventObject';
export type { CallEffect, CallFault, MessageFault } from './faults';
export { belongsTo, wireName } from './faults';
export { isError, type Outcome, type WsaError } from './outcome';
export { type ConditionFunction, type RegisteredMemory, writeMemory } from './san';
export * as winsockSwitch from './switch';
export { AppSocket, type EventName, eventBits, eventsText, OverlappedRequest, ProtocolInfo } from './switch';
export type { ConnectManner, HostSettings, NetworkSettings, NicSettings, Topology } from './topology';
export { type Host, MAIN_PROCESS, type Process, World } from './world';
