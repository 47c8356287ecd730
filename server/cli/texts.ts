/**
 * Every sentence that the command line prints, in every locale. `{0}` stands for the first argument. Names of options,
 * calls and files are never translated. What a failed run says is in `server/scenario/failureTexts.ts`.
 */
import { type Locale, localeOf } from '../winsock/locale';

const catalogue = {
	// Help
	about: {
		en: 'Runs, checks and draws socket flow scenarios of Windows Sockets Direct.',
		'zh-cn': '运行、检查并绘制 Windows Sockets Direct 套接字流程场景。',
	},
	aboutRun: {
		en: 'run every scenario of the files; exit status 0: all passed, 1: some failed, 2: bad usage or a file with errors',
		'zh-cn': '运行文件中的所有场景；退出状态 0：全部通过，1：有失败，2：用法错误或文件有错误',
	},
	aboutCheck: {
		en: 'check the files and run nothing; exit status 0: no errors, 2: errors',
		'zh-cn': '只检查文件，不运行；退出状态 0：没有错误，2：有错误',
	},
	aboutDiagram: { en: 'run one scenario and print its call sequence', 'zh-cn': '运行一个场景并输出其调用序列' },
	aboutRules: {
		en: 'print documented rules: all of them, or the named ones and families with their texts',
		'zh-cn': '输出有文档记载的规则：全部列出，或给出指定规则、规则族的正文',
	},
	aboutDap: { en: 'serve the Debug Adapter Protocol', 'zh-cn': '提供调试适配器协议（DAP）服务' },
	aboutLsp: { en: 'serve the Language Server Protocol', 'zh-cn': '提供语言服务器协议（LSP）服务' },
	argFiles: { en: 'scenario files', 'zh-cn': '场景文件' },
	argRules: { en: 'rules (CONN-3) or families (CONN)', 'zh-cn': '规则（CONN-3）或规则族（CONN）' },
	argFile: { en: 'scenario file', 'zh-cn': '场景文件' },
	optScenario: { en: 'only the scenario of this title', 'zh-cn': '只取此标题的场景' },
	optFirstScenario: { en: 'title of the scenario (default: the first one)', 'zh-cn': '场景标题（默认为第一个）' },
	optSeed: { en: 'seed of all random choices; it replays a run', 'zh-cn': '所有随机选择的种子；用于重现一次运行' },
	optFormat: { en: 'form of the output', 'zh-cn': '输出格式' },
	optTrace: {
		en: 'write the trace, one JSON object a line; of further scenarios to OUT.2.jsonl and so on',
		'zh-cn': '写出跟踪，每行一个 JSON 对象；其余场景依次写入 OUT.2.jsonl 等',
	},
	optStrict: {
		en: 'an unexpected violation of a rule that must be kept fails the scenario',
		'zh-cn': '意外违反必须（must）遵守的规则时，场景失败',
	},
	optNoRules: {
		en: 'do not check the documented rules (faster)',
		'zh-cn': '不检查有文档记载的规则（更快）',
	},
	optCoverage: {
		en: 'tell which documented rules the scenarios kept, broke or did not reach; in detail to FILE.json if given',
		'zh-cn': '列出各场景遵守、违反或未涉及的规则；若给出 FILE.json，则将明细写入其中',
	},
	optLens: { en: 'which lifelines are drawn', 'zh-cn': '绘制哪些生命线' },
	optRows: { en: 'draw at most N messages, leaving out the middle', 'zh-cn': '最多绘制 N 条消息，省略中间部分' },
	optPort: {
		en: 'listen on this loopback port instead of stdio; 0 takes a free one',
		'zh-cn': '在此回环端口上监听而不使用标准输入输出；0 表示任取空闲端口',
	},
	optLocale: {
		en: 'language of the messages, en or zh-cn (default: LC_ALL, LC_MESSAGES, LANG)',
		'zh-cn': '消息的语言，en 或 zh-cn（默认取自 LC_ALL、LC_MESSAGES、LANG）',
	},
	optVersion: { en: 'print the version', 'zh-cn': '输出版本号' },
	optHelp: { en: 'print this help', 'zh-cn': '输出此帮助' },
	headUsage: { en: 'Usage:', 'zh-cn': '用法：' },
	headOptions: { en: 'Options:', 'zh-cn': '选项：' },
	headArguments: { en: 'Arguments:', 'zh-cn': '参数：' },
	headCommands: { en: 'Commands:', 'zh-cn': '命令：' },
	choices: { en: '(one of {0})', 'zh-cn': '（可选 {0}）' },
	defaultsTo: { en: '(default: {0})', 'zh-cn': '（默认 {0}）' },

	// Usage
	seeHelp: { en: "Run 'sanflow {0}' for help.", 'zh-cn': '运行“sanflow {0}”查看帮助。' },
	didYouMean: { en: "Did you mean '{0}'?", 'zh-cn': '是否想写“{0}”？' },
	unknownOption: { en: "There is no option '{0}'.", 'zh-cn': '没有选项“{0}”。' },
	unknownCommand: { en: "There is no command '{0}'.", 'zh-cn': '没有命令“{0}”。' },
	optionWithoutValue: { en: "The option '{0}' needs a value.", 'zh-cn': '选项“{0}”需要一个值。' },
	argumentMissing: { en: "'{0}' is missing.", 'zh-cn': '缺少“{0}”。' },
	tooManyArguments: { en: 'There are too many arguments.', 'zh-cn': '参数过多。' },
	notAChoice: { en: "'{1}' is no value of {0}; there are {2}.", 'zh-cn': '“{1}”不是 {0} 的可用值；可用的有 {2}。' },
	notInRange: {
		en: "'{1}' is no value of {0}; it takes a whole number from {2} to {3}.",
		'zh-cn': '“{1}”不是 {0} 的可用值；应为 {2} 到 {3} 的整数。',
	},

	listGap: { en: ', ', 'zh-cn': '，' },
	sentenceGap: { en: '. ', 'zh-cn': '。' },

	// Files
	noSuchFile: { en: '{0}: there is no such file', 'zh-cn': '{0}：没有此文件' },
	isDirectory: {
		en: '{0}: is a directory; name the scenario files in it',
		'zh-cn': '{0}：是目录；请指定其中的场景文件',
	},
	noPermission: { en: '{0}: no permission to read it', 'zh-cn': '{0}：没有读取权限' },
	notRead: { en: '{0}: cannot be read ({1})', 'zh-cn': '{0}：无法读取（{1}）' },
	noScenario: { en: '{0}: has no scenario', 'zh-cn': '{0}：没有场景' },
	unknownScenario: { en: "{0}: there is no scenario '{1}'", 'zh-cn': '{0}：没有场景“{1}”' },
	unknownInAll: { en: "No file has a scenario '{0}'.", 'zh-cn': '没有文件含有场景“{0}”。' },
	warning: { en: 'warning: ', 'zh-cn': '警告：' },
	moreProblems: { en: '{0}: {1} more problems', 'zh-cn': '{0}：另有 {1} 个问题' },
	traceIsInput: {
		en: '{0}: is a scenario file; the trace would overwrite it',
		'zh-cn': '{0}：是场景文件；跟踪会将其覆盖',
	},
	traceNotWritten: { en: '{0}: the trace cannot be written ({1})', 'zh-cn': '{0}：无法写入跟踪（{1}）' },
	bundleMissing: {
		en: '{0} is missing beside the command line; build the project first',
		'zh-cn': '命令行旁边缺少 {0}；请先构建项目',
	},

	coverageIsInput: {
		en: '{0}: is read or written by this run already; the coverage would overwrite it',
		'zh-cn': '{0}：本次运行已读写此文件；覆盖率结果会将其覆盖',
	},
	coverageNotWritten: {
		en: '{0}: the coverage cannot be written ({1})',
		'zh-cn': '{0}：无法写入覆盖率结果（{1}）',
	},
	notTogether: { en: '{0} and {1} exclude each other.', 'zh-cn': '{0} 与 {1} 不能同时使用。' },
	unknownRule: { en: "There is no rule or rule family '{0}'.", 'zh-cn': '没有规则或规则族“{0}”。' },

	// Results
	violated: { en: '{0} is violated: {1} (record {2})', 'zh-cn': '违反 {0}：{1}（记录 {2}）' },
	moreViolations: { en: '{0} is violated {1} more times', 'zh-cn': '另有 {1} 次违反 {0}' },
	countViolations: { en: 'unexpected rule violations: {0}', 'zh-cn': '意外的规则违反：{0}' },
	outcome: { en: '{0}, {1}, seed {2}', 'zh-cn': '{0}，{1}，种子 {2}' },
	records: { en: '{0} records', 'zh-cn': '{0} 条记录' },
	traceWritten: { en: 'trace: {0}', 'zh-cn': '跟踪：{0}' },
	replay: { en: 'replay: {0}', 'zh-cn': '重现：{0}' },
	interrupted: { en: 'interrupted', 'zh-cn': '已中断' },
	internalError: { en: 'internal error: {0}', 'zh-cn': '内部错误：{0}' },
	countPassed: { en: '{0} passed', 'zh-cn': '{0} 个通过' },
	countFailed: { en: '{0} failed', 'zh-cn': '{0} 个失败' },
	countBroken: { en: '{0} not run because of errors', 'zh-cn': '{0} 个文件因错误未运行' },
	checked: { en: 'files: {0}, errors: {1}, warnings: {2}', 'zh-cn': '文件：{0}，错误：{1}，警告：{2}' },
	fileHasErrors: { en: 'the file has errors', 'zh-cn': '文件有错误' },

	// Rules and their coverage
	must: { en: 'must', 'zh-cn': '必须' },
	should: { en: 'should', 'zh-cn': '应当' },
	may: { en: 'may', 'zh-cn': '可以' },
	seedRule: { en: 'Initiating a Connection', 'zh-cn': '“发起连接”页' },
	sourcePage: { en: 'source: {0}', 'zh-cn': '出处：{0}' },
	notShown: { en: 'not observable: {0}', 'zh-cn': '不可观察：{0}' },
	countRules: { en: 'rules: {0}', 'zh-cn': '规则：{0}' },
	coverageHead: { en: 'Rule coverage of {0} scenarios', 'zh-cn': '{0} 个场景的规则覆盖率' },
	coverageWritten: { en: 'coverage: {0}', 'zh-cn': '覆盖率：{0}' },
	kept: { en: 'kept', 'zh-cn': '已遵守' },
	broken: { en: 'violated', 'zh-cn': '已违反' },
	notReached: { en: 'not reached', 'zh-cn': '未涉及' },
	notObservable: { en: 'not observable', 'zh-cn': '不可观察' },
	keptElsewhere: { en: '{0}; kept in {1}', 'zh-cn': '{0}；在 {1} 中已遵守' },
	headFamily: { en: 'family', 'zh-cn': '规则族' },
	headScenario: { en: 'scenario', 'zh-cn': '场景' },
	exercised: { en: 'exercised', 'zh-cn': '已检验' },
	headRules: { en: 'rules', 'zh-cn': '规则数' },
	headTotal: { en: 'total', 'zh-cn': '合计' },

	// Phases of the diagram
	initialization: { en: 'Initialization', 'zh-cn': '初始化' },
	setup: { en: 'Connection setup', 'zh-cn': '建立连接' },
	negotiation: { en: 'Session negotiation', 'zh-cn': '会话协商' },
	data: { en: 'Data transfer', 'zh-cn': '数据传输' },
	fallback: { en: 'Fallback to TCP/IP', 'zh-cn': '回退到 TCP/IP' },
	shutdown: { en: 'Shutdown', 'zh-cn': '关闭' },
	folded: { en: '{0} messages', 'zh-cn': '{0} 条消息' },
	foldedOne: { en: '1 message', 'zh-cn': '1 条消息' },
	leftOut: { en: '{0} messages left out', 'zh-cn': '省略 {0} 条消息' },
} as const satisfies Readonly<Record<string, Readonly<Record<Locale, string>>>>;

export type TextKey = keyof typeof catalogue;

/** Gives a sentence in the user's language. */
export type Say = (key: TextKey, ...args: readonly (string | number)[]) => string;

export function textsOf(locale: Locale): Say {
	return (key, ...args) => fill(catalogue[key][locale], args);
}

/** Replaces `{0}`, `{1}` … by the arguments. */
export function fill(template: string, args: readonly (string | number)[]): string {
	return template.replace(/\{(\d+)\}/g, (whole, at: string) => String(args[Number(at)] ?? whole));
}

/** The language that `--locale` names, else that of the environment, as POSIX orders its variables. */
export function localeOfCommand(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Locale {
	const at = argv.findIndex((argument) => argument === '--locale' || argument.startsWith('--locale='));
	const given = at < 0 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1]);
	return localeOf(given || env.LC_ALL || env.LC_MESSAGES || env.LANG);
}
