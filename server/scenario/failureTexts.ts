/**
 * Why a run failed, in the user's language. The interpreter gives English sentences with numbered places; here stands
 * what they are in other languages. A sentence that is not here is shown in English.
 */

import type { Locale } from '../winsock/locale';
import type { Sentence } from './interpreter/run';

const simplifiedChinese: Readonly<Record<string, string>> = {
	'{0} failed with {1}, and nothing else was expected': '{0} 失败，错误为 {1}，而场景未预期任何失败',
	'{0} failed with {1}, but {2} was expected': '{0} 失败，错误为 {1}，而预期为 {2}',
	'{0} returned {1}, but {2} was expected': '{0} 返回 {1}，而预期为 {2}',
	'expected {0}, but it is {1}': '期望 {0}，实际为 {1}',
	'expected {0}, but the left side is {1}': '期望 {0}，但左边为 {1}',
	'{0} called {1} of {2} (record {3}), which must not happen': '{0} 调用了 {2} 的 {1}（记录 {3}），而这不应发生',
	'calls from {0} to {1}: expected {2}, found {3} (record {4})': '{0} 对 {1} 的调用：期望 {2}，却是 {3}（记录 {4}）',
	'calls from {0} to {1}: expected {2}, but there was no further call': '{0} 对 {1} 的调用：期望 {2}，但没有更多调用',
	'{0} cannot be judged at the end of a run': '{0} 无法在运行结束时判断',
	'{0} cannot be computed before anything runs': '{0} 无法在运行开始之前计算',
	'rule {0} was broken': '违反了规则 {0}',
	'expected a violation of {0}, but the rule was kept': '期望违反 {0}，但该规则得到了遵守',
	'deadlock: nothing can happen any more, but {0}': '死锁：不会再发生任何事，但 {0}',
	'the run was stopped after {0} steps: is there an endless loop? {1}': '运行在 {0} 步后被停止：是否有无限循环？{1}',
	'the run was stopped after {0} records: is there an endless loop? {1}':
		'运行在 {0} 条记录后被停止：是否有无限循环？{1}',
	'the run was stopped after {0} ns of virtual time: is there an endless loop? {1}':
		'运行在 {0} ns 虚拟时间后被停止：是否有无限循环？{1}',
	'{0} is not carried out by this version of SANFlow': '此版本的 SANFlow 不执行 {0}',
	'{0} cannot be combined with {1}': '{0} 不能与 {1} 组合',
	'{0} has no member {1}': '{0} 没有成员 {1}',
	'{0} has no elements': '{0} 没有元素',
	'there is no element {0}; the length is {1}': '没有元素 {0}；长度为 {1}',
	'a number is needed here, not {0}': '此处需要数，而不是 {0}',
	'a list is needed here, not {0}': '此处需要列表，而不是 {0}',
	'a duration is needed here, not {0}': '此处需要时长，而不是 {0}',
	'{0} is no byte; bytes are 0 to {1}': '{0} 不是字节；字节为 0 到 {1}',
	'{0} is no port; ports are 0 to {1}': '{0} 不是端口；端口为 0 到 {1}',
	'{0} is too large; the largest number is {1}': '{0} 过大；最大的数为 {1}',
	'division by zero': '除以零',
	'{0} took {1}, more than {2}': '{0} 用时 {1}，超过 {2}',
	'a value of {0} bytes or characters is too large; the most is {1}': '{0} 字节或字符的值过大；最多为 {1}',
	'a list of {0} elements is too long; the most is {1}': '{0} 个元素的列表过长；最多为 {1}',
	'lists lie more than {0} deep in each other': '列表相互嵌套超过 {0} 层',
	'functions call each other more than {0} deep: is there a recursion without end?':
		'函数相互调用超过 {0} 层：是否有无限递归？',
};

/** The sentence with its places filled. */
export function failureText({ text, args }: Sentence, locale: Locale): string {
	const template = locale === 'zh-cn' ? simplifiedChinese[text] : undefined;
	return (template ?? text).replace(/\{(\d+)\}/g, (whole, at: string) => String(args[Number(at)] ?? whole));
}
