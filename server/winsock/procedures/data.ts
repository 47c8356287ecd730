/** Sending and receiving small amounts of data, and registering the memory for it. */
import type { Procedure } from './procedure';

const page = 'using-session-protocol';

export const dataProcedures: readonly Procedure[] = [
	{
		id: 'switch-send',
		title: { en: 'Sending a Small Message', 'zh-cn': '发送小消息' },
		page,
		role: 'switch',
		calls: ['WSPSend'],
		steps: [
			{
				text: {
					en: 'Copy the data into the payload of a control message; its header says how much it is.',
					'zh-cn': '把数据复制到控制消息的有效负载中；消息头说明数据量。',
				},
				rules: ['DATA-1', 'DATA-2', 'DATA-5', 'OOB-1', 'BLOCK-4'],
			},
			{
				text: {
					en: 'Wait until the peer has a posted buffer for it.',
					'zh-cn': '等待对端有已投递的缓冲区。',
				},
				rules: ['FLOW-1', 'FLOW-2', 'FLOW-3'],
			},
			{
				text: {
					en: 'Send it with the provider’s WSPSend: overlapped, from a registered buffer, dwFlags 0.',
					'zh-cn': '用提供者的 WSPSend 发送：重叠方式、已注册的缓冲区、dwFlags 为 0。',
				},
				rules: ['DATA-5', 'DATA-8', 'COMP-1', 'COMP-2', 'MEM-1'],
				records: ['WSPSend'],
			},
			{
				text: {
					en: 'Complete the application’s send.',
					'zh-cn': '完成应用程序的发送。',
				},
				rules: ['COMP-10', 'DATA-7'],
			},
		],
	},
	{
		id: 'switch-receive',
		title: { en: 'Receiving Messages', 'zh-cn': '接收消息' },
		page,
		role: 'switch',
		calls: ['WSPRecv', 'WPUCompleteOverlappedRequest'],
		steps: [
			{
				text: {
					en: 'A posted WSPRecv is complete: the message stands in its buffer.',
					'zh-cn': '已投递的 WSPRecv 完成：消息位于其缓冲区中。',
				},
				rules: ['COMP-6', 'COMP-9', 'COMP-10', 'DATA-5'],
				records: ['WPUCompleteOverlappedRequest'],
			},
			{
				text: {
					en: 'Copy the data to private storage at once.',
					'zh-cn': '立即把数据复制到私有存储区。',
				},
				rules: ['DATA-4', 'DATA-5', 'OOB-2'],
				records: ['control message received'],
			},
			{
				text: {
					en: 'Post the same buffer again with WSPRecv, which gives the peer room to send.',
					'zh-cn': '用 WSPRecv 再次投递同一缓冲区，让对端得以继续发送。',
				},
				rules: ['DATA-4', 'FLOW-3', 'OOB-2'],
				records: ['WSPRecv'],
			},
			{
				text: {
					en: 'Deliver the data to the application under the ordinary rules of sockets.',
					'zh-cn': '按套接字的通常规则把数据交给应用程序。',
				},
				rules: ['DATA-5', 'BLOCK-4'],
			},
		],
	},
	{
		id: 'provider-transfer',
		title: { en: 'Transferring Messages', 'zh-cn': '传送消息' },
		page: 'completing-data-transfer-requests',
		role: 'provider',
		calls: ['WSPSend', 'WSPRecv', 'WSPGetOverlappedResult', 'WSPRdmaRead', 'WSPRdmaWrite'],
		threads: ['nic'],
		steps: [
			{
				text: {
					en: 'Hand the request to the NIC and return WSA_IO_PENDING at once.',
					'zh-cn': '把请求交给网卡，并立即返回 WSA_IO_PENDING。',
				},
				rules: ['COMP-1', 'COMP-2', 'COMP-3', 'SESS-2', 'SESS-3', 'SESS-6', 'SESS-7', 'DATA-5'],
				records: ['WSPSend', 'WSPRecv', 'post send', 'post receive', 'message'],
			},
			{
				text: {
					en: 'A message that came before any buffer was posted is kept privately and copied into the first buffers.',
					'zh-cn': '在投递缓冲区之前到达的消息由提供者私下保存，再复制到最先投递的缓冲区。',
				},
				rules: ['SESS-9', 'SESS-10', 'SESS-11', 'FLOW-4'],
				records: ['kept in a private buffer', 'copied from a private buffer', 'no receive buffer posted'],
			},
			{
				text: {
					en: 'Low-order bit of hEvent 1: the switch polls with WSPGetOverlappedResult, nothing is notified.',
					'zh-cn': 'hEvent 最低位为 1：交换机用 WSPGetOverlappedResult 轮询，不发通知。',
				},
				rules: ['COMP-4', 'COMP-5', 'COMP-7'],
				records: ['WSPGetOverlappedResult'],
			},
			{
				text: {
					en: 'Low-order bit 0: notify with WPUCompleteOverlappedRequest, using the switch’s descriptor.',
					'zh-cn': '最低位为 0：使用交换机的描述符，以 WPUCompleteOverlappedRequest 通知。',
				},
				rules: ['COMP-6', 'COMP-8', 'COMP-9', 'SOCK-5'],
				records: ['WPUCompleteOverlappedRequest'],
			},
		],
	},
	{
		id: 'provider-memory',
		title: { en: 'Registering Memory', 'zh-cn': '注册内存' },
		page: 'registering-memory-for-operations-on-a-san',
		role: 'provider',
		calls: [
			'WSPRegisterMemory',
			'WSPDeregisterMemory',
			'WSPRegisterRdmaMemory',
			'WSPDeregisterRdmaMemory',
			'WSPMemoryRegistrationCacheCallback',
		],
		steps: [
			{
				text: {
					en: 'Lock the buffer down through the proxy driver and register it with the NIC, for this socket and these rights only.',
					'zh-cn': '通过代理驱动程序锁定缓冲区并在网卡上注册，仅限此套接字和这些权限。',
				},
				rules: ['MEM-1', 'MEM-2', 'MEM-3', 'MEM-4', 'MEM-5', 'MEM-6', 'MEM-10', 'PROXY-3', 'PROXY-7', 'SESS-1'],
				records: ['WSPRegisterMemory', 'WSPRegisterRdmaMemory', 'IRP_MJ_DEVICE_CONTROL'],
			},
			{
				text: {
					en: 'Return the handle; NULL with WSAENOBUFS, WSAEFAULT, WSAEINVAL or WSAENOTCONN if it cannot be done.',
					'zh-cn': '返回句柄；若无法完成则返回 NULL，并给出 WSAENOBUFS、WSAEFAULT、WSAEINVAL 或 WSAENOTCONN。',
				},
				rules: ['MEM-12', 'MEM-13'],
			},
			{
				text: {
					en: 'Deregister: release the buffer at the last of its registrations; WSAEINVAL for an unknown handle or one in use.',
					'zh-cn': '注销：在最后一次注册被注销时释放缓冲区；未知或使用中的句柄返回 WSAEINVAL。',
				},
				rules: ['MEM-9', 'MEM-10', 'MEM-11', 'CACHE-1'],
				records: ['WSPDeregisterMemory', 'WSPDeregisterRdmaMemory'],
			},
		],
	},
];
