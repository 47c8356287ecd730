/** Stack frames as the protocol has them, with the place that each shows: a line of the scenario, or a documented step. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { addressOf } from './address';
import type { Client } from './client';
import type { Debuggee } from './debuggee';
import type { Documents } from './documents';
import type { CallFrame, Frame } from './frames';
import { type FrameFormat, frameText } from './frameText';
import type { Texts } from './texts';

/** A place in a source, counted as the client counts. */
export interface SourcePlace {
	readonly source: DebugProtocol.Source;
	readonly line: number;
	readonly column: number;
}

export class FrameShapes {
	private readonly fileSources = new Map<string, DebugProtocol.Source>();

	constructor(
		private readonly debuggee: Debuggee,
		private readonly documents: Documents,
		private readonly texts: Texts,
		private readonly client: Client,
	) {}

	/** @param id the number under which the client asks for its scopes */
	of(frame: Frame, id: number): DebugProtocol.StackFrame {
		const { reader } = this.debuggee;
		if (frame.kind === 'label') {
			const by = `${reader.trace.components.at(reader.thread(frame.cause))} #${frame.cause}`;
			return { id, name: this.texts('causedBy', by), line: 0, column: 0, presentationHint: 'label' };
		}
		const component = reader.trace.components.at(frame.component);
		const common = {
			id,
			name: frame.call < 0 ? reader.trace.components.at(frame.thread) : `${component}!${reader.name(frame.call)}`,
			instructionPointerReference: addressOf(frame.at),
			canRestart: frame.call >= 0,
			moduleId: component,
			...(frame.isCause ? { presentationHint: 'subtle' as const } : {}),
		};
		const position = frame.role === 'application' ? this.position(frame.at) : undefined;
		if (position) return { ...common, ...position };
		if (frame.role === 'application') return { ...common, line: 0, column: 0 };
		return { ...common, ...this.documentPosition(frame) };
	}

	private documentPosition(frame: CallFrame): SourcePlace & { readonly endLine: number } {
		const { document, line } = this.documents.placeOf(this.debuggee.cursor.stacks, frame);
		const { firstLine, firstColumn } = this.client;
		return {
			source: document.source,
			line: line.first - 1 + firstLine,
			endLine: line.last - 1 + firstLine,
			column: firstColumn,
		};
	}

	/** The frame with what a client's format adds to its name. */
	formatted(shape: DebugProtocol.StackFrame, frame: Frame | undefined, format: FrameFormat): DebugProtocol.StackFrame {
		if (frame?.kind !== 'call') return shape;
		const args = frame.call < 0 ? undefined : this.debuggee.reader.args(frame.call);
		return { ...shape, name: frameText(shape.name, args, shape.line, format) };
	}

	/** The scenario line that a record serves. */
	position(seq: number): SourcePlace | undefined {
		const position = this.debuggee.reader.source(seq);
		if (!position) return undefined;
		const { firstLine, firstColumn } = this.client;
		return {
			source: this.fileSource(position.file),
			line: position.line - 1 + firstLine,
			column: position.column - 1 + firstColumn,
		};
	}

	fileSource(file: string): DebugProtocol.Source {
		const known = this.fileSources.get(file);
		if (known) return known;
		const absolute = this.debuggee.absolute(file);
		const named = this.client.usesUris ? `file://${encodeURI(absolute)}` : absolute;
		const text = this.debuggee.textOf(file);
		const source: DebugProtocol.Source = {
			name: path.basename(absolute),
			path: named,
			// A client that has another text open can tell that the run is not of this text.
			...(text === undefined ? {} : { checksums: [{ algorithm: 'SHA256', checksum: sha256(text) }] }),
		};
		this.fileSources.set(file, source);
		return source;
	}
}

function sha256(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
