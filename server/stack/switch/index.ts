/** What the switch does for the SPI calls of applications: `winsockSwitch.WSPConnect(sw, …)`. */
export { WSPAccept } from './accept';
export { AcceptEx } from './acceptEx';
export { AppSocket, type AppSocketState } from './appSocket';
export { CancelIoEx, WSPCancelBlockingCall } from './blocking';
export { processEnds, WSPCleanup } from './cleanup';
export { WSPCloseSocket, WSPShutdown } from './close';
export { WSPConnect } from './connect';
export { WSPRecv, WSPRecvOverlapped, WSPSend, WSPSendOverlapped } from './data';
export { type EventName, eventBits, eventsText, WSPEnumNetworkEvents, WSPEventSelect } from './events';
export { addressesChanged, initialize, refreshTable } from './initialize';
export { WSPListen } from './listen';
export { OverlappedRequest, WSPGetOverlappedResult } from './request';
export { type Selection, WSPSelect } from './select';
export { ProtocolInfo, WSPDuplicateSocket, WSPSocketShared } from './sharing';
export { WSPBind, WSPGetPeerName, WSPGetSockName, WSPGetSockOpt, WSPIoctl, WSPSetSockOpt, WSPSocket } from './socket';
export { Switch } from './switch';
export { VirtualFree } from './virtualFree';
