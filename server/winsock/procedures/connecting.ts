/** "Initiating a Connection": the switch, the SAN provider and the proxy driver, and the switch's answer to failure. */
import type { Procedure } from './procedure';

const page = 'initiating-a-connection';

const decide = { en: 'Choosing the provider', 'zh-cn': '选择提供者' };
const request = { en: 'Requesting the connection', 'zh-cn': '请求连接' };
const destroy = { en: 'Destroying the SAN socket', 'zh-cn': '销毁 SAN 套接字' };
const negotiate = { en: 'Negotiating a session', 'zh-cn': '协商会话' };

const switchConnect: Procedure = {
	id: 'switch-connect',
	title: { en: 'Initiating a Connection', 'zh-cn': '发起连接' },
	page,
	role: 'switch',
	calls: ['WSPConnect', 'ConnectEx'],
	threads: ['connect'],
	steps: [
		{
			section: decide,
			text: {
				en: 'Look the destination up in the table of IP subnets that SAN providers serve. If no subnet contains it, TCP/IP makes the connection.',
				'zh-cn': '在由 SAN 提供者服务的 IP 子网表中查找目标地址。若没有子网包含它，则由 TCP/IP 建立连接。',
			},
			rules: ['SWITCH-1', 'FALLBACK-1', 'SWITCH-4', 'SWITCH-5'],
			records: ['subnet table lookup'],
		},
		{
			text: {
				en: 'Create a companion socket with the WSPSocket of the provider that owns the subnet.',
				'zh-cn': '调用拥有该子网的提供者的 WSPSocket，创建伴随套接字。',
			},
			rules: ['SWITCH-2', 'SOCK-2', 'SOCK-6', 'FALLBACK-2'],
			records: ['WSPSocket'],
		},
		{
			text: {
				en: 'Bind the companion at once, to the address and port that the TCP/IP socket has.',
				'zh-cn': '立即把伴随套接字绑定到 TCP/IP 套接字的地址和端口。',
			},
			rules: ['BIND-2', 'BIND-3', 'BIND-4', 'SWITCH-2'],
			records: ['WSPBind'],
		},
		{
			text: {
				en: 'Replay the options that the application had set before, one WSPSetSockOpt for each that the provider supports.',
				'zh-cn': '重放应用程序先前设置的选项：提供者支持的每个选项调用一次 WSPSetSockOpt。',
			},
			rules: ['OPT-1', 'OPT-4', 'FALLBACK-11'],
			records: ['WSPSetSockOpt'],
		},
		{
			section: request,
			text: {
				en: 'Step 1. Register an event object for FD_CONNECT with WSPEventSelect. This also makes the SAN socket nonblocking, whatever the application’s socket is.',
				'zh-cn':
					'步骤 1：用 WSPEventSelect 为 FD_CONNECT 注册事件对象。无论应用程序的套接字是哪种模式，SAN 套接字由此变为非阻塞。',
			},
			rules: ['CONN-1', 'CONN-2', 'CONN-3', 'EVT-1', 'EVT-2'],
			records: ['WSPEventSelect'],
		},
		{
			text: {
				en: 'Step 2. Call the provider’s WSPConnect with the destination in an IP address family.',
				'zh-cn': '步骤 2：以 IP 地址族表示的目标地址调用提供者的 WSPConnect。',
			},
			rules: ['CONN-4', 'CONN-5', 'SWITCH-3', 'BLOCK-2'],
			records: ['WSPConnect'],
		},
		{
			text: {
				en: 'Step 3. A result other than WSAEWOULDBLOCK is final. WSAEWOULDBLOCK means that the provider goes on in another thread: wait for the event.',
				'zh-cn':
					'步骤 3：除 WSAEWOULDBLOCK 外的结果即为最终结果。WSAEWOULDBLOCK 表示提供者在另一线程中继续：等待事件。',
			},
			rules: ['CONN-7', 'CONN-8', 'CONN-9'],
		},
		{
			text: {
				en: 'Step 4. The provider signals the event when the connect has finished, well or badly.',
				'zh-cn': '步骤 4：连接完成（无论成败）后，提供者发出事件信号。',
			},
			rules: ['CONN-10'],
			records: ['SetEvent'],
		},
		{
			text: {
				en: 'Step 5. Learn the outcome with WSPEnumNetworkEvents: it stands in iErrorCode[FD_CONNECT_BIT].',
				'zh-cn': '步骤 5：用 WSPEnumNetworkEvents 得知结果：它在 iErrorCode[FD_CONNECT_BIT] 中。',
			},
			rules: ['CONN-11', 'CONN-16', 'CONN-17'],
			records: ['WSPEnumNetworkEvents'],
		},
		{
			text: {
				en: 'From here on TCP/IP cannot be used for this connection, and the provider’s WSPConnect is not called again: repeated connects of the application are answered by the switch.',
				'zh-cn': '此后该连接不能再使用 TCP/IP，也不再调用提供者的 WSPConnect：应用程序的重复连接由交换机应答。',
			},
			rules: ['CONN-12', 'CONN-13', 'CONN-14', 'CONN-15', 'CONN-18', 'FALLBACK-12'],
		},
		{
			section: negotiate,
			text: {
				en: 'Register the memory of the buffer array for incoming messages with WSPRegisterMemory.',
				'zh-cn': '用 WSPRegisterMemory 预先注册接收消息的缓冲区数组的内存。',
			},
			rules: ['SESS-1', 'MEM-1', 'MEM-7', 'DATA-3'],
			records: ['WSPRegisterMemory'],
		},
		{
			text: {
				en: 'Post one or more of these buffers with WSPRecv, before anything is sent.',
				'zh-cn': '在发送任何内容之前，用 WSPRecv 投递其中一个或多个缓冲区。',
			},
			rules: ['SESS-2', 'COMP-1', 'COMP-2'],
			records: ['WSPRecv'],
		},
		{
			text: {
				en: 'Send the first message with WSPSend: it says how many receive buffers were posted and is at most 256 bytes long.',
				'zh-cn': '用 WSPSend 发送第一条消息：说明已投递多少接收缓冲区，长度不超过 256 字节。',
			},
			rules: ['SESS-3', 'SESS-6', 'SESS-8', 'FLOW-1', 'FLOW-2'],
			records: ['WSPSend'],
		},
		{
			text: {
				en: 'Wait for the peer’s answer, which says how many buffers it has posted.',
				'zh-cn': '等待对端的应答，其中说明对端已投递多少缓冲区。',
			},
			rules: ['SESS-3', 'SESS-7', 'COMP-6'],
			records: ['WPUCompleteOverlappedRequest', 'control message received', 'session negotiated'],
		},
		{
			text: {
				en: 'Complete the application’s WSPConnect. Only now can it send and receive.',
				'zh-cn': '完成应用程序的 WSPConnect。此后它才能发送和接收。',
			},
			rules: ['SESS-4', 'SESS-5'],
		},
		{
			section: destroy,
			text: {
				en: 'If the connect failed, destroy the SAN socket first, with the provider’s WSPCloseSocket.',
				'zh-cn': '若连接失败，先用提供者的 WSPCloseSocket 销毁 SAN 套接字。',
			},
			rules: ['FALLBACK-3', 'FALLBACK-11', 'BLOCK-3'],
			records: ['WSPCloseSocket'],
		},
		{
			text: {
				en: 'WSAECONNRESET (nothing listens), WSAECONNREFUSED (turned down) and WSAEHOSTUNREACH (no such address) promise that TCP/IP would fail too: return the error to the application.',
				'zh-cn':
					'WSAECONNRESET（无人侦听）、WSAECONNREFUSED（被拒绝）和 WSAEHOSTUNREACH（地址不存在）保证 TCP/IP 同样会失败：把错误返回给应用程序。',
			},
			rules: ['FALLBACK-5', 'FALLBACK-6', 'FALLBACK-7', 'FALLBACK-8', 'FALLBACK-9'],
			records: ['no fallback'],
		},
		{
			text: {
				en: 'After any other error, forward the connect to the WSPConnect of the TCP/IP provider.',
				'zh-cn': '其他错误之后，把连接请求转发给 TCP/IP 提供者的 WSPConnect。',
			},
			rules: ['FALLBACK-2', 'FALLBACK-4', 'FALLBACK-10', 'FALLBACK-11'],
			records: ['fallback to TCP/IP'],
		},
	],
};

