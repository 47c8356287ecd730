/** Listening for connections. */
import type { Procedure } from './procedure';

const page = 'listening-for-connections-on-a-san';

export const listeningProcedures: readonly Procedure[] = [
	{
		id: 'switch-listen',
		title: { en: 'Listening for Connections', 'zh-cn': '侦听连接' },
		page,
		role: 'switch',
		calls: ['WSPListen'],
		steps: [
			{
				text: {
					en: 'Forward WSPListen to the TCP/IP provider first.',
					'zh-cn': '先把 WSPListen 转发给 TCP/IP 提供者。',
				},
				rules: ['LISTEN-1'],
				records: ['WSPListen'],
			},
			{
				text: {
					en: 'If the socket is bound to a SAN NIC or to the wildcard address, create a SAN socket on each provider concerned …',
					'zh-cn': '若套接字绑定到 SAN 网卡或通配地址，则在每个相关提供者上创建 SAN 套接字……',
				},
				rules: ['LISTEN-2', 'SOCK-6'],
				records: ['WSPSocket'],
			},
			{
				text: {
					en: '… and bind it: to the NIC’s address, or to the wildcard address if the application listens on all NICs.',
					'zh-cn': '……并绑定：绑定到网卡地址；若应用程序侦听所有网卡，则绑定到通配地址。',
				},
				rules: ['LISTEN-2', 'BIND-3', 'BIND-4'],
				records: ['WSPBind'],
			},
			{
				text: {
					en: 'Call the SAN provider’s WSPListen with the limit of the backlog.',
					'zh-cn': '以积压上限调用 SAN 提供者的 WSPListen。',
				},
				rules: ['LISTEN-3'],
				records: ['WSPListen'],
			},
			{
				text: {
					en: 'Register an event object for FD_ACCEPT with WSPEventSelect. A dedicated thread waits for it.',
					'zh-cn': '用 WSPEventSelect 为 FD_ACCEPT 注册事件对象，由专用线程等待。',
				},
				rules: ['LISTEN-4', 'LISTEN-6', 'EVT-1', 'EVT-2'],
				records: ['WSPEventSelect'],
			},
		],
	},
	{
		id: 'provider-listen',
		title: { en: 'Listening for Connections', 'zh-cn': '侦听连接' },
		page,
		role: 'provider',
		calls: ['WSPListen'],
		steps: [
			{
				text: {
					en: 'Take connect requests for the bound address from now on, up to the limit of the backlog.',
					'zh-cn': '从现在起接收发往所绑定地址的连接请求，直到积压上限。',
				},
				rules: ['LISTEN-3', 'LISTEN-9', 'LISTEN-10'],
				records: ['WSPListen'],
			},
			{
				text: {
					en: 'When a request arrives, queue it and call SetEvent on the event registered for FD_ACCEPT.',
					'zh-cn': '请求到达时，将其排队，并对为 FD_ACCEPT 注册的事件调用 SetEvent。',
				},
				rules: ['LISTEN-5', 'EVT-5'],
				records: ['SetEvent'],
			},
			{
				text: {
					en: 'If the backlog is full, refuse the request to the peer at once and signal nothing.',
					'zh-cn': '若积压已满，立即向对端拒绝请求，不发信号。',
				},
				rules: ['LISTEN-7', 'LISTEN-8'],
				records: ['native refusal'],
			},
		],
	},
];
