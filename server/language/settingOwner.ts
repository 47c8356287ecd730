/** What a setting belongs to. */

import type { Declarations } from '../scenario/declarations';
import type { Setting } from '../scenario/generated/ast';
import type { SettingOwner } from '../scenario/settings';

export function settingOwnerOf(setting: Setting, declarations: Declarations): SettingOwner | undefined {
	const container = setting.$container;
	switch (container?.$type) {
		case 'Network':
			return container.kind;
		case 'Host':
			return 'host';
		case 'Nic':
			return 'nic';
		case 'Configuration': {
			const [name = '', ...rest] = container.target?.parts ?? [];
			return rest.length > 0 ? 'nic' : (declarations.networks.get(name)?.node.kind ?? 'host');
		}
		default:
			return 'scenario';
	}
}
