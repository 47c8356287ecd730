/**
 * What to do about a Winsock error: a sentence for whoever called. Meanings are in `winsock/errors.ts`; this says what
 * follows from them for an application, for the switch and for a SAN provider.
 */
import type { WsaError } from '../winsock/errors';
import type { Locale } from '../winsock/locale';

type Advice = Readonly<Record<Locale, string>>;

const advice: Readonly<Record<WsaError, Advice>> = {
	WSA_INVALID_HANDLE: {
		en: 'Pass an event object that WSACreateEvent returned and nobody has closed.',
		'zh-cn': '传入 WSACreateEvent 返回且尚未关闭的事件对象。',
	},
	WSA_NOT_ENOUGH_MEMORY: {
		en: 'Release memory or reduce what is outstanding, then repeat the call.',
		'zh-cn': '释放内存或减少未完成的操作，然后重试。',
	},
	WSA_INVALID_PARAMETER: {
		en: 'Check the arguments against the signature; the call has done nothing.',
		'zh-cn': '对照函数签名检查参数；该调用没有任何效果。',
	},
	WSA_OPERATION_ABORTED: {
		en: 'Nothing to repair: the socket was closed or the operation cancelled. Release the buffers of the operation.',
		'zh-cn': '无需修复：套接字已关闭或操作已取消。释放该操作的缓冲区。',
	},
	WSA_IO_INCOMPLETE: {
		en: 'Wait for the operation’s event, or ask again later.',
		'zh-cn': '等待该操作的事件，或稍后再查询。',
	},
	WSA_IO_PENDING: {
		en: 'Not a failure: wait for the completion, and leave the buffers alone until then.',
		'zh-cn': '不是失败：等待完成，在此之前不要动缓冲区。',
	},
	WSAEINTR: {
		en: 'Somebody cancelled the blocking call; close the socket, for what it had done is not known.',
		'zh-cn': '阻塞调用被取消；请关闭套接字，因为它已完成的部分未知。',
	},
	WSAEACCES: {
		en: 'For an accept: go on with the next request, for the peer has given up this one.',
		'zh-cn': '对于接受：继续处理下一个请求，对方已放弃此请求。',
	},
	WSAEFAULT: {
		en: 'Pass valid pointers and buffers of the length that is stated.',
		'zh-cn': '传入有效指针以及与所述长度相符的缓冲区。',
	},
	WSAEINVAL: {
		en: 'Bring the socket into the state that the call needs (bound, listening), or correct the argument.',
		'zh-cn': '使套接字进入该调用所需的状态（已绑定、正在侦听），或更正参数。',
	},
	WSAEMFILE: {
		en: 'Close sockets that are not needed any more.',
		'zh-cn': '关闭不再需要的套接字。',
	},
	WSAEWOULDBLOCK: {
		en: 'Not a failure: wait for the network event (FD_CONNECT, FD_READ, FD_WRITE, FD_ACCEPT), then go on.',
		'zh-cn': '不是失败：等待网络事件（FD_CONNECT、FD_READ、FD_WRITE、FD_ACCEPT），然后继续。',
	},
	WSAEINPROGRESS: {
		en: 'Make the call after the blocking call or the callback is over.',
		'zh-cn': '在阻塞调用或回调结束之后再调用。',
	},
	WSAEALREADY: {
		en: 'Wait for the operation under way; do not start it a second time.',
		'zh-cn': '等待正在进行的操作；不要再次启动它。',
	},
	WSAENOTSOCK: {
		en: 'Use a descriptor that is open; this one was closed or was never a socket of this provider.',
		'zh-cn': '使用打开的描述符；此描述符已关闭或从不属于此提供者。',
	},
	WSAEDESTADDRREQ: {
		en: 'Name a destination.',
		'zh-cn': '指定目标地址。',
	},
	WSAEMSGSIZE: {
		en: 'Post a larger buffer, or send less at a time.',
		'zh-cn': '使用更大的缓冲区，或每次少发送一些。',
	},
	WSAEPROTOTYPE: {
		en: 'Ask for a protocol that fits the socket type: TCP with SOCK_STREAM.',
		'zh-cn': '使用与套接字类型相符的协议：SOCK_STREAM 配 TCP。',
	},
	WSAENOPROTOOPT: {
		en: 'Use an option that the level knows; a SAN provider supports few, and the switch keeps the others.',
		'zh-cn': '使用该级别支持的选项；SAN 提供者只支持少数，其余由交换机保存。',
	},
	WSAEPROTONOSUPPORT: {
		en: 'Use TCP, and no connect-time data.',
		'zh-cn': '使用 TCP，且不带连接时数据。',
	},
	WSAESOCKTNOSUPPORT: {
		en: 'Use SOCK_STREAM; a SAN provider knows no other type.',
		'zh-cn': '使用 SOCK_STREAM；SAN 提供者不支持其他类型。',
	},
	WSAEOPNOTSUPP: {
		en: 'Do without: a SAN provider may leave out optional extensions, and the switch then takes the other way.',
		'zh-cn': '不要依赖它：SAN 提供者可以不提供可选扩展，交换机会改走其他途径。',
	},
	WSAEPFNOSUPPORT: {
		en: 'Use AF_INET.',
		'zh-cn': '使用 AF_INET。',
	},
	WSAEAFNOSUPPORT: {
		en: 'Use addresses of the socket’s own family.',
		'zh-cn': '使用与套接字同族的地址。',
	},
	WSAEADDRINUSE: {
		en: 'Bind to another port, or close the socket that has this one.',
		'zh-cn': '绑定到其他端口，或关闭占用该端口的套接字。',
	},
	WSAEADDRNOTAVAIL: {
		en: 'Bind to an address of one of the host’s NICs; connect to an address that is not all zero.',
		'zh-cn': '绑定到本机某个网卡的地址；连接到非全零的地址。',
	},
	WSAENETDOWN: {
		en: 'Look at the NIC: it is down or its provider has failed. The application can only try again later.',
		'zh-cn': '检查网卡：它已断开或其提供者已失败。应用程序只能稍后重试。',
	},
	WSAENETUNREACH: {
		en: 'Check the route: no NIC of this host is on a network that leads there. After a SAN connect the switch tries TCP/IP.',
		'zh-cn': '检查路由：本机没有通向该处的网卡。SAN 连接失败后交换机会尝试 TCP/IP。',
	},
	WSAENETRESET: {
		en: 'Close the socket and connect again.',
		'zh-cn': '关闭套接字并重新连接。',
	},
	WSAECONNABORTED: {
		en: 'Close the socket and connect again; what was sent and not acknowledged may be lost.',
		'zh-cn': '关闭套接字并重新连接；已发送但未确认的数据可能丢失。',
	},
	WSAECONNRESET: {
		en: 'Close the socket; the peer has closed or crashed. From a SAN connect it means that nothing listens there.',
		'zh-cn': '关闭套接字；对方已关闭或崩溃。来自 SAN 连接时表示该处无人侦听。',
	},
	WSAENOBUFS: {
		en: 'Wait until operations have completed, or release registered memory, then repeat the call.',
		'zh-cn': '等待操作完成或释放已注册内存，然后重试。',
	},
	WSAEISCONN: {
		en: 'Use the connection that there is, or another socket.',
		'zh-cn': '使用现有连接，或使用另一个套接字。',
	},
	WSAENOTCONN: {
		en: 'Connect first, and wait until the connection is established.',
		'zh-cn': '先连接，并等待连接建立。',
	},
	WSAESHUTDOWN: {
		en: 'Do not send (or receive) after that direction was shut down.',
		'zh-cn': '该方向关闭后不要再发送（或接收）。',
	},
	WSAETIMEDOUT: {
		en: 'Check that the peer is up. A SAN provider returns it when TCP/IP might still succeed; the switch then tries that.',
		'zh-cn': '检查对方是否在线。SAN 提供者在 TCP/IP 仍可能成功时返回它；交换机随后尝试 TCP/IP。',
	},
	WSAECONNREFUSED: {
		en: 'Start the server first, or raise its backlog. A SAN provider returns it only when TCP/IP would be refused too.',
		'zh-cn': '先启动服务器，或增大其积压上限。SAN 提供者仅在 TCP/IP 也会被拒绝时返回它。',
	},
	WSAEHOSTDOWN: {
		en: 'Check the destination host; try again when it is up.',
		'zh-cn': '检查目标主机；待其恢复后重试。',
	},
	WSAEHOSTUNREACH: {
		en: 'Check the address. A SAN provider returns it only when no host has this address, so that TCP/IP would fail too.',
		'zh-cn': '检查地址。SAN 提供者仅在没有主机具有该地址、TCP/IP 也会失败时返回它。',
	},
	WSAEPROCLIM: {
		en: 'End another process that uses sockets.',
		'zh-cn': '结束另一个使用套接字的进程。',
	},
	WSASYSNOTREADY: {
		en: 'Try again when the network subsystem has started.',
		'zh-cn': '网络子系统启动后再试。',
	},
	WSAVERNOTSUPPORTED: {
		en: 'Ask for version 2.2; a SAN provider supports no other.',
		'zh-cn': '请求 2.2 版；SAN 提供者不支持其他版本。',
	},
	WSANOTINITIALISED: {
		en: 'Call WSAStartup (the switch: WSPStartup of the provider) first.',
		'zh-cn': '先调用 WSAStartup（交换机：提供者的 WSPStartup）。',
	},
	WSAEDISCON: {
		en: 'Close the socket: the peer has ended the connection in good order.',
		'zh-cn': '关闭套接字：对方已正常结束连接。',
	},
	WSATRY_AGAIN: {
		en: 'Call again: the condition function has put the decision off.',
		'zh-cn': '再次调用：条件函数推迟了决定。',
	},
};

/** What to do about an error. */
export function adviceFor(error: WsaError, locale: Locale): string {
	return advice[error][locale];
}
