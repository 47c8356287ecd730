import assert from 'node:assert/strict';
import { logged, runStatements, values } from './scenarios';

describe('Expressions', () => {
	it('compute with whole numbers', () => {
		assert.deepEqual(values('1 + 2 * 3', '(1 + 2) * 3', '7 / 2', '-7 / 2', '7 % 3', '0x1f', '10_000', '-(3 - 5)'), [
			'7',
			'9',
			'3',
			'-3',
			'1',
			'31',
			'10000',
			'2',
		]);
	});

	it('compute with bits', () => {
		assert.deepEqual(values('FD_CONNECT | FD_WRITE', '0x12 & FD_CONNECT', '0x12 & FD_READ'), ['18', '16', '0']);
		assert.deepEqual(
			logged('let mask = FD_CONNECT | FD_WRITE\nif mask & FD_CONNECT == FD_CONNECT { log "connected" }'),
			['connected'],
		);
	});

	it('compare and combine conditions', () => {
		assert.deepEqual(values('1 < 2', '2 <= 2', '3 > 4', '3 >= 4', '1 == 1', '1 != 1'), [
			'true',
			'true',
			'false',
			'false',
			'true',
			'false',
		]);
		assert.deepEqual(values('1 < 2 and 2 < 1', '1 < 2 or 2 < 1', 'not 1 < 2', 'not (1 == 2) and true'), [
			'false',
			'true',
			'false',
			'true',
		]);
	});

	it('look at the right side of and/or only where it matters', () => {
		const before = 'function told(x) { log "asked" return x }';
		assert.deepEqual(logged('log false and told(true)\nlog true or told(true)\nlog true and told(true)', before), [
			'false',
			'true',
			'asked',
			'true',
		]);
	});

	it('have units: durations are ns, sizes bytes', () => {
		assert.deepEqual(values('3us', '1.5ms', '2s', '4KiB', '1MiB', '1ms + 1us'), [
			'3000',
			'1500000',
			'2000000000',
			'4096',
			'1048576',
			'1001000',
		]);
	});

	it('join and compare text and bytes', () => {
		assert.deepEqual(
			values(
				'"a" + "b"',
				'"n = " + text(5)',
				'"ab" == b"ab"',
				'b"ab" == "ac"',
				'b"a" + b"\\x00"',
				'length("abc")',
				'length(b"\\x00\\xff")',
			),
			['ab', 'n = 5', 'true', 'false', '0x6100', '3', '2'],
		);
	});

	it('understand escapes in text', () => {
		assert.deepEqual(values('"tab\\tquote\\"back\\\\"', '"caf\\u{e9}"', 'length("caf\\u{e9}")'), [
			'tab\tquote"back\\',
			'café',
			'4',
		]);
	});

	it('take parts of text, bytes and lists', () => {
		assert.deepEqual(
			values(
				'slice("hello", 1)',
				'slice("hello", 1, 3)',
				'slice(b"hello", 3)',
				'"hello"[1]',
				'[1, 2, 3][2]',
				'slice([1, 2, 3], 1)',
				'length([1, [2, 3]])',
			),
			['ello', 'el', 'lo', 'e', '3', '[2, 3]', '2'],
		);
	});

	it('build bytes', () => {
		assert.deepEqual(values('bytes(104, "i", b"!")', 'fill(3, 65)', 'fill(2)', 'text(b"caf\\xc3\\xa9")', 'text(5)'), [
			'hi!',
			'AAA',
			'0x0000',
			'café',
			'5',
		]);
	});

	it('know addresses', () => {
		assert.deepEqual(
			values(
				'10.1.0.2:7000',
				'(10.1.0.2:7000).ip',
				'(10.1.0.2:7000).port',
				'address(10.1.0.2, 80)',
				'[fd00::2]:7000',
				'10.1.0.2:7000 == address("10.1.0.2", 7000)',
				'(10.1.0.2:7000).ip == 10.1.0.2',
			),
			['10.1.0.2:7000', '10.1.0.2', '7000', '10.1.0.2:80', '[fd00::2]:7000', 'true', 'true'],
		);
	});

	it('tell of a socket what the program can know', () => {
		const statements = `let s = socket()
log s.state, s.provider, s.local, s.peer
bind(s, 10.1.0.1:5000)
log s.state, s.local
log s
closesocket(s)
log s.state`;
		assert.deepEqual(logged(statements), ['created NULL NULL NULL', 'bound 10.1.0.1:5000', 'socket 100', 'closed']);
	});

	it('give the error of a tried call as a value', () => {
		assert.deepEqual(
			logged(
				'let s = socket()\nlet error = try listen(s, 1)\nlog error\nlog try bind(s, 10.1.0.1:5000)\nclosesocket(s)',
			),
			['WSAEINVAL', '0'],
		);
		assert.deepEqual(
			logged(
				'let s = socket()\nif try listen(s, 1) == WSAEINVAL { log "not bound" }\nlog WSAGetLastError()\nclosesocket(s)',
			),
			['not bound', 'WSAEINVAL'],
		);
	});

	it('tell the virtual time', () => {
		assert.deepEqual(logged('log now()\nsleep 3ms\nlog now()\nexpect now() == 3ms'), ['0', '3000000']);
	});

	it('choose by the seed', () => {
		const draw = (seed: number): readonly string[] => runStatements('repeat 8 { log random(1000) }', '', { seed }).logs;
		assert.deepEqual(draw(4), draw(4));
		assert.notDeepEqual(draw(4), draw(5));
		assert.ok(draw(4).every((text) => Number(text) >= 0 && Number(text) < 1000));
	});

	it('fail where a value has the wrong kind, with its place', () => {
		const fails = (statements: string): string => runStatements(statements).failures.join();
		assert.equal(fails('let zero = 0\nlog 1 / zero'), 'line 3: division by zero');
		assert.equal(fails('let zero = 0\nlog 1 % zero'), 'line 3: division by zero');
		assert.equal(fails('let items = [1, 2]\nlog items[2]'), 'line 3: there is no element 2; the length is 2');
	});

	it('fail where a number is too large for what it stands for, with its place', () => {
		const fails = (statements: string): string => runStatements(statements).failures.join();
		for (const port of [65_536, -1]) {
			assert.equal(fails(`log address(10.1.0.2, ${port})`), `line 2: ${port} is no port; ports are 0 to 65535`);
		}
		assert.equal(fails('expect address(10.1.0.2, 65535) == 10.1.0.2:65535'), '');
		assert.equal(fails('log bytes("x", 256)'), 'line 2: 256 is no byte; bytes are 0 to 255');
		assert.equal(fails('log fill(3, -1)'), 'line 2: -1 is no byte; bytes are 0 to 255');
		assert.equal(fails('expect bytes(255, 0).length == 2'), '');
		const most = Number.MAX_SAFE_INTEGER;
		for (const sum of [`${most} + 1`, `-${most} - 1`, `${most} * 2`]) {
			assert.match(
				fails(`let n = ${sum}\nlog n`),
				/^line 2: -?\d+ is too large; the largest number is 9007199254740991$/,
			);
		}
		assert.equal(fails(`let n = ${most} - 1\nn += 1\nexpect n == ${most}`), '');
	});
});
