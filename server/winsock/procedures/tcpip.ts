/** What the TCP/IP provider does for the switch. It is an ordinary base provider; only what concerns the switch is told. */
import type { Procedure } from './procedure';

const page = 'setting-up-a-san-connection';

export const tcpipProcedures: readonly Procedure[] = [
	{
		id: 'tcpip-socket',
		title: { en: 'Sockets of the TCP/IP Provider', 'zh-cn': 'TCP/IP 提供者的套接字' },
		page: 'creating-and-binding-san-sockets',
		role: 'tcpip',
		calls: ['WSPSocket', 'WSPBind', 'WSPCloseSocket', 'WSPSetSockOpt', 'WSPGetSockOpt', 'WSPIoctl', 'WSPStartup'],
		steps: [
			{
				text: {
					en: 'Make the socket that the application’s descriptor stands for.',
					'zh-cn': '创建应用程序描述符所代表的套接字。',
				},
				rules: ['SOCK-1'],
				records: ['WSPSocket'],
			},
			{
				text: {
					en: 'Bind it; choose a port if none is given.',
					'zh-cn': '绑定它；若未给出端口则选择一个。',
				},
				rules: ['BIND-1'],
				records: ['WSPBind'],
			},
			{
				text: { en: 'Keep its options and answer for them.', 'zh-cn': '保存其选项并据此应答。' },
				rules: ['OPT-2', 'OPT-9'],
				records: ['WSPSetSockOpt', 'WSPGetSockOpt', 'WSPIoctl'],
			},
			{
				text: { en: 'Close it with the rest of the connection.', 'zh-cn': '随连接一同关闭它。' },
				rules: ['CLOSE-8'],
				records: ['WSPCloseSocket'],
			},
		],
	},
	{
		id: 'tcpip-connect',
		title: { en: 'Connecting with TCP/IP', 'zh-cn': '用 TCP/IP 连接' },
		page: 'initiating-a-connection',
		role: 'tcpip',
		calls: ['WSPConnect'],
		threads: ['tcpip'],
		steps: [
			{
				text: {
					en: 'The switch forwards the connect: the destination is in no SAN subnet, or the SAN path did not work and the error allows another try.',
					'zh-cn': '交换机转发连接请求：目标不在任何 SAN 子网中，或 SAN 路径不可用而错误允许再试。',
				},
				rules: ['FALLBACK-1', 'FALLBACK-2', 'FALLBACK-4'],
				records: ['WSPConnect'],
			},
			{
				text: {
					en: 'Exchange SYN, SYN ACK and ACK with the peer over the network interface.',
					'zh-cn': '通过网络接口与对端交换 SYN、SYN ACK 和 ACK。',
				},
				rules: [],
				records: ['SYN', 'SYN ACK', 'ACK', 'RST'],
			},
			{
				text: {
					en: 'The result is the result of the application’s connect.',
					'zh-cn': '该结果即应用程序连接的结果。',
				},
				rules: ['SWITCH-7'],
			},
		],
	},
	{
		id: 'tcpip-listen',
		title: { en: 'Listening and Accepting with TCP/IP', 'zh-cn': '用 TCP/IP 侦听和接受' },
		page: 'accepting-connection-requests',
		role: 'tcpip',
		calls: ['WSPListen', 'WSPAccept'],
		steps: [
			{
				text: {
					en: 'Listen: every WSPListen of an application comes here first.',
					'zh-cn': '侦听：应用程序的每个 WSPListen 都先到这里。',
				},
				rules: ['LISTEN-1'],
				records: ['WSPListen'],
			},
			{
				text: {
					en: 'Accept requests from networks that are no SAN; the switch merges them with those of the SAN.',
					'zh-cn': '接受来自非 SAN 网络的请求；交换机把它们与 SAN 的请求合并。',
				},
				rules: ['ACC-1', 'ACC-2', 'ACC-19'],
				records: ['WSPAccept', 'SYN'],
			},
		],
	},
	{
		id: 'tcpip-data',
		title: { en: 'Moving Data with TCP/IP', 'zh-cn': '用 TCP/IP 传送数据' },
		page,
		role: 'tcpip',
		calls: ['WSPSend', 'WSPRecv', 'WSPShutdown'],
		steps: [
			{
				text: {
					en: 'Carry the data of a connection for which TCP/IP was chosen; no session protocol is involved.',
					'zh-cn': '为选用 TCP/IP 的连接传送数据；不涉及会话协议。',
				},
				rules: ['SWITCH-6', 'SWITCH-5'],
			},
		],
	},
];
