/** The words in which the tables of Winsock functions are written: types, parameters that many share, common errors. */

import type { ScenarioParameter, WinsockCall } from '../call';
import type { ConstantGroup } from '../constants';
import type { WsaError } from '../errors';
import type { ScenarioType, SimpleType } from '../scenarioTypes';

export type WinsockFacts = Omit<WinsockCall, 'name' | 'kind'>;

export const simple = (kind: SimpleType): ScenarioType => ({ kind });
export const constant = (group: ConstantGroup): ScenarioType => ({ kind: 'constant', group });
export const flags = (group: ConstantGroup): ScenarioType => ({ kind: 'flags', group });
export const list = (of: ScenarioType): ScenarioType => ({ kind: 'list', of });
export const oneOf = (...types: readonly ScenarioType[]): ScenarioType => ({ kind: 'oneOf', types });
export const required = (name: string, type: ScenarioType): ScenarioParameter => ({ name, type });
export const optional = (name: string, type: ScenarioType): ScenarioParameter => ({ name, type, optional: true });

export const data = oneOf(simple('text'), simple('bytes'));
export const nothing = simple('nothing');
export const s = required('s', simple('socket'));
export const address = required('address', simple('address'));
export const sockets = list(simple('socket'));
export const messageFlags = optional('flags', flags('messageFlags'));
export const overlapped = optional('overlapped', simple('overlapped'));

/** Every function but WSAGetLastError fails like this before WSAStartup, or when the network subsystem is down. */
export const always: readonly WsaError[] = ['WSANOTINITIALISED', 'WSAENETDOWN'];
