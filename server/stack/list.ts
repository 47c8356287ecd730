/**
 * Takes `item` out of a list, in place. Unlike `splice` it makes no list of what it took, which counts where it happens for
 * every message. @returns whether it was there
 */
export function removeFrom<T>(list: T[], item: T): boolean {
	const at = list.indexOf(item);
	if (at < 0) return false;
	for (let i = at + 1; i < list.length; i++) list[i - 1] = list[i] as T;
	list.pop();
	return true;
}
