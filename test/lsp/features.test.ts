import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
	CodeAction,
	CompletionList,
	DocumentHighlight,
	DocumentLink,
	DocumentSymbol,
	FoldingRange,
	Hover,
	Location,
	LocationLink,
	MarkupContent,
	SelectionRange,
	SemanticTokens,
	SignatureHelp,
	TextEdit,
	WorkspaceEdit,
	WorkspaceSymbol,
} from 'vscode-languageserver/node';
import { Client, cursor } from './client';

const lab = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 { credits 8 } }
`;

function inThread(statements: string): string {
	return `${lab}scenario "s" {\n  thread alice.client {\n${statements}\n  }\n  thread bob.server { bind(socket(), 10.1.0.2:7000) }\n}\n`;
}

function inScenario(items: string): string {
	return `${lab}scenario "s" {\n${items}\n  thread alice.client { }\n  thread bob.server { }\n}\n`;
}

function applied(text: string, edits: readonly TextEdit[]): string {
	const starts = [0];
	for (const match of text.matchAll(/\n/g)) starts.push(match.index + 1);
	const offset = ({ line, character }: { line: number; character: number }) =>
		(starts[line] ?? text.length) + character;
	return [...edits]
		.sort((a, b) => offset(b.range.start) - offset(a.range.start))
		.reduce(
			(result, { range, newText }) => result.slice(0, offset(range.start)) + newText + result.slice(offset(range.end)),
			text,
		);
}

describe('language server', () => {
	let client: Awaited<ReturnType<typeof Client.start>>;
	let folder: string;
	let count = 0;

	before(async () => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-lsp-'));
		writeFileSync(path.join(folder, 'lab.sanflow'), lab);
		client = await Client.start({ folder });
	});
	after(async () => {
		assert.equal(await client.stop(), 0);
		rmSync(folder, { recursive: true });
	});

	function newUri(): string {
		return pathToFileURL(path.join(folder, `file${count++}.sanflow`)).toString();
	}

	async function open(marked: string) {
		const { text, position } = cursor(marked);
		const uri = newUri();
		await client.write(uri, text);
		return { uri, text, position };
	}

	async function complete(marked: string): Promise<readonly string[]> {
		const { uri, position } = await open(marked);
		const list = await client.at<CompletionList>('completion', uri, position);
		return list.items.map(({ label }) => label);
	}

	async function hover(marked: string): Promise<string> {
		const { uri, position } = await open(marked);
		const found = await client.at<Hover | null>('hover', uri, position);
		return (found?.contents as MarkupContent | undefined)?.value ?? '';
	}

	it('announces its features', () => {
		const { capabilities } = client.result;
		for (const name of [
			...['completionProvider', 'hoverProvider', 'signatureHelpProvider', 'definitionProvider', 'referencesProvider'],
			...['renameProvider', 'documentSymbolProvider', 'workspaceSymbolProvider', 'documentHighlightProvider'],
			...['foldingRangeProvider', 'selectionRangeProvider', 'documentFormattingProvider', 'semanticTokensProvider'],
			...['codeActionProvider', 'documentLinkProvider'],
		] as const) {
			assert.ok(capabilities[name as keyof typeof capabilities], name);
		}
	});

	it('reports problems with range, code and source, and takes them back', async () => {
		const uri = newUri();
		const [problem, ...others] = await client.write(uri, inThread('    let s = soket()\n    closesocket(s)'));
		assert.deepEqual(others, []);
		assert.equal(problem?.message, "There is no function 'soket'. Did you mean 'socket'?");
		assert.deepEqual(problem?.range, { start: { line: 5, character: 12 }, end: { line: 5, character: 17 } });
		assert.equal(problem?.code, 'unknown-function');
		assert.equal(problem?.source, 'sanflow');
		assert.deepEqual(await client.write(uri, inThread('    let s = socket()\n    closesocket(s)')), []);
	});

	it('reports problems again when an imported file changes', async () => {
		const labUri = newUri();
		const uri = newUri();
		await client.write(labUri, lab);
		const name = path.basename(new URL(labUri).pathname);
		const source = `import "${name}"\nscenario "s" { thread alice.a { } }`;
		assert.deepEqual(await client.write(uri, source), []);
		const again = client.nextDiagnostics(uri);
		await client.write(labUri, lab.replace('alice', 'carol'));
		assert.deepEqual(
			(await again).map(({ code }) => code),
			['unknown-host'],
		);
	});

	describe('completion', () => {
		it('offers declarations at the top of a file', async () => {
			const labels = await complete('|');
			for (const label of ['san', 'lan', 'host', 'scenario', 'function', 'import', 'seed'])
				assert.ok(labels.includes(label), label);
		});
		it('offers networks behind `on`', async () => {
			assert.deepEqual(await complete(`${lab}host carol { nic n on | }`), ['fabric']);
		});
		it('offers settings and their values', async () => {
			assert.ok((await complete('san fabric 10.1.0.0/16 { | }')).includes('latency'));
			assert.deepEqual(await complete(`${lab}host c { nic n on fabric at 10.1.0.9 { rdmaRead | } }`), ['on', 'off']);
		});
		it('offers statements, calls and variables in a thread', async () => {
			const labels = await complete(inThread('    let s = socket()\n    |\n    closesocket(s)'));
			for (const label of ['connect', 'WSAEventSelect', 'expect', 'let', 's']) assert.ok(labels.includes(label), label);
			assert.ok(!labels.includes('WSPConnect'));
		});
		it('offers a call with its parameters as snippet', async () => {
			const { uri, position } = await open(inThread('    conn|'));
			const { items } = await client.at<CompletionList>('completion', uri, position);
			const connect = items.find(({ label }) => label === 'connect');
			assert.equal(connect?.textEdit?.newText, 'connect(${1:s}, ${2:address})');
			assert.deepEqual(connect?.textEdit && 'range' in connect.textEdit && connect.textEdit.range.start, {
				line: 5,
				character: 4,
			});
		});
		it('offers addresses with ports where a call takes one', async () => {
			const labels = await complete(inThread('    let s = socket()\n    connect(s, |)'));
			assert.ok(labels.includes('10.1.0.2:7000'), labels.slice(0, 10).join());
		});
		it('offers the flags of a parameter first', async () => {
			const { uri, position } = await open(inThread('    WSAEventSelect(socket(), WSACreateEvent(), |)'));
			const { items } = await client.at<CompletionList>('completion', uri, position);
			const first = items.filter(({ sortText }) => sortText?.startsWith('0')).map(({ label }) => label);
			assert.ok(first.includes('FD_CONNECT'));
			assert.ok(!first.includes('SO_LINGER'));
		});
		it('offers the documented errors behind ->', async () => {
			const labels = await complete(inThread('    connect(socket(), 10.1.0.2:9) -> |'));
			assert.ok(labels.includes('WSAECONNREFUSED'));
			assert.ok(!labels.includes('connect'));
		});
		it('offers the members of a socket', async () => {
			const labels = await complete(inThread('    let s = socket()\n    expect s.|\n    closesocket(s)'));
			assert.deepEqual(labels, ['provider', 'state', 'local', 'peer']);
		});
		it('offers components in expect calls', async () => {
			assert.deepEqual(await complete(inScenario('  expect calls | -> alice.ib0 { }')), ['alice', 'bob']);
			assert.deepEqual(await complete(inScenario('  expect calls alice.| -> alice.ib0 { }')), [
				'client',
				'switch',
				'tcpip',
				'ib0',
			]);
			assert.deepEqual(await complete(inScenario('  fault alice.ib0.|')), ['proxy', 'nic']);
		});
		it('offers calls in the pattern by direction', async () => {
			const down = await complete(inScenario('  expect calls alice.switch -> alice.ib0 {\n    |\n  }'));
			assert.ok(down.includes('WSPConnect') && !down.includes('WPUCreateSocketHandle'));
			const up = await complete(inScenario('  expect calls alice.ib0 -> alice.switch {\n    |\n  }'));
			assert.ok(up.includes('WPUCreateSocketHandle') && !up.includes('WSPConnect'));
		});
		it('offers fault clauses, outcomes and rules', async () => {
			assert.ok((await complete(inScenario('  fault alice.ib0 |'))).includes('WSPConnect'));
			assert.ok((await complete(inScenario('  fault alice.ib0 WSPConnect: |'))).includes('pending'));
			assert.ok(
				(await complete(inScenario('  fault alice.ib0 WSPConnect: pending 2ms, then |'))).includes('WSAETIMEDOUT'),
			);
			assert.ok((await complete(inScenario('  expect violates |'))).includes('CONN-3'));
		});
		it('offers nothing in strings and comments', async () => {
			assert.deepEqual(await complete(inThread('    log "a |')), []);
			assert.deepEqual(await complete(inThread('    // a |')), []);
		});
	});

	describe('hover', () => {
		const cases: readonly (readonly [string, string, RegExp])[] = [
			['a Winsock call', inThread('    con|nect(socket(), 10.1.0.2:9)'), /connect\(s, address\)[\s\S]*subnet/],
			['an SPI call', inScenario('  fault alice.ib0 WSP|Connect: success'), /WSPConnect\(SOCKET/],
			['an error', inThread('    connect(socket(), 10.1.0.2:9) -> WSAE|CONNRESET'), /10054[\s\S]*FALLBACK-4/],
			['an event', inThread('    log FD_|CONNECT'), /FD_CONNECT\*\* = 16/],
			['a rule', inScenario('  expect violates CO|NN-3'), /CONN-3\*\*/],
			['a setting', lab.replace('credits', 'cre|dits'), /buffers[\s\S]*OQ-21/],
			['a host', inThread('').replace('thread alice', 'thread al|ice'), /host alice[\s\S]*10\.1\.0\.1/],
			['a NIC', inScenario('  fault alice.i|b0 WSPConnect: success'), /SAN service provider/],
			['a network', lab.replace('on fabric at 10.1.0.1', 'on fab|ric at 10.1.0.1'), /alice\.ib0[\s\S]*bob\.ib0/],
			['a variable', inThread('    let s = socket()\n    closesocket(|s)'), /s: socket/],
			['a duration', inThread('    sleep 1.5|ms'), /1500000 ns/],
			['a member', inThread('    log socket().prov|ider'), /provider`: text/],
		];
		for (const [what, marked, expected] of cases) {
			it(`tells about ${what}`, async () => assert.match(await hover(marked), expected));
		}
	});

	it('helps with the signature, the current parameter marked', async () => {
		const { uri, position } = await open(inThread('    let s = socket()\n    send(s, "x", |)'));
		const help = await client.at<SignatureHelp>('signatureHelp', uri, position);
		assert.equal(help.signatures[0]?.label, 'send(s, data, flags?)');
		assert.equal(help.activeParameter, 2);
		assert.ok(help.signatures[0]?.parameters?.[1]?.documentation);
	});

	it('finds the definition in the imported file, and references and renames across both', async () => {
		const labUri = pathToFileURL(path.join(folder, 'lab.sanflow')).toString();
		const { uri, position } = await open('import "lab.sanflow"\nscenario "s" {\n  thread al|ice.client { }\n}');
		const [link] = await client.at<LocationLink[]>('definition', uri, position);
		assert.equal(link?.targetUri, labUri);
		assert.deepEqual(link?.targetSelectionRange.start, { line: 1, character: 5 });
		const references = await client.at<Location[]>('references', uri, position, {
			context: { includeDeclaration: true },
		});
		const files = references.map((reference) => reference.uri);
		assert.ok(files.includes(uri) && files.includes(labUri));
		const edit = await client.at<WorkspaceEdit>('rename', uri, position, { newName: 'carol' });
		assert.deepEqual(
			edit.changes?.[labUri]?.map(({ newText }) => newText),
			['carol'],
		);
		await assert.rejects(client.at('rename', uri, position, { newName: 'bob' }), /taken/);
		await assert.rejects(client.at('rename', uri, position, { newName: '1x' }), /not a name/);
	});

	it('prepares renames only on names', async () => {
		const onName = await open(inThread('    let |s = socket()\n    closesocket(s)'));
		assert.ok(await client.at('prepareRename', onName.uri, onName.position));
		const onWord = await open(inThread('    l|et s = socket()\n    closesocket(s)'));
		assert.equal(await client.at('prepareRename', onWord.uri, onWord.position), null);
	});

	it('highlights reads and writes of a variable', async () => {
		const { uri, position } = await open(inThread('    let |n = 1\n    n = n + 1'));
		const highlights = await client.at<DocumentHighlight[]>('documentHighlight', uri, position);
		assert.deepEqual(highlights.map(({ kind }) => kind).sort(), [2, 3, 3]);
	});

	it('outlines the file and finds symbols in the workspace', async () => {
		const { uri } = await open(`${inThread('')}|`);
		const symbols = await client.request<DocumentSymbol[]>('textDocument/documentSymbol', { textDocument: { uri } });
		assert.deepEqual(
			symbols.map(({ name }) => name),
			['fabric', 'alice', 'bob', 's'],
		);
		assert.deepEqual(
			symbols[3]?.children?.map(({ name }) => name),
			['alice.client', 'bob.server'],
		);
		const found = await client.request<WorkspaceSymbol[]>('workspace/symbol', { query: 'fabric' });
		assert.ok(
			found.some((symbol) => symbol.location.uri === pathToFileURL(path.join(folder, 'lab.sanflow')).toString()),
		);
	});

	it('folds blocks and comments', async () => {
		const { uri } = await open('|// one\n// two\nhost h {\n\n}\n');
		const ranges = await client.request<FoldingRange[]>('textDocument/foldingRange', { textDocument: { uri } });
		assert.deepEqual(ranges.map(({ startLine, endLine, kind }) => [startLine, endLine, kind]).sort(), [
			[0, 1, 'comment'],
			[2, 3, undefined],
		]);
	});

	it('grows selections', async () => {
		const { uri, text, position } = await open(inThread('    connect(socket(), 10.1.|0.2:9)'));
		const [selection] = await client.request<SelectionRange[]>('textDocument/selectionRange', {
			textDocument: { uri },
			positions: [position],
		});
		const lines = text.split('\n');
		const texts: string[] = [];
		for (let current = selection; current !== undefined; current = current.parent as SelectionRange) {
			const { start, end } = current.range;
			if (start.line === end.line) texts.push((lines[start.line] ?? '').slice(start.character, end.character));
		}
		assert.deepEqual(texts, ['10.1.0.2:9', 'connect(socket(), 10.1.0.2:9)']);
	});

	it('formats, and leaves a formatted file alone', async () => {
		const source =
			'host   h{\nnic n  on f at 10.1.0.1{ credits 8}\n}\n\n\n\nscenario "s" {\nthread h.t {\nlet x=1+2 *-3\nif x==1{ log x,-x }   \n// note\n}\n}';
		const expected =
			'host   h {\n  nic n  on f at 10.1.0.1 { credits 8 }\n}\n\nscenario "s" {\n  thread h.t {\n    let x = 1 + 2 * -3\n    if x == 1 { log x, -x }\n    // note\n  }\n}\n';
		const { uri } = await open(`|${source}`);
		const options = { tabSize: 2, insertSpaces: true };
		const edits = await client.request<TextEdit[]>('textDocument/formatting', { textDocument: { uri }, options });
		assert.equal(applied(source, edits), expected);
		const again = await open(`|${expected}`);
		assert.deepEqual(
			await client.request('textDocument/formatting', { textDocument: { uri: again.uri }, options }),
			[],
		);
		const everything = readFileSync('test/fixtures/scenarios/everything.sanflow', 'utf8');
		const all = newUri();
		await client.write(all, everything);
		assert.deepEqual(await client.request('textDocument/formatting', { textDocument: { uri: all }, options }), []);
	});

	it('colours what names mean', async () => {
		const { uri } = await open(`|${inThread('    let s = socket()\n    closesocket(s)')}`);
		const { data } = await client.request<SemanticTokens>('textDocument/semanticTokens/full', {
			textDocument: { uri },
		});
		assert.ok(data.length > 50);
	});

	it('fixes with the nearest name', async () => {
		const uri = newUri();
		const source = inThread('    let s = soket()\n    n = 1\n    closesocket(s)');
		const diagnostics = await client.write(uri, source);
		const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
		const actions = await client.request<CodeAction[]>('textDocument/codeAction', {
			textDocument: { uri },
			range,
			context: { diagnostics },
		});
		const titles = actions.map(({ title }) => title);
		assert.ok(titles.includes("Change to 'socket'"), titles.join());
		assert.ok(titles.includes('Declare it with let'), titles.join());
		const edits = actions
			.filter(({ title }) => title !== "Change to 's'")
			.flatMap(({ edit }) => edit?.changes?.[uri] ?? []);
		assert.ok(applied(source, edits).includes('let s = socket()\n    let n = 1'));
	});

	it('links imports to their files', async () => {
		const { uri } = await open('|import "lab.sanflow"');
		const [link] = await client.request<DocumentLink[]>('textDocument/documentLink', { textDocument: { uri } });
		assert.equal(link?.target, pathToFileURL(path.join(folder, 'lab.sanflow')).toString());
	});

	it('survives half-typed text in every feature', async () => {
		const source = readFileSync('test/fixtures/scenarios/everything.sanflow', 'utf8');
		const uri = newUri();
		for (let end = 40; end < source.length; end += 211) {
			const text = source.slice(0, end);
			await client.write(uri, text);
			const lines = text.split('\n');
			const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
			const whole = { start: { line: 0, character: 0 }, end: position };
			await Promise.all([
				client.at('completion', uri, position),
				client.at('hover', uri, position),
				client.at('signatureHelp', uri, position),
				client.at('definition', uri, position),
				client.at('references', uri, position, { context: { includeDeclaration: true } }),
				client.request('textDocument/documentSymbol', { textDocument: { uri } }),
				client.request('textDocument/foldingRange', { textDocument: { uri } }),
				client.request('textDocument/semanticTokens/full', { textDocument: { uri } }),
				client.request('textDocument/formatting', {
					textDocument: { uri },
					options: { tabSize: 2, insertSpaces: true },
				}),
				client.request('textDocument/selectionRange', { textDocument: { uri }, positions: [position] }),
				client.request('textDocument/codeAction', {
					textDocument: { uri },
					range: whole,
					context: { diagnostics: [] },
				}),
			]);
		}
	}).timeout(20_000);
});

describe('language server in Chinese', () => {
	it('reports and explains in Chinese', async () => {
		const client = await Client.start({ locale: 'zh-cn' });
		const { text, position } = cursor(`${lab}scenario "s" { thread alice.t { con|nect(soket(), 10.1.0.2:9) } }`);
		const [problem] = await client.write('untitled:zh.sanflow', text);
		assert.equal(problem?.message, '没有函数“soket”。是否想写“socket”？');
		const found = await client.at<Hover>('hover', 'untitled:zh.sanflow', position);
		assert.match((found.contents as MarkupContent).value, /返回/);
		assert.equal(await client.stop(), 0);
	});
});
