import assert from 'node:assert/strict';
import { textDrawing } from '../../server/sequence/drawing';
import { plainMermaid } from '../../server/sequence/plainMermaid';
import { Scratch, samples } from './commandLine';

describe('sanflow diagram', () => {
	let scratch: Scratch;
	let mermaid: string;
	before(() => {
		scratch = new Scratch(samples);
		mermaid = scratch.run('diagram', 'good.sanflow', '--format', 'mermaid').out;
	});
	after(() => scratch.dispose());

	const calls = (text: string): number => text.match(/^p\d+(?:-->>|->>|--x|-\))/gm)?.length ?? 0;

	it('prints Mermaid text by default', () => {
		const { status, out } = scratch.run('diagram', 'good.sanflow');
		assert.equal(status, 0);
		assert.equal(out, mermaid);
		assert.match(out, /^sequenceDiagram\nbox transparent alice\n/);
		assert.match(out, /^Note over p0,p\d: Session negotiation$/m);
		assert.match(out, /: WSPConnect\(10\.1\.0\.2:7000\)$/m);
	});

	it('draws the same messages as SVG, without anything from the network', () => {
		const { status, out } = scratch.run('diagram', 'good.sanflow', '--format', 'svg');
		assert.equal(status, 0);
		assert.match(out, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
		assert.equal(out.match(/class="message"/g)?.length, calls(mermaid));
		assert.deepEqual(out.match(/https?:\/\/[^"')\s]+/g), ['http://www.w3.org/2000/svg']);
		assert.ok(out.includes('>Session negotiation<') && !out.includes('rgba('));
	});

	it('draws the same messages with characters', () => {
		const { status, out } = scratch.run('diagram', 'good.sanflow', '--format', 'ascii');
		assert.equal(status, 0);
		assert.equal(out.match(/[◀▶◁▷]/g)?.length, calls(mermaid));
		assert.ok(out.includes('│ alice.client │') && out.includes('│ bob.switch │'));
		assert.ok(out.includes('┌ Session negotiation ─'));
		assert.doesNotMatch(out, / $/m);
	});

	it('takes another scenario, lens and length', () => {
		assert.match(scratch.run('diagram', 'good.sanflow', '--scenario', 'nobody listens').out, /WSAECONNRESET/);
		const wire = scratch.run('diagram', 'good.sanflow', '--lens', 'wire').out;
		assert.match(wire, /as ib0\.nic$/m);
		assert.ok(calls(scratch.run('diagram', 'good.sanflow', '--rows', '10').out) <= 10);
	});

	it('draws a failed run too, tells the failure apart, and ends with 1', () => {
		const { status, out, err } = scratch.run('diagram', 'failing.sanflow');
		assert.equal(status, 1);
		assert.match(out, /^sequenceDiagram\n/);
		assert.match(err, /^failing\.sanflow:17:5: expected s\.provider/m);
	});

	it('names the phases in Chinese', () => {
		assert.match(scratch.run('diagram', 'good.sanflow', '--locale', 'zh').out, /: 会话协商$/m);
		const drawn = scratch.run('diagram', 'good.sanflow', '--locale', 'zh', '--format', 'ascii').out;
		assert.match(drawn, /┌ 会话协商 ─/);
	});
});

describe('text for the drawing without a DOM', () => {
	const drawing = `sequenceDiagram
box transparent alice
participant p0 as client
participant p1 as switch
end
Note over p0,p1: Initialization: 3 messages
rect rgba(1, 2, 3, 0.1)
Note over p0,p1: Setup
p0->>p1: send(#34;a#35;b#34;)
activate p1
p1->>p0: callback
activate p0
deactivate p0
p1--xp0: WSAEFAULT
deactivate p1
Note over p1: a #60;br#62; b
end
`;

	it('says hosts, phases, failures and activations in its own way', () => {
		const { text, titles } = plainMermaid(drawing);
		assert.deepEqual(titles, ['Initialization: 3 messages · Setup']);
		assert.equal(
			text,
			`sequenceDiagram
participant p0 as alice.client
participant p1 as alice.switch
rect Initialization: 3 messages · Setup
p0->>+p1: send("a#b")
p1->>p0: callback
p1-->>-p0: ✗ WSAEFAULT
Note over p1: a ‹br> b
end
`,
		);
	});

	it('keeps its frame when a title has wide characters', () => {
		const lines = textDrawing(drawing.replace(/^Note.*messages\n/m, '').replace('Setup', '建立连接')).split('\n');
		const head = lines.find((line) => line.includes('建立连接')) ?? '';
		const foot = lines.find((line) => /^\s*└─+┘$/.test(line)) ?? '';
		const cells = (text: string): number => [...text].reduce((sum, c) => sum + (/[\u2e80-\u9fff]/.test(c) ? 2 : 1), 0);
		assert.equal(cells(head), cells(foot));
	});
});