const providerConnect: Procedure = {
	id: 'provider-connect',
	title: { en: 'Initiating a Connection', 'zh-cn': '发起连接' },
	page,
	role: 'provider',
	calls: ['WSPConnect'],
	threads: ['connect'],
	steps: [
		{
			text: {
				en: 'Take the destination in IP format and let the proxy driver map it to a native address and start the attempt.',
				'zh-cn': '接受 IP 格式的目标地址，由代理驱动程序映射为本机地址并开始尝试连接。',
			},
			rules: ['CONN-5', 'CONN-6', 'PROXY-4', 'PROXY-5', 'PROXY-2'],
			records: ['IRP_MJ_DEVICE_CONTROL', 'private request'],
		},
		{
			text: {
				en: 'If the attempt is finished or has failed by now, return that result from WSPConnect.',
				'zh-cn': '若此时尝试已完成或失败，从 WSPConnect 直接返回该结果。',
			},
			rules: ['CONN-7'],
		},
		{
			text: {
				en: 'Otherwise return WSAEWOULDBLOCK and go on in another thread.',
				'zh-cn': '否则返回 WSAEWOULDBLOCK，并在另一线程中继续。',
			},
			rules: ['CONN-8', 'CONN-9'],
		},
		{
			text: {
				en: 'Send the native connect request to the peer’s provider and wait for its answer.',
				'zh-cn': '向对端的提供者发送本机连接请求，并等待应答。',
			},
			rules: ['CONN-6', 'LISTEN-5', 'ACC-11', 'ACC-12'],
			records: ['native connect request', 'native accept', 'native refusal'],
		},
		{
			text: {
				en: 'Choose the error with care: WSAECONNRESET, WSAECONNREFUSED and WSAEHOSTUNREACH only if TCP/IP is sure to fail as well, else WSAETIMEDOUT.',
				'zh-cn':
					'谨慎选择错误码：仅当 TCP/IP 也必然失败时才用 WSAECONNRESET、WSAECONNREFUSED 和 WSAEHOSTUNREACH，否则用 WSAETIMEDOUT。',
			},
			rules: ['FALLBACK-5', 'FALLBACK-6', 'FALLBACK-7', 'FALLBACK-8', 'FALLBACK-9', 'FALLBACK-10', 'LISTEN-8'],
		},
		{
			text: {
				en: 'Record the outcome and call SetEvent on the event object that WSPEventSelect registered.',
				'zh-cn': '记录结果，并对 WSPEventSelect 注册的事件对象调用 SetEvent。',
			},
			rules: ['CONN-10', 'EVT-5', 'EVT-9'],
			records: ['SetEvent'],
		},
	],
};

