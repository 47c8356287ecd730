/** The real command line, as a user has it: the built bundle in a process of its own, in a scratch folder. */
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const bundle = path.resolve(process.env.SANFLOW_CLI ?? 'dist/cli.js');

export interface Result {
	/** Exit status, or the signal that ended the process. */
	readonly status: number | string | null;
	readonly out: string;
	readonly err: string;
}

const neutral = { LC_ALL: '', LC_MESSAGES: '', LANG: 'C', NO_COLOR: '' };

/** A folder with files in which commands run. */
export class Scratch {
	readonly folder: string;

	constructor(files: Readonly<Record<string, string>>) {
		assert.ok(existsSync(bundle), `${bundle} is missing: npm run build`);
		this.folder = mkdtempSync(path.join(os.tmpdir(), 'sanflow-cli-'));
		for (const [name, text] of Object.entries(files)) {
			mkdirSync(path.dirname(this.path(name)), { recursive: true });
			writeFileSync(this.path(name), text);
		}
	}

	path(name: string): string {
		return path.join(this.folder, name);
	}

	read(name: string): string {
		return readFileSync(this.path(name), 'utf8');
	}

	run(...args: readonly string[]): Result {
		return this.runWith({}, ...args);
	}

	runWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): Result {
		const { status, signal, stdout, stderr } = spawnSync(process.execPath, [bundle, ...args], {
			cwd: this.folder,
			env: { ...process.env, ...neutral, ...env },
			encoding: 'utf8',
			maxBuffer: 1 << 28,
			timeout: 60_000,
		});
		return { status: status ?? signal, out: stdout, err: stderr };
	}

	/** Runs commands side by side; none of them may write what another reads. */
	runTogether(commands: readonly (readonly string[])[]): Promise<readonly Result[]> {
		return Promise.all(commands.map((args) => resultOf(this.start(...args))));
	}

	/** Starts a command and leaves it running. */
	start(...args: readonly string[]) {
		return spawn(process.execPath, [bundle, ...args], {
			cwd: this.folder,
			env: { ...process.env, ...neutral },
			stdio: ['pipe', 'pipe', 'pipe'],
		});
	}

	dispose(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}

function resultOf(child: ChildProcessWithoutNullStreams): Promise<Result> {
	let out = '';
	let err = '';
	child.stdin.end();
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		out += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		err += text;
	});
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code, signal) => resolve({ status: code ?? signal, out, err }));
	});
}

/** What no user should ever see. */
export function assertNoStack(text: string): void {
	assert.doesNotMatch(text, /^\s+at .*[:(]/m);
	assert.doesNotMatch(text, /node:internal|cli\.js:\d+/);
}

const topology = `san fabric 10.1.0.0/16 { latency 5us }
host alice { nic ib0 on fabric at 10.1.0.1 }
host bob { nic ib0 on fabric at 10.1.0.2 }
`;

const server = `  thread bob.server {
    let listener = socket()
    bind(listener, 10.1.0.2:7000)
    listen(listener, 4)
    let peer = accept(listener)
    closesocket(peer)
  }
`;

/** Scenario files that many tests use. */
export const samples = {
	'good.sanflow': `${topology}
scenario "connect" {
${server}
  thread alice.client {
    let s = socket()
    connect(s, 10.1.0.2:7000)
    expect s.provider == "ib0"
    closesocket(s)
  }
}

scenario "nobody listens" {
  thread alice.client {
    let s = socket()
    connect(s, 10.1.0.2:9) -> WSAECONNRESET
  }
}
`,
	'failing.sanflow': `${topology}
scenario "wrong expectation" {
${server}
  thread alice.client {
    let s = socket()
    connect(s, 10.1.0.2:7000)
    expect s.provider == "tcpip"
  }
}

scenario "unexpected failure # 1" {
  thread alice.client {
    let s = socket()
    connect(s, 10.1.0.2:9)
  }
}

scenario "passes <&> \\"quoted\\"" {
  thread alice.client {
    let s = socket()
    closesocket(s)
  }
}
`,
	'errors.sanflow': `${topology}
scenario "errors" {
  thread alise.client {
    let s = socket()
  }
}
`,
	'empty.sanflow': topology,
	'endless.sanflow': `${topology}
scenario "by records" {
  recordLimit 2000
  thread alice.client {
    let n = 0
    while true {
      n = n + 1
    }
  }
}

scenario "deadlock" {
  thread alice.client {
    let s = socket()
    bind(s, 10.1.0.1:7000)
    listen(s, 1)
    accept(s)
  }
}

scenario "spin" {
  thread alice.client {
    while true { }
  }
}
`,
} as const;
