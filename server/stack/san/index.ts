/** The functions of a SAN service provider under their SPI names: `san.WSPConnect(provider, …)`. */
export { type ConditionFunction, type ConditionResult, conditionResults, WSPAccept } from './accepting';
export { WSPCloseSocket } from './closing';
export { WSPConnect } from './connecting';
export { WSPDuplicateSocket, WSPSocketDuplicated } from './duplicating';
export {
	AddressSpace,
	type BufferEx,
	type MemoryAccess,
	type Overlapped,
	type RegisteredMemory,
	recordWrite,
	writeMemory,
} from './memory';
export { maskText } from './networkEvents';
export { WSPGetQOSByName, WSPGetSockOpt, WSPIoctlQos, WSPSetSockOpt } from './options';
export { DESCRIPTOR_BYTES, WSPDeregisterRdmaMemory, WSPRdmaRead, WSPRdmaWrite, WSPRegisterRdmaMemory } from './rdma';
export { WSPDeregisterMemory, WSPMemoryRegistrationCacheCallback, WSPRegisterMemory } from './registration';
export {
	FD_ACCEPT,
	FD_CONNECT,
	SanProvider,
	SOCKET_HANDLE_CONTEXT,
	type UpCalls,
	WPU_CLOSE_SOCKET_HANDLE,
	WPU_CREATE_SOCKET_HANDLE,
	WPU_QUERY_SOCKET_HANDLE_CONTEXT,
} from './sanProvider';
export type { ConnectRequest, SanSocket } from './sanSocket';
export {
	WSPBind,
	WSPEnumNetworkEvents,
	WSPEventSelect,
	WSPListen,
	WSPSocket,
} from './socket';
export { extensions, WSPCleanup, WSPIoctlAddressList, WSPIoctlExtension, WSPStartupEx } from './startup';
export {
	connectionBroken,
	FABRIC_TIMEOUT_NS,
	receiveFields,
	sendFields,
	WSPGetOverlappedResult,
	WSPRecv,
	WSPSend,
} from './transfers';
