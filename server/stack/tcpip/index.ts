/** The functions of the TCP/IP provider under their SPI names: `tcpip.WSPConnect(provider, …)`. */
export {
	WSPAccept,
	WSPBind,
	WSPCleanup,
	WSPCloseSocket,
	WSPConnect,
	WSPListen,
	WSPRecv,
	WSPRecvUrgent,
	WSPSend,
	WSPShutdown,
	WSPSocket,
	WSPStartup,
} from './calls';
export {
	WSPGetQOSByName,
	WSPGetSockOpt,
	WSPIoctlAddressList,
	WSPIoctlAddressListChange,
	WSPIoctlQos,
	WSPIoctlRoutingInterfaceChange,
	WSPSetSockOpt,
} from './options';
export { type Route, TcpipProvider } from './tcpipProvider';
export { type TcpEvent, TcpSocket } from './tcpSocket';
