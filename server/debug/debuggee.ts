/** One run under the debugger, with everything that reads its trace. A restarted session gets a new one. */
import path from 'node:path';
import type { Run } from '../scenario/interpreter/run';
import type { ScenarioFile } from '../scenario/parse';
import type { Reader } from '../trace';
import type { RunContext } from './breakpoints';
import { Cursor, type CursorListener } from './cursor';
import { Evaluator } from './evaluate';
import { type Role, Roles } from './role';
import { RunObjects } from './runObjects';
import { Scopes } from './scopes';
import { type FilePlaces, placesOf } from './statements';
import { Stepping } from './stepping';
import { StopTable } from './stopTable';
import type { Texts } from './texts';

export class Debuggee {
	readonly cursor: Cursor;
	readonly objects: RunObjects;
	readonly scopes: Scopes;
	readonly evaluator: Evaluator;
	readonly stepping: Stepping;
	readonly roles: Roles;
	private knownFiles: readonly FilePlaces[] | undefined;
	private functionSources: ReadonlySet<string> | undefined;

	constructor(
		readonly run: Run,
		readonly file: ScenarioFile,
		texts: Texts,
		listener: CursorListener,
	) {
		const { reader } = run;
		const { components } = reader.trace;
		this.roles = new Roles(
			(name) => components.find(name) !== undefined,
			() => components.size,
		);
		this.objects = new RunObjects(reader);
		this.cursor = new Cursor(run, new StopTable(reader, []), listener);
		const isFunctionSource = (source: number): boolean => this.isFunctionSource(source);
		this.scopes = new Scopes(this.cursor.stacks, this.objects, texts, run.seed, isFunctionSource);
		this.evaluator = new Evaluator(
			this.cursor.stacks,
			this.objects,
			this.scopes,
			texts,
			() => this.cursor.furthest,
			(component) => this.roleOf(component) === 'application',
		);
		this.stepping = new Stepping(this.cursor, this.objects, (component) => this.roleOf(component));
	}

	get reader(): Reader {
		return this.run.reader;
	}

	roleOf(component: number): Role {
		return this.roles.of(this.reader.trace.components.at(component));
	}

	/** Places for breakpoints in the scenario file and in what it imports. */
	get files(): readonly FilePlaces[] {
		this.knownFiles ??= [...allFiles(this.file)].map(placesOf);
		return this.knownFiles;
	}

	/** What breakpoints are resolved with. */
	context(): RunContext {
		const { run, evaluator, objects, reader } = this;
		const debuggee = this;
		return {
			reader,
			evaluator,
			objects,
			scenario: run.title,
			get files() {
				return debuggee.files;
			},
			isSameFile: (a, b) => this.absolute(a) === this.absolute(b),
			components: () => this.componentNames(),
			roleOf: (component) => this.roleOf(component),
		};
	}

	/** The path of a file as the records name it. */
	absolute(file: string): string {
		const plain = file.startsWith('file://') ? decodeURIComponent(new URL(file).pathname) : file;
		return path.resolve(path.dirname(this.file.uri), plain);
	}

	/** The text that the run was made from. @param file as the records name it */
	textOf(file: string): string | undefined {
		for (const candidate of allFiles(this.file)) if (candidate.uri === file) return candidate.text;
		return undefined;
	}

	private isFunctionSource(source: number): boolean {
		this.functionSources ??= functionStatements(this.files);
		if (source < 0 || this.functionSources.size === 0) return false;
		const { file, line, column } = this.reader.trace.sources.at(source);
		return this.functionSources.has(`${file}:${line}:${column}`);
	}

	/** Components of the topology, as the file declares it, and those the trace has shown. */
	private componentNames(): readonly string[] {
		const names = new Set<string>(this.reader.trace.components.all());
		for (const file of allFiles(this.file)) {
			for (const host of file.model.hosts) {
				names.add(`${host.name}.switch`).add(`${host.name}.tcpip`);
				for (const nic of host.nics) {
					const provider = `${host.name}.${nic.name}`;
					names.add(provider).add(`${provider}.proxy`).add(`${provider}.nic`);
				}
			}
		}
		return [...names];
	}
}

function* allFiles(file: ScenarioFile): Generator<ScenarioFile> {
	yield file;
	for (const imported of file.imports) yield* allFiles(imported);
}

/** Statements that stand in functions, which all scenarios share. */
function functionStatements(files: readonly FilePlaces[]): ReadonlySet<string> {
	const inFunctions = files.flatMap(({ file, places }) =>
		places
			.filter(({ scenario }) => scenario === undefined)
			.map(({ statement }) => `${file}:${statement.line}:${statement.column}`),
	);
	return new Set(inFunctions);
}
