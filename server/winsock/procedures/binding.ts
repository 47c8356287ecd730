/** Creating and binding sockets, and setting their options. */
import type { Procedure } from './procedure';

const page = 'creating-and-binding-san-sockets';

export const bindingProcedures: readonly Procedure[] = [
	{
		id: 'switch-socket',
		title: { en: 'Creating and Binding Sockets', 'zh-cn': '创建和绑定套接字' },
		page,
		role: 'switch',
		calls: ['WSPSocket', 'WSPBind', 'WPUCreateSocketHandle', 'WPUQuerySocketHandleContext'],
		steps: [
			{
				text: {
					en: 'Forward the application’s WSPSocket to TCP/IP. The descriptor stands for that socket for its whole life.',
					'zh-cn': '把应用程序的 WSPSocket 转发给 TCP/IP。该描述符在其整个生命期内代表那个套接字。',
				},
				rules: ['SOCK-1', 'SWITCH-4', 'SWITCH-6', 'SWITCH-8'],
				records: ['WSPSocket'],
			},
			{
				text: {
					en: 'Forward the application’s WSPBind to TCP/IP; no SAN provider is called at this time.',
					'zh-cn': '把应用程序的 WSPBind 转发给 TCP/IP；此时不调用 SAN 提供者。',
				},
				rules: ['BIND-1'],
				records: ['WSPBind'],
			},
			{
				text: {
					en: 'WPUCreateSocketHandle: give the SAN provider the switch’s descriptor for its new socket.',
					'zh-cn': 'WPUCreateSocketHandle：为 SAN 提供者的新套接字给出交换机的描述符。',
				},
				rules: ['SOCK-3', 'SOCK-5'],
				records: ['WPUCreateSocketHandle'],
			},
		],
	},
	{
		id: 'switch-options',
		title: { en: 'Socket Options and Control Codes', 'zh-cn': '套接字选项和控制码' },
		page: 'handling-socket-options-and-control-codes-for-a-san',
		role: 'switch',
		calls: [
			'WSPSetSockOpt',
			'WSPGetSockOpt',
			'WSPIoctl',
			'WSPGetSockName',
			'WSPGetPeerName',
			'WSPEventSelect',
			'WSPSelect',
			'WSPEnumNetworkEvents',
		],
		steps: [
			{
				text: {
					en: 'Answer with TCP/IP; remember options, to replay them on a SAN companion.',
					'zh-cn': '与 TCP/IP 一起应答；记下选项，以便在 SAN 伴随套接字上重放。',
				},
				rules: ['OPT-1', 'OPT-2', 'OPT-9'],
			},
			{
				text: {
					en: 'Answer name requests from the cache that was filled when the connection was made.',
					'zh-cn': '用建立连接时填入的缓存应答名称请求。',
				},
				rules: ['CONN-19'],
			},
			{
				text: {
					en: 'Answer select and event requests from the state of the session.',
					'zh-cn': '用会话的状态应答 select 和事件请求。',
				},
				rules: ['SYNC-1', 'EVT-1'],
			},
		],
	},
	{
		id: 'provider-socket',
		title: { en: 'Creating and Binding SAN Sockets', 'zh-cn': '创建和绑定 SAN 套接字' },
		page,
		role: 'provider',
		calls: ['WSPSocket', 'WSPBind', 'WSPSetSockOpt', 'WSPGetSockOpt'],
		steps: [
			{
				text: { en: 'Set up the private record of the socket.', 'zh-cn': '建立套接字的私有记录。' },
				rules: ['SOCK-6'],
			},
			{
				text: {
					en: 'Get the switch’s descriptor with WPUCreateSocketHandle and remember it for up-calls.',
					'zh-cn': '用 WPUCreateSocketHandle 取得交换机的描述符，记下以供上调使用。',
				},
				rules: ['SOCK-3', 'SOCK-4', 'SOCK-5'],
				records: ['WPUCreateSocketHandle'],
			},
			{
				text: {
					en: 'Return a descriptor of the provider’s own.',
					'zh-cn': '返回提供者自己的描述符。',
				},
				rules: ['SOCK-4'],
				records: ['WSPSocket'],
			},
			{
				text: {
					en: 'WSPBind: have the proxy driver translate the address into native form; WSAEADDRNOTAVAIL if it is not local.',
					'zh-cn': 'WSPBind：由代理驱动程序把地址转换为本机格式；若非本地地址则返回 WSAEADDRNOTAVAIL。',
				},
				rules: ['BIND-3', 'BIND-4', 'BIND-5', 'BIND-6'],
				records: ['WSPBind', 'IRP_MJ_DEVICE_CONTROL'],
			},
			{
				text: {
					en: 'Options: only the few that are documented for SAN providers arrive here.',
					'zh-cn': '选项：只有文档为 SAN 提供者规定的少数几个会到达这里。',
				},
				rules: ['OPT-1', 'OPT-3', 'OPT-4', 'OPT-5', 'OPT-6', 'OPT-11'],
				records: ['WSPSetSockOpt', 'WSPGetSockOpt'],
			},
		],
	},
];
