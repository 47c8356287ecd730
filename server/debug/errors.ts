/**
 * The numbered catalogue of everything that a request can be refused for. Handlers throw a `RequestError`; the
 * dispatcher, and nobody else, makes the error response of it. Numbers never change their meaning.
 */
import type { Locale } from '../winsock/locale';
import { fill } from './texts';

const catalogue = {
	unknownRequest: { id: 1001, en: 'The request “{0}” is not supported.', 'zh-cn': '不支持请求“{0}”。' },
	badArgument: { id: 1002, en: 'The argument “{0}” must be {1}.', 'zh-cn': '参数“{0}”必须是 {1}。' },
	notInitialized: { id: 1003, en: 'The request “{0}” came before initialize.', 'zh-cn': '请求“{0}”早于 initialize。' },
	notLaunched: { id: 1004, en: 'Nothing is being debugged yet.', 'zh-cn': '尚未开始调试。' },
	alreadyLaunched: { id: 1005, en: 'This session already runs a scenario.', 'zh-cn': '此会话已在运行场景。' },
	isRunning: {
		id: 1006,
		en: 'This cannot be done while the scenario is running; pause it first.',
		'zh-cn': '场景运行时无法执行此操作，请先暂停。',
	},
	runEnded: { id: 1007, en: 'The run has ended.', 'zh-cn': '运行已结束。' },
	internal: { id: 1008, en: 'Internal error: {0}', 'zh-cn': '内部错误：{0}' },
	cancelled: { id: 1009, en: 'cancelled', 'zh-cn': 'cancelled' },
	attachUnsupported: {
		id: 1010,
		en: 'A scenario can only be launched; attaching is for runs left suspended on a port.',
		'zh-cn': '场景只能启动；附加仅用于端口上挂起的运行。',
	},

	fileNotRead: { id: 2001, en: 'Cannot read {0}: {1}', 'zh-cn': '无法读取 {0}：{1}' },
	fileHasErrors: {
		id: 2002,
		en: '{0} has errors ({1}) and does not run; see the debug console. First: {2}',
		'zh-cn': '{0} 有 {1} 个错误，不会运行；请查看调试控制台。第一个：{2}',
	},
	noScenario: { id: 2003, en: '{0} has no scenario.', 'zh-cn': '{0} 中没有场景。' },
	unknownScenario: { id: 2004, en: 'There is no scenario “{0}” in {1}{2}', 'zh-cn': '{1} 中没有场景“{0}”{2}' },
	noProgram: {
		id: 2005,
		en: 'The launch attribute “program” must name a scenario file.',
		'zh-cn': '启动属性“program”必须指定场景文件。',
	},

	unknownThread: { id: 3001, en: 'There is no thread {0}.', 'zh-cn': '没有线程 {0}。' },
	unknownFrame: {
		id: 3002,
		en: 'There is no stack frame {0}; it was valid only while stopped.',
		'zh-cn': '没有堆栈帧 {0}；它只在停止期间有效。',
	},
	unknownVariables: {
		id: 3003,
		en: 'There are no variables {0}; they were valid only while stopped.',
		'zh-cn': '没有变量 {0}；它们只在停止期间有效。',
	},
	unknownSource: { id: 3004, en: 'There is no source {0}.', 'zh-cn': '没有源 {0}。' },
	unknownRecord: {
		id: 3005,
		en: 'There is no record {0}; the run has {1}.',
		'zh-cn': '没有记录 {0}；本次运行共有 {1} 条。',
	},
	unknownTarget: { id: 3006, en: 'There is no target {0}.', 'zh-cn': '没有目标 {0}。' },
	noException: { id: 3007, en: 'The debugger did not stop on an exception.', 'zh-cn': '调试器不是因异常而停止。' },
	unknownMemory: { id: 3008, en: 'There is no memory at {0}.', 'zh-cn': '{0} 处没有内存。' },
	noRestartFrame: {
		id: 3009,
		en: 'This frame is the thread itself; restart the session to run it again.',
		'zh-cn': '此帧是线程本身；请重新启动会话以再次运行。',
	},

	unknownBranch: { id: 3010, en: 'There is no branch {0}; there are {1}.', 'zh-cn': '没有分支 {0}；现有分支：{1}。' },
	notACall: {
		id: 3011,
		en: 'Record {0} stands in no call; go to a call or its return first.',
		'zh-cn': '记录 {0} 不在任何调用中；请先转到某个调用或其返回。',
	},
	notAMessage: {
		id: 3012,
		en: 'Record {0} is no message on the wire; go to one first.',
		'zh-cn': '记录 {0} 不是线路上的消息；请先转到一条消息。',
	},
	noSuchOutcome: {
		id: 3013,
		en: '“{0}” is nothing that a call can end with; write a WSAE… name or a number.',
		'zh-cn': '“{0}”不能作为调用的结果；请写 WSAE… 名称或数字。',
	},
	noNic: {
		id: 3018,
		en: 'Record {0} goes through no network card; name one, for example “down alice.ib0”.',
		'zh-cn': '记录 {0} 不经过任何网卡；请指明一个，例如“down alice.ib0”。',
	},
	notApplied: {
		id: 3014,
		en: 'This cannot be made different here: {0}.',
		'zh-cn': '此处无法改变：{0}。',
	},
	notSettable: {
		id: 3015,
		en: '{0} follows from what happened; variables, outcomes of calls and registered memory can be set.',
		'zh-cn': '{0} 由已发生的事情决定；可以设置的是变量、调用结果和已注册内存。',
	},
	beyondEnd: {
		id: 3016,
		en: 'There is no record {0}: the run ended with record {1}.',
		'zh-cn': '没有记录 {0}：运行在记录 {1} 处结束。',
	},
	nothingToAttach: {
		id: 3017,
		en: 'No run was left suspended on this port.',
		'zh-cn': '此端口上没有挂起的运行。',
	},
	choicesTooFar: {
		id: 3019,
		en: 'What else could go next was not found within {0} s, since the run must be made again up to record {1}. Choose earlier in the run.',
		'zh-cn': '未能在 {0} 秒内找出接下来的其他可能，因为必须重新运行到记录 {1}。请在运行的更早处选择。',
	},
	notEvaluated: { id: 4001, en: '{0}', 'zh-cn': '{0}' },
	unknownName: { id: 4002, en: 'Nothing is named {0} here{1}', 'zh-cn': '此处没有名为 {0} 的内容{1}' },
	unreadableExpression: { id: 4003, en: 'The expression cannot be read: {0}', 'zh-cn': '无法读取表达式：{0}' },
	noMember: { id: 4004, en: '{0} has no member {1}{2}', 'zh-cn': '{0} 没有成员 {1}{2}' },
	notAFunction: {
		id: 4005,
		en: 'There is no question {0}(); type help for those there are{1}',
		'zh-cn': '没有 {0}() 这种询问；输入 help 查看可用的询问{1}',
	},
	badOperand: { id: 4006, en: '{0} cannot be applied to {1}.', 'zh-cn': '{0} 不能用于 {1}。' },
	traceJson: {
		id: 5101,
		en: '{0}, line {1}: this is not a JSON object. A trace has one record a line.',
		'zh-cn': '{0} 第 {1} 行：不是 JSON 对象。跟踪文件每行一条记录。',
	},
	traceMember: {
		id: 5102,
		en: '{0}, line {1}: the member “{2}” is missing or of the wrong kind.',
		'zh-cn': '{0} 第 {1} 行：成员“{2}”缺失或类型不对。',
	},
	traceSeq: {
		id: 5103,
		en: '{0}, line {1}: the record should have the number {2}; a line is missing or out of place.',
		'zh-cn': '{0} 第 {1} 行：记录编号应为 {2}；有行缺失或错位。',
	},
	traceReference: {
		id: 5104,
		en: '{0}, line {1}: “{2}” points to a record that is not there.',
		'zh-cn': '{0} 第 {1} 行：“{2}”指向不存在的记录。',
	},
	traceRecord: {
		id: 5105,
		en: '{0}, line {1}: there cannot be such a record ({2}).',
		'zh-cn': '{0} 第 {1} 行：不可能有这样的记录（{2}）。',
	},
	traceEmpty: { id: 5106, en: '{0} has no records.', 'zh-cn': '{0} 中没有记录。' },
	noDiagram: { id: 5001, en: 'This adapter was built without the sequence diagram.', 'zh-cn': '此适配器不含序列图。' },
} as const satisfies Readonly<Record<string, { readonly id: number } & Readonly<Record<Locale, string>>>>;

export type ErrorKey = keyof typeof catalogue;

/** Failures that the user should see in a dialog, not only the client. */
const shownToUser: ReadonlySet<ErrorKey> = new Set([
	'fileNotRead',
	'fileHasErrors',
	'noScenario',
	'unknownScenario',
	'noProgram',
	'internal',
	'attachUnsupported',
]);

export class RequestError extends Error {
	readonly args: readonly (string | number)[];

	constructor(
		readonly key: ErrorKey,
		...args: readonly (string | number)[]
	) {
		super(fill(catalogue[key].en, args));
		this.args = args;
	}

	get id(): number {
		return catalogue[this.key].id;
	}

	get showUser(): boolean {
		return shownToUser.has(this.key);
	}

	sentence(locale: Locale): string {
		return fill(catalogue[this.key][locale], this.args);
	}
}