const providerEvents: Procedure = {
	id: 'provider-events',
	title: { en: 'Reporting Network Events', 'zh-cn': '报告网络事件' },
	page: 'synchronizing-operations-on-a-san',
	role: 'provider',
	calls: ['WSPEventSelect', 'WSPEnumNetworkEvents'],
	steps: [
		{
			text: {
				en: 'WSPEventSelect replaces the earlier registration, clears the record of events and makes the socket nonblocking; later connects return at once.',
				'zh-cn': 'WSPEventSelect 取代先前的注册，清空事件记录，并使套接字变为非阻塞；此后的连接立即返回。',
			},
			rules: ['EVT-1', 'EVT-2', 'EVT-3', 'EVT-4', 'CONN-2', 'CONN-3', 'LISTEN-4'],
			records: ['WSPEventSelect'],
		},
		{
			text: {
				en: 'An event whose condition already holds is recorded and signalled at once.',
				'zh-cn': '条件已成立的事件立即被记录并发出信号。',
			},
			rules: ['EVT-8', 'EVT-7', 'EVT-5'],
			records: ['SetEvent'],
		},
		{
			text: {
				en: 'WSPEnumNetworkEvents copies and clears the record and resets the event object, as one step.',
				'zh-cn': 'WSPEnumNetworkEvents 一次完成复制并清空记录、重置事件对象。',
			},
			rules: ['CONN-11', 'CONN-16', 'CONN-17', 'ACC-3'],
			records: ['WSPEnumNetworkEvents', 'ResetEvent'],
		},
	],
};

