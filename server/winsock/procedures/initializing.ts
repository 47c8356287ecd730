/** Starting the providers in a process and building the subnet table. */
import type { Procedure } from './procedure';

const page = 'initializing-a-san-service-provider';

export const initializingProcedures: readonly Procedure[] = [
	{
		id: 'switch-startup',
		title: { en: 'Initializing SAN Service Providers', 'zh-cn': '初始化 SAN 服务提供者' },
		page,
		role: 'switch',
		calls: ['WSPStartup', 'DllMain', 'WSAStartup'],
		threads: ['startup'],
		steps: [
			{
				text: {
					en: 'Load the TCP/IP provider, then read the registry list of SAN providers.',
					'zh-cn': '先加载 TCP/IP 提供者，再读取注册表中的 SAN 提供者列表。',
				},
				rules: ['INIT-1', 'INST-4', 'INST-5'],
				records: ['WSPStartup'],
			},
			{
				text: {
					en: 'Call WSPStartupEx of each SAN provider, with the protocol information of TCP/IP; never WSPStartup.',
					'zh-cn': '以 TCP/IP 的协议信息调用每个 SAN 提供者的 WSPStartupEx；从不调用 WSPStartup。',
				},
				rules: ['INIT-1', 'INIT-2', 'INIT-4', 'INIT-9'],
				records: ['WSPStartupEx'],
			},
			{
				text: {
					en: 'Create one socket for questions and fetch each extension function with WSPIoctl.',
					'zh-cn': '创建一个用于查询的套接字，并用 WSPIoctl 获取各扩展函数。',
				},
				rules: ['INIT-5', 'INIT-6', 'INIT-7'],
				records: ['WSPSocket', 'WSPIoctl'],
			},
			{
				text: {
					en: 'Ask for the provider’s addresses (SIO_ADDRESS_LIST_QUERY) and enter its subnets into the table.',
					'zh-cn': '查询提供者的地址（SIO_ADDRESS_LIST_QUERY），并把其子网填入表中。',
				},
				rules: ['INIT-5', 'ADDR-5', 'ADDR-6', 'ADDR-7', 'ADDR-8'],
				records: ['WSPIoctl'],
			},
			{
				text: {
					en: 'Start the threads that listening sockets and nonblocking connects need.',
					'zh-cn': '启动侦听套接字和非阻塞连接所需的线程。',
				},
				rules: ['INIT-8'],
			},
		],
	},
	{
		id: 'provider-startup',
		title: { en: 'Starting Up', 'zh-cn': '启动' },
		page,
		role: 'provider',
		calls: ['WSPStartupEx', 'WSPIoctl', 'WSPCleanup'],
		steps: [
			{
				text: {
					en: 'WSPStartupEx: TCP/IP’s protocol information tells that the client is the switch. Return the dispatch table.',
					'zh-cn': 'WSPStartupEx：TCP/IP 的协议信息表明调用者是交换机。返回分派表。',
				},
				rules: ['INIT-2', 'INIT-3', 'INIT-4'],
				records: ['WSPStartupEx'],
			},
			{
				text: {
					en: 'SIO_GET_EXTENSION_FUNCTION_POINTER: return the function; WSAEOPNOTSUPP only for the two optional ones.',
					'zh-cn': 'SIO_GET_EXTENSION_FUNCTION_POINTER：返回函数；只有两个可选函数可以用 WSAEOPNOTSUPP 应答。',
				},
				rules: ['INIT-6', 'INIT-7'],
				records: ['WSPIoctl'],
			},
			{
				text: {
					en: 'SIO_ADDRESS_LIST_QUERY: return the addresses that the proxy driver keeps for this NIC.',
					'zh-cn': 'SIO_ADDRESS_LIST_QUERY：返回代理驱动程序为此网卡保存的地址。',
				},
				rules: ['ADDR-5', 'ADDR-6', 'ADDR-2'],
				records: ['WSPIoctl'],
			},
			{
				text: {
					en: 'WSPCleanup: release everything that is still held, at the last of as many calls as there were start-ups.',
					'zh-cn': 'WSPCleanup：在与启动次数相同的最后一次调用时，释放仍占用的一切。',
				},
				rules: ['CLEAN-1', 'CLEAN-2'],
				records: ['WSPCleanup'],
			},
		],
	},
];
