/** Shutting down and closing sockets. */
import type { Procedure } from './procedure';

const page = 'closing-a-san-socket';

export const closingProcedures: readonly Procedure[] = [
	{
		id: 'switch-close',
		title: { en: 'Closing a Socket', 'zh-cn': '关闭套接字' },
		page,
		role: 'switch',
		calls: ['WSPCloseSocket', 'WPUCloseSocketHandle', 'WSPShutdown', 'WSPSendDisconnect', 'WSPRecvDisconnect'],
		steps: [
			{
				text: {
					en: 'Graceful shutdown is carried out with the session protocol; the SAN provider never sees it.',
					'zh-cn': '正常关闭由会话协议完成；SAN 提供者不参与。',
				},
				rules: ['SHUT-1', 'CLOSE-7'],
				records: ['WSPShutdown', 'WSPSend'],
			},
			{
				text: {
					en: 'Release all memory that no pending transfer uses.',
					'zh-cn': '释放未被任何传输使用的全部内存。',
				},
				rules: ['MEM-9'],
				records: ['WSPDeregisterMemory', 'WSPDeregisterRdmaMemory'],
			},
			{
				text: {
					en: 'Call the SAN provider’s WSPCloseSocket; both sides tear the connection down.',
					'zh-cn': '调用 SAN 提供者的 WSPCloseSocket；两端都拆除连接。',
				},
				rules: ['CLOSE-1', 'CLOSE-5', 'FALLBACK-3'],
				records: ['WSPCloseSocket'],
			},
			{
				text: {
					en: 'WPUCloseSocketHandle is the last up-call for the socket.',
					'zh-cn': 'WPUCloseSocketHandle 是该套接字的最后一次上调。',
				},
				rules: ['CLOSE-4'],
				records: ['WPUCloseSocketHandle'],
			},
			{
				text: {
					en: 'Close the TCP/IP socket.',
					'zh-cn': '关闭 TCP/IP 套接字。',
				},
				rules: ['SOCK-1', 'CLOSE-8'],
				records: ['WSPCloseSocket'],
			},
		],
	},
	{
		id: 'provider-close',
		title: { en: 'Closing a SAN Socket', 'zh-cn': '关闭 SAN 套接字' },
		page,
		role: 'provider',
		calls: ['WSPCloseSocket'],
		steps: [
			{
				text: {
					en: 'Tear the connection down and abort a connect that is still under way.',
					'zh-cn': '拆除连接，并中止仍在进行的连接。',
				},
				rules: ['CLOSE-1', 'BLOCK-3', 'CLOSE-2'],
				records: ['native disconnect'],
			},
			{
				text: {
					en: 'Release the memory of pending operations, then complete each with WSA_OPERATION_ABORTED.',
					'zh-cn': '释放未完成操作的内存，然后以 WSA_OPERATION_ABORTED 完成每个操作。',
				},
				rules: ['CLOSE-3', 'MEM-9'],
				records: ['WPUCompleteOverlappedRequest'],
			},
			{
				text: {
					en: 'Make the last up-call, WPUCloseSocketHandle, and clean everything up.',
					'zh-cn': '进行最后一次上调 WPUCloseSocketHandle，并清理一切。',
				},
				rules: ['CLOSE-4', 'CLOSE-5'],
				records: ['WPUCloseSocketHandle'],
			},
			{
				text: {
					en: 'From now on the descriptor is no socket any more (WSAENOTSOCK).',
					'zh-cn': '此后该描述符不再是套接字（WSAENOTSOCK）。',
				},
				rules: ['CLOSE-6', 'CLOSE-7'],
			},
		],
	},
];
