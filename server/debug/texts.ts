/**
 * Every sentence that a user of the debugger reads, in every locale. `{0}` stands for the first argument.
 * Names of calls, components and rules are never translated.
 */
import type { Locale } from '../winsock/locale';

const catalogue = {
	// Threads
	canRun: { en: 'can run', 'zh-cn': '可运行' },
	waitingFor: { en: 'waiting for {0}', 'zh-cn': '正在等待 {0}' },
	waitingForOn: { en: 'waiting for {0}, on {1} ({2})', 'zh-cn': '正在等待 {0}（{1}，{2}）' },
	waiting: { en: 'waiting', 'zh-cn': '正在等待' },
	sleepingUntil: { en: 'sleeping until {0}', 'zh-cn': '休眠至 {0}' },
	sleeping: { en: 'sleeping', 'zh-cn': '休眠中' },
	atWork: { en: 'at work', 'zh-cn': '正在工作' },
	untilArrival: { en: 'waiting until something reaches it', 'zh-cn': '正在等待事件到达' },
	ended: { en: 'ended', 'zh-cn': '已结束' },

	// Stack
	causedBy: { en: 'caused by {0}', 'zh-cn': '由 {0} 引起' },

	// Scopes
	scopeLocals: { en: 'Locals', 'zh-cn': '局部变量' },
	scopeArguments: { en: 'Arguments', 'zh-cn': '参数' },
	scopeResult: { en: 'Result', 'zh-cn': '结果' },
	scopeSocket: { en: 'Socket', 'zh-cn': '套接字' },
	scopeSession: { en: 'Session', 'zh-cn': '会话' },
	scopeTable: { en: 'Switch Table', 'zh-cn': '交换机表' },
	scopeNic: { en: 'NIC', 'zh-cn': '网卡' },
	scopePeerSession: { en: 'Session of the Peer', 'zh-cn': '对端会话' },
	scopeDecision: { en: 'Steps of the Switch', 'zh-cn': '交换机的步骤' },
	runPending: { en: 'pending events', 'zh-cn': '待发生的事件' },
	nicLink: { en: 'link', 'zh-cn': '链路' },
	nicOnWire: { en: 'on the wire', 'zh-cn': '线路上' },
	scopeMemory: { en: 'Registered Memory', 'zh-cn': '已注册内存' },
	scopeEvents: { en: 'Events', 'zh-cn': '事件对象' },
	scopeWhatIf: { en: 'What If', 'zh-cn': '假设' },
	whatIfReturns: { en: '{0} returns', 'zh-cn': '{0} 返回' },
	whatIfOpen: { en: 'not yet; set a WSAE name or a number', 'zh-cn': '尚未返回；可设为 WSAE 名称或数字' },
	whatIfDelivered: {
		en: 'as sent; set drop, duplicate or delay 2ms',
		'zh-cn': '照常发送；可设为 drop、duplicate 或 delay 2ms',
	},
	scopeRun: { en: 'Run', 'zh-cn': '运行' },
	runTime: { en: 'virtual time', 'zh-cn': '虚拟时间' },
	runRecord: { en: 'record', 'zh-cn': '记录' },
	runRecords: { en: 'records so far', 'zh-cn': '已有记录数' },
	runPhase: { en: 'phase', 'zh-cn': '阶段' },
	runSeed: { en: 'seed', 'zh-cn': '种子' },
	runCause: { en: 'cause', 'zh-cn': '起因' },
	runRules: { en: 'rules', 'zh-cn': '规则' },

	// Stops
	stoppedEntry: { en: 'Paused on entry', 'zh-cn': '在入口处暂停' },
	stoppedStart: { en: 'Paused at the first record', 'zh-cn': '在第一条记录处暂停' },
	stoppedStep: { en: 'Paused on step', 'zh-cn': '单步执行后暂停' },
	stoppedBreakpoint: { en: 'Paused on breakpoint', 'zh-cn': '在断点处暂停' },
	stoppedFunction: { en: 'Paused on {0}', 'zh-cn': '在 {0} 处暂停' },
	stoppedData: { en: 'Paused on change of {0}', 'zh-cn': '{0} 改变，已暂停' },
	stoppedInstruction: { en: 'Paused on record {0}', 'zh-cn': '在记录 {0} 处暂停' },
	stoppedException: { en: 'Paused on {0}', 'zh-cn': '因“{0}”暂停' },
	stoppedPause: { en: 'Paused', 'zh-cn': '已暂停' },
	stoppedGoto: { en: 'Paused on record {0}', 'zh-cn': '停在记录 {0}' },
	stoppedEnd: { en: 'The run has ended', 'zh-cn': '运行已结束' },
	columnRole: { en: 'Role', 'zh-cn': '角色' },
	columnAddress: { en: 'Addresses', 'zh-cn': '地址' },
	columnCapabilities: { en: 'Capabilities', 'zh-cn': '能力' },
	asLaunched: { en: 'the run as launched', 'zh-cn': '启动时的运行' },
	stoppedBranch: { en: 'Branch {0}: {1}', 'zh-cn': '分支 {0}：{1}' },
	branchStarted: {
		en: 'Branch {0} departs at record {1}: {2}. The earlier run stays; “branch {3}” shows it again.',
		'zh-cn': '分支 {0} 自记录 {1} 起：{2}。先前的运行保留；输入“branch {3}”可再次查看。',
	},
	branchShown: { en: 'Branch {0}: {1}', 'zh-cn': '分支 {0}：{1}' },
	branchLine: { en: '{0} {1}  {2} (from branch {3}, record {4})', 'zh-cn': '{0} {1}  {2}（自分支 {3} 的记录 {4}）' },
	notAsStatement: {
		en: 'No statement can say “{0}”: {1}',
		'zh-cn': '没有语句能表达“{0}”：{1}',
	},
	leftSwitch: {
		en: 'the switch itself answers this call; a fault is about what a provider answers, and is a WSAE name or a number.',
		'zh-cn': '此调用由交换机自己应答；故障语句只涉及提供者的应答，且为 WSAE 名称或数字。',
	},
	leftNoConnect: {
		en: 'no WSPConnect of this socket comes before it.',
		'zh-cn': '在它之前没有此套接字的 WSPConnect。',
	},
	leftMemory: {
		en: 'the language has no name for registered memory; send other bytes instead.',
		'zh-cn': '语言没有已注册内存的名称；请改为发送其他字节。',
	},
	leftCrash: {
		en: 'the language crashes whole hosts (crash bob), not one thread in the middle of a call.',
		'zh-cn': '语言只能使整个主机崩溃（crash bob），不能在调用中途使单个线程崩溃。',
	},
	leftChoice: {
		en: 'who goes first is the seed’s choice; another seed, or a sleep, gives another order.',
		'zh-cn': '谁先执行由种子决定；换一个种子或加 sleep 可得到另一顺序。',
	},
	leftValue: {
		en: 'this value has no literal in the language.',
		'zh-cn': '此值在语言中没有字面量。',
	},
	leftLoop: {
		en: 'the next statement stands in a loop or a function, where an assignment would act every time.',
		'zh-cn': '下一条语句位于循环或函数中，赋值会每次都生效。',
	},
	leftNoPlace: {
		en: 'there is no place for it in this file.',
		'zh-cn': '此文件中没有可写入的位置。',
	},
	memoryContent: { en: 'content', 'zh-cn': '内容' },
	isFirstRecord: {
		en: 'This is the first record; there is nothing before it.',
		'zh-cn': '这是第一条记录，之前没有其他记录。',
	},

	// Exception filters
	filterExpectation: { en: 'Expectation failed', 'zh-cn': '期望不成立' },
	filterExpectationHint: {
		en: 'Stops where an expectation of the scenario, or a call nobody expected to fail, fails it.',
		'zh-cn': '在场景的期望或未预期的调用失败处停止。',
	},
	filterViolation: { en: 'Rule violated', 'zh-cn': '违反规则' },
	filterViolationHint: { en: 'Stops where a documented rule is broken.', 'zh-cn': '在违反文档规则处停止。' },
	filterViolationCondition: { en: 'rule IDs, for example CONN-3, EVT-2', 'zh-cn': '规则编号，例如 CONN-3, EVT-2' },
	filterError: { en: 'WSA error returned', 'zh-cn': '返回 WSA 错误' },
	filterErrorHint: {
		en: 'Stops where a call returns an error. Without a condition, “still under way” (WSAEWOULDBLOCK, WSA_IO_PENDING, WSA_IO_INCOMPLETE) does not count.',
		'zh-cn': '在调用返回错误处停止。没有条件时，“仍在进行”（WSAEWOULDBLOCK、WSA_IO_PENDING、WSA_IO_INCOMPLETE）不算。',
	},
	filterErrorCondition: {
		en: 'error names, for example WSAECONNREFUSED, WSAETIMEDOUT',
		'zh-cn': '错误名称，例如 WSAECONNREFUSED, WSAETIMEDOUT',
	},
	filterFallback: { en: 'Fallback to TCP/IP', 'zh-cn': '回退到 TCP/IP' },
	filterFallbackHint: {
		en: 'Stops where the switch makes a connection with the TCP/IP provider after the SAN path did not work.',
		'zh-cn': '在 SAN 路径不可用、交换机改用 TCP/IP 提供者建立连接处停止。',
	},
	filterNegotiation: { en: 'Session negotiated', 'zh-cn': '会话协商完成' },
	filterNegotiationHint: {
		en: 'Stops where a session between two switches is established.',
		'zh-cn': '在两个交换机之间的会话建立处停止。',
	},
	filterDeadlock: { en: 'Deadlock or endless loop', 'zh-cn': '死锁或无限循环' },
	filterDeadlockHint: {
		en: 'Stops where a run ends because nothing can happen any more, or because it would never end.',
		'zh-cn': '在运行因无事可做或永不结束而终止处停止。',
	},
	exceptionError: { en: '{0} returned {1}', 'zh-cn': '{0} 返回 {1}' },

	wouldBeRight: { en: 'What would have been right: {0}', 'zh-cn': '正确的做法：{0}' },
	errorDocumented: { en: 'Documented for {0}: {1}', 'zh-cn': '{0} 的文档列有此错误：{1}' },
	errorNotDocumented: { en: 'The page of {0} does not list it: {1}', 'zh-cn': '{0} 的文档未列此错误：{1}' },
	noFallbackAfter: {
		en: 'The switch does not fall back to TCP/IP after {0}: it promises that TCP/IP would fail too (FALLBACK-4, FALLBACK-8).',
		'zh-cn': '{0} 之后交换机不会回退到 TCP/IP：它表明 TCP/IP 也会失败（FALLBACK-4、FALLBACK-8）。',
	},
	fallbackAfter: {
		en: 'The switch tries TCP/IP after {0} (FALLBACK-4).',
		'zh-cn': '{0} 之后交换机会尝试 TCP/IP（FALLBACK-4）。',
	},
	waitsForOn: { en: '{0} waits for {1}, on {2} ({3})', 'zh-cn': '{0} 等待 {1}（{2}，{3}）' },
	waitsForNobody: { en: '{0} waits for {1}', 'zh-cn': '{0} 等待 {1}' },

	// Breakpoints
	noStatement: { en: 'There is no statement on this line or below it', 'zh-cn': '此行及其下方没有语句' },
	otherScenario: {
		en: 'This line belongs to the scenario “{0}”, which is not the one being run',
		'zh-cn': '此行属于未运行的场景“{0}”',
	},
	notThisFile: { en: 'This file is not part of the run', 'zh-cn': '此文件不属于本次运行' },
	unknownFunction: { en: 'There is no call named {0}', 'zh-cn': '没有名为 {0} 的调用' },
	unknownListed: { en: 'There is no rule or error named {0}', 'zh-cn': '没有名为 {0} 的规则或错误' },
	unknownComponent: { en: 'There is no component named {0}', 'zh-cn': '没有名为 {0} 的组件' },
	didYouMean: { en: '. Did you mean {0}?', 'zh-cn': '。是否想写 {0}？' },
	noMatch: { en: 'No documented call matches {0}', 'zh-cn': '没有文档中的调用与 {0} 匹配' },
	badCondition: { en: 'The condition cannot be read: {0}', 'zh-cn': '无法读取条件：{0}' },
	badHitCondition: {
		en: '“{0}” is not a hit count; write 3, >= 3, == 3, < 3 or % 3',
		'zh-cn': '“{0}”不是命中次数；可写 3、>= 3、== 3、< 3 或 % 3',
	},
	badMode: { en: 'There is no breakpoint mode {0}', 'zh-cn': '没有断点模式 {0}' },
	unknownData: { en: 'There is nothing named {0} to watch', 'zh-cn': '没有可监视的 {0}' },
	badRecord: { en: '“{0}” is not a record', 'zh-cn': '“{0}”不是记录' },
	modeCall: { en: 'Before the call', 'zh-cn': '调用之前' },
	modeCallHint: { en: 'Stop where the call begins', 'zh-cn': '在调用开始处停止' },
	modeReturn: { en: 'On its return', 'zh-cn': '返回时' },
	modeReturnHint: { en: 'Stop where the call returns', 'zh-cn': '在调用返回处停止' },
	modeDelivery: { en: 'On delivery', 'zh-cn': '送达时' },
	modeDeliveryHint: {
		en: 'Stop where what the call set in motion is signalled or completed',
		'zh-cn': '在调用引发的信号或完成通知处停止',
	},

	// Console
	running: { en: 'Running “{0}” with seed {1}.', 'zh-cn': '正在运行“{0}”，种子 {1}。' },
	firstOfSeveral: {
		en: 'The file has {0} scenarios; running the first. Name another with the launch attribute "scenario".',
		'zh-cn': '文件中有 {0} 个场景，现运行第一个。可用启动属性 "scenario" 指定其他场景。',
	},
	passed: {
		en: 'Passed: “{0}” after {1} of virtual time, {2} records.',
		'zh-cn': '通过：“{0}”，虚拟时间 {1}，{2} 条记录。',
	},
	failed: {
		en: 'Failed: “{0}” after {1} of virtual time, {2} records, {3} failures.',
		'zh-cn': '失败：“{0}”，虚拟时间 {1}，{2} 条记录，{3} 处失败。',
	},
	problemsInFile: { en: '{0} has errors ({1}); it does not run.', 'zh-cn': '{0} 有错误（{1} 处），不会运行。' },
	traceWritten: { en: 'Trace written to {0}.', 'zh-cn': '跟踪已写入 {0}。' },
	traceNotWritten: { en: 'The trace could not be written: {0}', 'zh-cn': '无法写入跟踪：{0}' },
	statusRunning: { en: 'Running', 'zh-cn': '正在运行' },
	searching: { en: 'Searching the run', 'zh-cn': '正在搜索运行记录' },
	consoleHelp: {
		en: [
			'Ask about the moment at which the debugger stands:',
			'  s                        a local variable; s.provider is a field of what it names',
			'  alice.ib0 socket 3       an object; add .state for one field',
			'  time, seq                virtual time and number of the current record',
			'  last(WSPConnect)         the last such record so far; .error, .result, .seq, .time, .args.name …',
			'  count(SetEvent)          how many so far',
			'  when(s.state == "connected")   the first record at which that held',
			'  why(s.provider)          the record that set a value, and what caused it',
			'  record(123)              a whole record',
			'Make something different from here on; the earlier run stays:',
			'  return WSAETIMEDOUT      the current call ends like this (also a number)',
			'  drop, duplicate, delay 2ms     what happens to the current wire message',
			'  down alice.ib0, up alice.ib0   a NIC',
			'  down                     the NIC that the current record goes through',
			'  crash alice.client       a thread ends here',
			'  branches, branch 2       lists the branches; shows another one',
		].join('\n'),
		'zh-cn': [
			'可询问调试器所在时刻的状态：',
			'  s                        局部变量；s.provider 是其所指对象的字段',
			'  alice.ib0 socket 3       对象；加 .state 查看单个字段',
			'  time, seq                虚拟时间与当前记录编号',
			'  last(WSPConnect)         迄今最后一条此类记录；.error、.result、.seq、.time、.args.name …',
			'  count(SetEvent)          迄今次数',
			'  when(s.state == "connected")   条件首次成立的记录',
			'  why(s.provider)          设定该值的记录及其起因',
			'  record(123)              整条记录',
			'从此处起改变某事；先前的运行保留：',
			'  return WSAETIMEDOUT      当前调用以此结束（也可写数字）',
			'  drop、duplicate、delay 2ms     当前线路消息的遭遇',
			'  down alice.ib0、up alice.ib0   网卡断开、恢复',
			'  down                     当前记录所经过的网卡断开',
			'  crash alice.client       线程到此结束',
			'  branches、branch 2       列出分支；切换到另一分支',
		].join('\n'),
	},

	// Procedure documents
	documentPage: { en: 'Documentation page: {0}', 'zh-cn': '文档页：{0}' },
	documentDeclaration: { en: 'Declaration', 'zh-cn': '声明' },
	documentReturns: { en: 'Returns', 'zh-cn': '返回值' },
	documentRules: { en: 'Rules that name it: {0}', 'zh-cn': '涉及它的规则：{0}' },
	documentNothing: { en: 'The documentation describes no procedure for this.', 'zh-cn': '文档没有对此的过程描述。' },
	roleSwitch: { en: 'Windows Sockets switch', 'zh-cn': 'Windows Sockets 交换机' },
	roleProvider: { en: 'SAN service provider', 'zh-cn': 'SAN 服务提供者' },
	roleProxy: { en: 'proxy driver', 'zh-cn': '代理驱动程序' },
	roleNic: { en: 'SAN NIC', 'zh-cn': 'SAN 网卡' },
	roleTcpip: { en: 'TCP/IP provider', 'zh-cn': 'TCP/IP 提供者' },
	roleApplication: { en: 'application', 'zh-cn': '应用程序' },

	// Choices
	nextAsSeeded: { en: 'next: {0} — {1} (as the seed has it)', 'zh-cn': '接下来：{0} — {1}（种子的选择）' },
	nextInstead: { en: 'next: {0} — {1} (a branch)', 'zh-cn': '接下来：{0} — {1}（分支）' },
	nextTooFar: {
		en: 'next: not known; making the run again up to record {0} takes more than {1} s',
		'zh-cn': '接下来：未知；重新运行到记录 {0} 需要超过 {1} 秒',
	},
	messageArrives: { en: '{0} from {1} arrives', 'zh-cn': '来自 {1} 的 {0} 到达' },
	sleepOver: { en: 'its sleep is over', 'zh-cn': '休眠结束' },
	timeOver: { en: 'its wait times out', 'zh-cn': '等待超时' },
	waitsAgain: { en: 'goes on, and waits again', 'zh-cn': '继续，然后再次等待' },
	nextGoes: { en: 'next goes {0}: {1}', 'zh-cn': '接下来执行 {0}：{1}' },

	// Answers
	whySet: { en: '{0} since record {1} ({2}): {3}', 'zh-cn': '自记录 {1}（{2}）起为 {0}：{3}' },
	whyCause: { en: 'caused by {0}', 'zh-cn': '起因：{0}' },
	neverHeld: { en: 'never so far', 'zh-cn': '迄今从未成立' },
	noneBefore: {
		en: 'There is no earlier one; the debugger stands where it stood.',
		'zh-cn': '之前没有；调试器停在原处。',
	},
	noSuchRecordYet: { en: 'none so far', 'zh-cn': '迄今没有' },
} as const satisfies Readonly<Record<string, Readonly<Record<Locale, string>>>>;

export type TextKey = keyof typeof catalogue;

/** Gives a sentence in the client's language. */
export type Texts = (key: TextKey, ...args: readonly (string | number)[]) => string;

export function textsOf(locale: Locale): Texts {
	return (key, ...args) => fill(catalogue[key][locale], args);
}

/** Replaces `{0}`, `{1}` … by the arguments. */
export function fill(template: string, args: readonly (string | number)[]): string {
	if (args.length === 0) return template;
	return template.replace(/\{(\d+)\}/g, (whole, at: string) => String(args[Number(at)] ?? whole));
}
