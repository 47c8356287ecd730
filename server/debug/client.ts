/** What the client said about itself in `initialize`. */
import { type Locale, localeOf } from '../winsock/locale';
import type { RequestArguments } from './requestArguments';

export interface Client {
	readonly locale: Locale;
	/** 1 if lines count from 1, else 0. */
	readonly firstLine: number;
	readonly firstColumn: number;
	readonly showsProgress: boolean;
	readonly knowsMemory: boolean;
	readonly knowsMemoryEvents: boolean;
	readonly knowsInvalidated: boolean;
	readonly showsAnsi: boolean;
	readonly usesUris: boolean;
}

export const defaultClient: Client = {
	locale: 'en',
	firstLine: 1,
	firstColumn: 1,
	showsProgress: false,
	knowsMemory: false,
	knowsMemoryEvents: false,
	knowsInvalidated: false,
	showsAnsi: false,
	usesUris: false,
};

export function readClient(args: RequestArguments): Client {
	return {
		locale: localeOf(args.optionalText('locale')),
		firstLine: args.flag('linesStartAt1', true) ? 1 : 0,
		firstColumn: args.flag('columnsStartAt1', true) ? 1 : 0,
		showsProgress: args.flag('supportsProgressReporting'),
		knowsMemory: args.flag('supportsMemoryReferences'),
		knowsMemoryEvents: args.flag('supportsMemoryEvent'),
		knowsInvalidated: args.flag('supportsInvalidatedEvent'),
		showsAnsi: args.flag('supportsANSIStyling'),
		usesUris: args.optionalText('pathFormat') === 'uri',
	};
}
