/** Settings: known for their owner, given once, with a value that reads. */

import { isSanNic } from '../components';
import type { Configuration, Setting } from '../generated/ast';
import { isConfiguration, isQuantityLiteral, isSetting } from '../generated/ast';
import { readQuantity } from '../literals';
import { nearestName } from '../nearestName';
import { type SettingOwner, settingTable } from '../settings';
import type { CheckContext } from './context';
import { checkPath, pathText } from './paths';
import { reportDuplicate } from './topology';

/** Words that start other things where a setting may stand: a misspelt one reads as a setting. */
const wordsBeside: Readonly<Record<SettingOwner, readonly string[]>> = {
	san: [],
	lan: [],
	host: ['nic', 'fault'],
	nic: ['fault'],
	scenario: ['thread', 'fault', 'expect', 'let', 'configure', 'partition', 'crash', 'down', 'up', 'drop', 'delay'],
};

const wordsAtTop = ['san', 'lan', 'host', 'scenario', 'function', 'import'];

export function checkSettings(context: CheckContext): void {
	const { model } = context.file;
	checkTable(context, model.settings, 'scenario', wordsAtTop);
	for (const network of model.networks) checkTable(context, network.settings, network.kind);
	for (const host of model.hosts) {
		checkTable(context, host.settings, 'host');
		for (const nic of host.nics) {
			checkTable(context, nic.settings, 'nic');
			if (context.declarations.networks.has(nic.network) && !isSanNic(context.declarations, nic)) {
				for (const setting of nic.settings) {
					context.warning(setting, 'setting-needs-san', { name: setting.name, nic: nic.name }, { property: 'name' });
				}
			}
		}
	}
	for (const scenario of model.scenarios) {
		checkTable(context, scenario.items.filter(isSetting), 'scenario');
		for (const configuration of scenario.items.filter(isConfiguration)) checkConfiguration(context, configuration);
	}
}

function checkTable(
	context: CheckContext,
	settings: readonly Setting[],
	owner: SettingOwner,
	beside: readonly string[] = wordsBeside[owner],
): void {
	const table = settingTable(owner);
	const firsts = new Map<string, Setting>();
	for (const setting of settings) {
		const { name } = setting;
		const spec = Object.hasOwn(table, name) ? table[name] : undefined;
		const first = firsts.get(name);
		if (spec === undefined) {
			const hint = nearestName(name, [...Object.keys(table), ...beside]);
			context.error(setting, 'unknown-setting', { name, owner }, { property: 'name', hint });
		} else if (first !== undefined) {
			reportDuplicate(context, setting, first, name);
		} else if (spec.read(setting.values) === undefined && !setting.values.some(hasUnknownUnit)) {
			const limits = spec.limits === undefined ? '' : ` (${spec.limits})`;
			const expected = `${spec.forms.map((form) => `${name} ${form}`).join(', ')}${limits}`;
			context.error(setting, 'setting-value', { name, expected });
		}
		firsts.set(name, first ?? setting);
	}
}

/** A wrong unit is reported as such; that the value does not read follows from it. */
function hasUnknownUnit(value: Setting['values'][number]): boolean {
	return isQuantityLiteral(value) && readQuantity(value.text ?? '').kind === 'unknown';
}

function checkConfiguration(context: CheckContext, configuration: Configuration): void {
	const owner = ownerOf(context, configuration);
	if (owner !== undefined) checkTable(context, configuration.settings, owner, []);
}

function ownerOf(context: CheckContext, { target }: Configuration): SettingOwner | undefined {
	if (target === undefined) return undefined;
	const [name = '', ...rest] = target.parts;
	const network = context.declarations.networks.get(name)?.node;
	if (network !== undefined && rest.length === 0) return network.kind;
	const component = checkPath(context, target);
	if (component === undefined) return undefined;
	if (component.kind === 'host') return 'host';
	if (component.kind === 'provider' || component.kind === 'card') return 'nic';
	context.error(target, 'configure-target', { target: pathText(target) });
	return undefined;
}
