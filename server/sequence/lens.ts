/** What a view shows: the part that a component plays, and which lifeline stands for it under a lens. */
import type { Lens, Lifeline } from '../protocol/diagram';
import type { Reader } from '../trace';

export type Role = Lifeline['role'];

/** Order of the lifelines of one host, from the application to the wire. */
const order: readonly Role[] = ['host', 'application', 'switch', 'tcpip', 'provider', 'proxy', 'nic'];

const shown: Readonly<Record<Lens, ReadonlySet<Role>>> = {
	application: new Set(['application', 'switch']),
	spi: new Set(['application', 'switch', 'tcpip', 'provider']),
	wire: new Set(['tcpip', 'nic']),
	everything: new Set(order.slice(1)),
};

const byLastPart: Readonly<Record<string, Role>> = { switch: 'switch', tcpip: 'tcpip', proxy: 'proxy', nic: 'nic' };

/** Part that component `id` plays. A SAN provider is told from an application thread by the proxy driver below it. */
export function roleOf(reader: Reader, id: string): Role {
	const parts = id.split('.');
	if (parts.length === 1) return 'host';
	const known = parts.length > 1 ? byLastPart[parts.at(-1) as string] : undefined;
	if (known) return known;
	return isProvider(reader, id) ? 'provider' : 'application';
}

/** Each process has a provider of its own for a NIC (`alice.services.ib0`), the host one driver (`alice.ib0.proxy`). */
function isProvider(reader: Reader, id: string): boolean {
	const parts = id.split('.');
	return reader.trace.components.find(`${parts[0]}.${parts.at(-1)}.proxy`) !== undefined;
}

export function hostOf(id: string): string {
	const dot = id.indexOf('.');
	return dot < 0 ? id : id.slice(0, dot);
}

/** What stands at the head of a lifeline: the component without its host. */
export function labelOf(id: string): string {
	const dot = id.indexOf('.');
	return dot < 0 ? id : id.slice(dot + 1);
}

/**
 * Component that stands for `id` under `lens`, or undefined if it is not shown. Where neither driver nor NIC is shown,
 * what is above stands for them (the SAN provider, or TCP/IP above a NIC that is only Ethernet), so that what crosses
 * the wire is seen in every view of the service provider interface.
 */
export function standIn(reader: Reader, id: string, lens: Lens): string | undefined {
	const role = roleOf(reader, id);
	if (shown[lens].has(role)) return id;
	if ((role !== 'nic' && role !== 'proxy') || !shown[lens].has('provider')) return undefined;
	const above = id.slice(0, id.lastIndexOf('.'));
	return isProvider(reader, above) ? above : `${hostOf(id)}.tcpip`;
}

/**
 * Lifelines from left to right: hosts in order of appearance; the first one from application to wire, the others
 * mirrored, so that the wire lies between neighbours.
 * @param chosen lifelines in the order that somebody wants; others follow their neighbour
 */
export function arrange(
	reader: Reader,
	ids: readonly string[],
	hosts: readonly string[],
	chosen: readonly string[] = [],
): readonly Lifeline[] {
	return reordered(arrangeByRole(reader, ids, hosts), chosen);
}

function reordered(lifelines: readonly Lifeline[], chosen: readonly string[]): readonly Lifeline[] {
	if (chosen.length === 0) return lifelines;
	const known = new Map(lifelines.map((lifeline) => [lifeline.id, lifeline]));
	const result = chosen.map((id) => known.get(id)).filter((lifeline) => lifeline !== undefined);
	lifelines.forEach((lifeline, lane) => {
		if (chosen.includes(lifeline.id)) return;
		const neighbour = lifelines[lane - 1];
		result.splice(neighbour ? result.indexOf(neighbour) + 1 : 0, 0, lifeline);
	});
	return result;
}

function arrangeByRole(reader: Reader, ids: readonly string[], hosts: readonly string[]): readonly Lifeline[] {
	const lifelines = ids.map((id) => ({ id, label: labelOf(id), host: hostOf(id), role: roleOf(reader, id) }));
	return lifelines
		.map((lifeline, appearance) => ({ lifeline, appearance }))
		.sort((a, b) => {
			const host = hosts.indexOf(a.lifeline.host);
			const between = host - hosts.indexOf(b.lifeline.host);
			if (between !== 0) return between;
			const level = order.indexOf(a.lifeline.role) - order.indexOf(b.lifeline.role) || a.appearance - b.appearance;
			return host === 0 ? level : -level;
		})
		.map(({ lifeline }) => lifeline);
}
