/** What a component is, by its name: `host.part` or, for the parts of a NIC, `host.nic.part`. */
export type Role = 'application' | 'switch' | 'tcpip' | 'provider' | 'proxy' | 'nic';

/**
 * Tells roles by name. A NIC's provider carries the NIC's own name, which only the presence of `host.nic.proxy` tells
 * from an application thread.
 */
export class Roles {
	private readonly known = new Map<string, Role>();
	private judgedAmong = 0;

	/**
	 * @param hasComponent whether a component with this name exists in the run
	 * @param componentCount how many components the run has so far
	 */
	constructor(
		private readonly hasComponent: (name: string) => boolean,
		private readonly componentCount: () => number,
	) {}

	of(component: string): Role {
		this.forget();
		let role = this.known.get(component);
		if (role === undefined) {
			role = this.judge(component);
			this.known.set(component, role);
		}
		return role;
	}

	/** What seemed an application thread may turn out to be a provider once its proxy driver shows. */
	private forget(): void {
		const count = this.componentCount();
		if (count === this.judgedAmong) return;
		this.judgedAmong = count;
		for (const [component, role] of this.known) if (role === 'application') this.known.delete(component);
	}

	private judge(component: string): Role {
		const parts = component.split('.');
		const last = parts.at(-1);
		if (parts.length === 2 && last === 'switch') return 'switch';
		if (parts.length === 2 && last === 'tcpip') return 'tcpip';
		if (parts.length === 3 && last === 'proxy') return 'proxy';
		if (parts.length === 3 && last === 'nic') return 'nic';
		const isProvider = this.hasComponent(`${component}.proxy`) || this.hasComponent(`${component}.nic`);
		if (parts.length === 2 && isProvider) return 'provider';
		// A thread of a component: `alice.switch.accept`.
		return parts.length === 3 ? this.judge(`${parts[0]}.${parts[1]}`) : 'application';
	}
}