const proxyRequests: Procedure = {
	id: 'proxy-requests',
	title: { en: 'Serving the Provider', 'zh-cn': '为提供者服务' },
	page: 'creating-a-proxy-driver-for-a-san-service-provider',
	role: 'proxy',
	calls: ['IRP_MJ_DEVICE_CONTROL', 'private request'],
	steps: [
		{
			text: {
				en: 'Take the provider’s private control request in the dispatch routine for IRP_MJ_DEVICE_CONTROL.',
				'zh-cn': '在 IRP_MJ_DEVICE_CONTROL 分派例程中接收提供者的私有控制请求。',
			},
			rules: ['PROXY-1', 'PROXY-2', 'PROXY-5'],
		},
		{
			text: {
				en: 'Connect: map the IP destination to a native address and start the attempt.',
				'zh-cn': '连接：把 IP 目标地址映射为本机地址并开始尝试。',
			},
			rules: ['CONN-6', 'PROXY-4'],
		},
		{
			text: {
				en: 'Bind: map the local IP address to the native address of the NIC.',
				'zh-cn': '绑定：把本地 IP 地址映射为网卡的本机地址。',
			},
			rules: ['BIND-5', 'BIND-6'],
		},
		{
			text: {
				en: 'Memory: lock the buffer down and register it with the NIC.',
				'zh-cn': '内存：锁定缓冲区并在网卡上注册。',
			},
			rules: ['PROXY-3', 'PROXY-7'],
		},
		{
			text: {
				en: 'Complete the request with a status that goes back to the provider.',
				'zh-cn': '以返回给提供者的状态完成请求。',
			},
			rules: ['PROXY-5'],
		},
	],
};

const proxyAddresses: Procedure = {
	id: 'proxy-addresses',
	title: { en: 'Learning the Addresses of the NIC', 'zh-cn': '获知网卡的地址' },
	page: 'registering-for-san-nic-notifications',
	role: 'proxy',
	calls: ['ClientPnPAddNetAddress', 'ClientPnPDelNetAddress', 'TdiRegisterPnPHandlers'],
	steps: [
		{
			text: {
				en: 'Register for address notices; every address that is active now is indicated at once.',
				'zh-cn': '注册地址通知；当前有效的每个地址都会立即被指示。',
			},
			rules: ['ADDR-3'],
			records: ['TdiRegisterPnPHandlers'],
		},
		{
			text: {
				en: 'Keep the addresses whose device belongs to one of our own NICs; return quickly for the others.',
				'zh-cn': '保留设备属于自己网卡的地址；其他地址立即返回。',
			},
			rules: ['ADDR-2', 'ADDR-4'],
			records: ['ClientPnPAddNetAddress'],
		},
	],
};

const nicTransfer: Procedure = {
	id: 'nic-transfer',
	title: { en: 'Moving Messages over the SAN', 'zh-cn': '在 SAN 上传送消息' },
	page: 'introduction-to-system-area-networks',
	role: 'nic',
	calls: ['post send', 'post receive'],
	threads: ['nic'],
	steps: [
		{
			text: {
				en: 'Send what the provider queued; the SAN delivers it undamaged and in order.',
				'zh-cn': '发送提供者排入队列的内容；SAN 保证无损并按顺序送达。',
			},
			rules: ['DATA-11', 'CONN-6', 'ACC-10', 'ACC-11', 'ACC-12'],
			records: ['post send', 'message'],
		},
		{
			text: {
				en: 'Put an arriving message into the next posted receive buffer and tell the provider.',
				'zh-cn': '把到达的消息放入下一个已投递的接收缓冲区，并通知提供者。',
			},
			rules: ['FLOW-3', 'FLOW-4', 'SESS-9', 'SESS-10', 'SESS-11', 'SESS-12'],
			records: ['post receive', 'receive completion', 'no receive buffer posted'],
		},
	],
};

export const connectingProcedures: readonly Procedure[] = [
	switchConnect,
	providerConnect,
	providerEvents,
	proxyRequests,
	proxyAddresses,
	nicTransfer,
];
