/** The drivers and providers of a run as modules, with what they said about themselves while they were started. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { CALL, RETURN } from '../trace';
import { extensionFunctionNames, extensionFunctions } from '../winsock/constants';
import type { Debuggee } from './debuggee';
import { isOwnPart, type Role } from './role';

/** What the records of the initialization tell about one component. */
interface Told {
	version?: string;
	readonly addresses: string[];
	readonly extensions: string[];
}

export function modulesOf(debuggee: Debuggee): readonly DebugProtocol.Module[] {
	const { reader } = debuggee;
	const told = tellings(debuggee);
	return (
		reader.trace.components
			.all()
			.map((name, component) => ({ name, component, role: debuggee.roleOf(component) }))
			// Threads are components too, with a part more in their names.
			.filter(({ name, role }) => isOwnPart(name, role, (other) => reader.trace.components.find(other) !== undefined))
			.map(({ name, component, role }) => protocolModule(name, role, told.get(component)))
	);
}

function protocolModule(name: string, role: Role, told: Told | undefined): DebugProtocol.Module {
	const guids = extensionFunctionNames.filter((extension) => told?.extensions.includes(extension));
	return {
		id: name,
		name,
		...(told?.version === undefined ? {} : { version: told.version }),
		// Further columns are members of their own: `additionalModuleColumns` names them.
		...({
			role,
			...(told && told.addresses.length > 0 ? { address: told.addresses.join(', ') } : {}),
			...(told && told.extensions.length > 0 ? { capabilities: told.extensions.join(', ') } : {}),
			...(guids.length > 0 ? { guids: guids.map((extension) => extensionFunctions[extension].guid).join(', ') } : {}),
		} as object),
	};
}

/** Reads the calls by which the switch starts providers: WSPStartupEx, and WSPIoctl with its answers. */
function tellings({ reader, cursor }: Debuggee): ReadonlyMap<number, Told> {
	const told = new Map<number, Told>();
	const of = (component: number): Told => {
		const known = told.get(component) ?? { addresses: [], extensions: [] };
		told.set(component, known);
		return known;
	};
	for (let seq = 0; seq <= cursor.seq; seq++) {
		const kind = reader.kind(seq);
		const { name } = reader.site(seq);
		if (kind === CALL && name === 'WSPStartupEx')
			of(reader.to(seq)).version = String(reader.args(seq).wVersionRequested);
		if (kind !== RETURN || name !== 'WSPIoctl' || reader.error(seq) !== undefined) continue;
		const { extension } = reader.args(reader.callOf(seq));
		const { Address: addresses } = reader.args(seq);
		const answer = of(reader.from(seq));
		if (typeof extension === 'string' && !answer.extensions.includes(extension)) answer.extensions.push(extension);
		if (Array.isArray(addresses)) answer.addresses.splice(0, answer.addresses.length, ...addresses.map(String));
		// The initialization is at the start of a run; what follows says nothing about it.
		if (reader.phase(seq) > 0) break;
	}
	return told;
}
