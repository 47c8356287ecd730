/**
 * What a component is, by its name: `host.part`, for the parts of a NIC `host.nic.part`, and in a second process
 * `host.process.part`.
 */
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

	/** A thread of a component has its role: `alice.switch.accept`. */
	private judge(component: string): Role {
		const [host, ...parts] = component.split('.');
		for (const [at, part] of parts.entries()) {
			if (part === 'switch' || part === 'tcpip') return part;
			if (!isNic(`${host}.${part}`, this.hasComponent)) continue;
			const below = parts[at + 1];
			return below === 'proxy' || below === 'nic' ? below : 'provider';
		}
		return 'application';
	}
}

function isNic(name: string, hasComponent: (name: string) => boolean): boolean {
	return hasComponent(`${name}.proxy`) || hasComponent(`${name}.nic`);
}

/** The NIC that a provider, in whichever process, a proxy driver or a NIC's own component belongs to: `alice.ib0`. */
export function nicOf(component: string, hasComponent: (name: string) => boolean): string | undefined {
	const [host, ...parts] = component.split('.');
	return parts.map((part) => `${host}.${part}`).find((name) => isNic(name, hasComponent));
}

/** Whether a component is a driver or DLL itself, and not a thread of one, whose name is longer. */
export function isOwnPart(component: string, role: Role, hasComponent: (name: string) => boolean): boolean {
	const parts = component.split('.');
	const last = parts.at(-1);
	return role === 'provider' ? isNic(`${parts[0]}.${last}`, hasComponent) : last === role;
}
