/** What a component is, by its name: `host.part` or, for the parts of a NIC, `host.nic.part`. */
export type Role = 'application' | 'switch' | 'tcpip' | 'provider' | 'proxy' | 'nic';

/**
 * Tells roles by name. A NIC's provider carries the NIC's own name, which only the presence of `host.nic.proxy` tells
 * from an application thread.
 */
export class Roles {
	private readonly known = new Map<string, Role>();

	/** @param hasComponent whether a component with this name exists in the run */
	constructor(private readonly hasComponent: (name: string) => boolean) {}

	of(component: string): Role {
		const known = this.known.get(component);
		if (known) return known;
		const { role, final } = this.judge(component);
		if (final) this.known.set(component, role);
		return role;
	}

	private judge(component: string): { readonly role: Role; readonly final: boolean } {
		const parts = component.split('.');
		const last = parts.at(-1);
		if (parts.length === 2 && last === 'switch') return { role: 'switch', final: true };
		if (parts.length === 2 && last === 'tcpip') return { role: 'tcpip', final: true };
		if (parts.length === 3 && last === 'proxy') return { role: 'proxy', final: true };
		if (parts.length === 3 && last === 'nic') return { role: 'nic', final: true };
		if (parts.length === 2 && (this.hasComponent(`${component}.proxy`) || this.hasComponent(`${component}.nic`))) {
			return { role: 'provider', final: true };
		}
		// A thread of a component: `alice.switch.accept`.
		if (parts.length === 3) return this.judge(`${parts[0]}.${parts[1]}`);
		return { role: 'application', final: false };
	}
}
