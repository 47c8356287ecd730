/** A strict check of everything that an adapter sends against the types of the protocol. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import Ajv, { type ValidateFunction } from 'ajv';
import { objectSchema, type ProtocolTypes, readProtocolTypes } from './protocolTypes';

/** @param command command of the request that a response answers */
export type MessageCheck = (message: DebugProtocol.ProtocolMessage, command?: string) => void;

let types: ProtocolTypes | undefined;
const ajv = new Ajv({ strict: false, allErrors: true });
const validators = new Map<string, ValidateFunction>();

/** @throws Error if the message is not what the protocol says */
export const checkMessage: MessageCheck = (message, command) => {
	const name = typeName(message, command);
	const validate = validators.get(name) ?? compile(name);
	if (validate(message)) return;
	const problems = validate.errors?.map(({ instancePath, message: text, params }) => {
		return `${instancePath || '/'} ${text} ${JSON.stringify(params)}`;
	});
	throw new Error(`${name}: ${problems?.join('; ')}\n${JSON.stringify(message)}`);
};

/** `setVariable` is answered by a SetVariableResponse. */
function typeName(message: DebugProtocol.ProtocolMessage, command = ''): string {
	types ??= readProtocolTypes();
	const isEvent = message.type === 'event';
	if (!isEvent && !(message as DebugProtocol.Response).success) return 'ErrorResponse';
	const word = isEvent ? (message as DebugProtocol.Event).event : command;
	// Requests and events of our own have the form of all others, and a body of their own.
	if (word.startsWith('sanflow/')) return isEvent ? 'Event' : 'Response';
	const name = `${word.charAt(0).toUpperCase()}${word.slice(1)}${isEvent ? 'Event' : 'Response'}`;
	if (!types.definitions[name]) throw new Error(`the protocol has no ${name}`);
	return name;
}

function compile(name: string): ValidateFunction {
	types ??= readProtocolTypes();
	const schema = objectSchema(types.members(name) ?? []);
	const validate = ajv.compile({ ...schema, $defs: types.definitions });
	validators.set(name, validate);
	return validate;
}
