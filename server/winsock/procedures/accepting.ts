/** Accepting connection requests. */
import type { Procedure } from './procedure';

const page = 'accepting-connection-requests';

export const acceptingProcedures: readonly Procedure[] = [
	{
		id: 'switch-accept',
		title: { en: 'Accepting Connection Requests', 'zh-cn': '接受连接请求' },
		page,
		role: 'switch',
		calls: ['WSPAccept', 'AcceptEx', 'ConditionFunc'],
		threads: ['accept'],
		steps: [
			{
				text: {
					en: 'Forward the application’s accept to TCP/IP, which also serves requests from other networks.',
					'zh-cn': '把应用程序的 accept 转发给 TCP/IP，后者也处理来自其他网络的请求。',
				},
				rules: ['ACC-1', 'ACC-2', 'ACC-19'],
			},
			{
				text: {
					en: 'A dedicated thread waits for the accept event of the listening SAN socket.',
					'zh-cn': '专用线程等待侦听 SAN 套接字的接受事件。',
				},
				rules: ['LISTEN-6', 'LISTEN-5'],
				records: ['SetEvent'],
			},
			{
				text: {
					en: 'Learn with WSPEnumNetworkEvents that it is FD_ACCEPT.',
					'zh-cn': '用 WSPEnumNetworkEvents 得知是 FD_ACCEPT。',
				},
				rules: ['ACC-3', 'CONN-16'],
				records: ['WSPEnumNetworkEvents'],
			},
			{
				text: {
					en: 'Call the SAN provider’s WSPAccept, always with a condition function.',
					'zh-cn': '调用 SAN 提供者的 WSPAccept，并且总是提供条件函数。',
				},
				rules: ['ACC-4', 'ACC-16', 'ACC-18'],
				records: ['WSPAccept'],
			},
			{
				text: {
					en: 'The condition function, called in this same thread, says CF_ACCEPT or CF_REJECT.',
					'zh-cn': '在同一线程中被调用的条件函数给出 CF_ACCEPT 或 CF_REJECT。',
				},
				rules: ['ACC-5', 'ACC-6', 'ACC-17'],
				records: ['ConditionFunc'],
			},
			{
				text: {
					en: 'Register memory and post receive buffers …',
					'zh-cn': '注册内存并投递接收缓冲区……',
				},
				rules: ['SESS-7', 'SESS-12', 'MEM-7', 'DATA-3'],
				records: ['WSPRegisterMemory', 'WSPRecv'],
			},
			{
				text: {
					en: '… before answering the connecting switch with the number of them.',
					'zh-cn': '……然后才向发起连接的交换机应答其数量。',
				},
				rules: ['SESS-7', 'SESS-3', 'SESS-8', 'FLOW-1', 'FLOW-2'],
				records: ['WSPSend'],
			},
			{
				text: {
					en: 'When the session is negotiated, complete the application’s accept (AcceptEx with a buffer: when the first data has come).',
					'zh-cn': '会话协商完成后，完成应用程序的 accept（带缓冲区的 AcceptEx 则要等首批数据到达）。',
				},
				rules: ['ACC-13', 'ACC-14', 'SESS-5', 'ACC-15'],
				records: ['session negotiated'],
			},
		],
	},
	{
		id: 'provider-accept',
		title: { en: 'Accepting Connection Requests', 'zh-cn': '接受连接请求' },
		page,
		role: 'provider',
		calls: ['WSPAccept'],
		steps: [
			{
				text: {
					en: 'Take the oldest queued request; WSAEWOULDBLOCK if there is none.',
					'zh-cn': '取出最早排队的请求；若没有则返回 WSAEWOULDBLOCK。',
				},
				rules: ['ACC-16', 'ACC-18', 'ACC-4'],
				records: ['WSPAccept'],
			},
			{
				text: {
					en: 'Call the condition function in this thread, before anything is told to the peer.',
					'zh-cn': '在告知对端之前，在本线程中调用条件函数。',
				},
				rules: ['ACC-5', 'ACC-6', 'ACC-10'],
				records: ['ConditionFunc'],
			},
			{
				text: {
					en: 'CF_ACCEPT: set up the accepting socket and get the switch’s descriptor with WPUCreateSocketHandle.',
					'zh-cn': 'CF_ACCEPT：建立接受套接字，并用 WPUCreateSocketHandle 取得交换机的描述符。',
				},
				rules: ['ACC-7', 'SOCK-3'],
				records: ['WPUCreateSocketHandle'],
			},
			{
				text: {
					en: 'Call ResetEvent, so that the next request can be signalled.',
					'zh-cn': '调用 ResetEvent，以便下一个请求可以发出信号。',
				},
				rules: ['ACC-8'],
				records: ['ResetEvent'],
			},
			{
				text: {
					en: 'Tell the peer’s provider that the request is accepted.',
					'zh-cn': '告知对端的提供者请求已被接受。',
				},
				rules: ['ACC-11', 'ACC-10'],
				records: ['native accept'],
			},
			{
				text: {
					en: 'CF_REJECT: tell the peer’s provider that the request is refused and fail with WSAECONNREFUSED.',
					'zh-cn': 'CF_REJECT：告知对端的提供者请求被拒绝，并以 WSAECONNREFUSED 失败。',
				},
				rules: ['ACC-9', 'ACC-12', 'ACC-10'],
				records: ['native refusal'],
			},
		],
	},
];
