// The built program as a user runs it: a process of its own, an empty HOME, a folder to work in, and the sandbox in a
// second process.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

export const ROOT = join(import.meta.dirname, '../..');
export const BIN = join(ROOT, 'bin/leadpush.js');

/**
 * What sets this process's clock, where it is set (`faketime -f '+400d' npx vitest …`): a child whose environment a test
 * makes itself needs it to have the same time.
 */
export const CLOCK: Readonly<Record<string, string>> =
  process.env['FAKETIME'] === undefined
    ? {}
    : Object.fromEntries(
        Object.entries(process.env).flatMap(([name, value = '']) =>
          /^(?:LD_PRELOAD|FAKETIME\w*)$/.test(name) ? [[name, value]] : [],
        ),
      );

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status; null where a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Call {
  /** Added to an environment that holds PATH, HOME and nothing else of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  readonly cwd?: string;
}

/** A folder to work in and an empty home, both gone after `remove`. */
export class Desk {
  readonly folder: string;
  readonly home: string;
  readonly #root: string;

  constructor() {
    this.#root = mkdtempSync(join(tmpdir(), 'leadpush-cli-'));
    this.folder = join(this.#root, 'work');
    this.home = join(this.#root, 'home');
    mkdirSync(this.folder);
    mkdirSync(this.home);
  }

  /** Writes a file into the folder. @returns its path */
  write(name: string, content: string | Buffer): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    // For this user only, as a configuration that holds a key should be.
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  /** Starts `leadpush …` and gives the process. */
  start(args: readonly string[], call: Call = {}): ChildProcess {
    return spawn(process.execPath, [BIN, ...args], {
      cwd: call.cwd ?? this.folder,
      env: this.env(call.env),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  /** Runs `leadpush …` to its end. stdin is empty where no input is given. */
  async run(args: readonly string[], call: Call = {}): Promise<Ended> {
    const child = this.start(args, call);
    child.stdin?.on('error', () => {});
    child.stdin?.end(call.input ?? '');
    return ended(child);
  }

  /** Runs a printed command in a shell, as a person would paste it. */
  async paste(command: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const bin = join(this.#root, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'leadpush'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`, {
      mode: 0o755,
    });
    const { PATH = '' } = process.env;
    const child = spawn('sh', ['-c', command], {
      cwd: this.folder,
      env: this.env({ PATH: `${bin}:${PATH}`, ...env }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return ended(child);
  }

  env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { ...CLOCK, PATH: process.env['PATH'] ?? '', HOME: this.home, TZ: 'UTC', ...more };
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

/** Waits for a process's end, with all that it printed from now on. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  const [status, signal]: [number | null, NodeJS.Signals | null] = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, by) => resolve([code, by]));
  });
  return {
    stdout: Buffer.concat(stdout).toString('utf8'),
    stderr: Buffer.concat(stderr).toString('utf8'),
    status,
    signal,
  };
}

/** One JSON line of `--json`, loosely typed for tests. */
export type Line = Readonly<Record<string, unknown>>;

/** NDJSON as objects. */
export function linesOf(text: string): readonly Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line));
}

export interface SandboxProcess {
  readonly url: string;
  readonly anarock: { readonly channel: string; readonly key: string };
  readonly paramantra: { readonly apiKey: string; readonly appName: string };
  /** What it holds, as it lists it itself. */
  readonly leads: () => Promise<readonly Line[]>;
  /** A configuration with the targets `a` (Anarock) and `p` (Paramantra), YAML. */
  readonly config: string;
  readonly close: () => Promise<void>;
}

/** Starts `leadpush sandbox --json …` in a process of its own. */
export async function startSandbox(desk: Desk, args: readonly string[] = []): Promise<SandboxProcess> {
  const child = desk.start(['sandbox', '--json', ...args]);
  const { stdout } = child;
  if (stdout === null) throw new Error('the sandbox has no stdout');
  const [line]: string[] = await Promise.race([
    once(createInterface({ input: stdout }), 'line'),
    once(child, 'exit').then(([status]) => {
      throw new Error(`the sandbox ended with ${status}`);
    }),
  ]);
  const { url, anarock, paramantra }: Pick<SandboxProcess, 'url' | 'anarock' | 'paramantra'> = JSON.parse(
    line ?? '',
  );
  return {
    url,
    anarock,
    paramantra,
    config: configFor({ url, anarock, paramantra }),
    leads: async () => {
      const answer = await fetch(`${url}/__sandbox/leads`);
      const leads: readonly Line[] = JSON.parse(await answer.text());
      return leads;
    },
    close: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function configFor(sandbox: Pick<SandboxProcess, 'url' | 'anarock' | 'paramantra'>): string {
  const { url, anarock, paramantra } = sandbox;
  return `targets:
  a:
    provider: anarock
    baseUrl: ${url}
    channel: ${anarock.channel}
    key: \${A_KEY:-${anarock.key}}
    defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 }
  p:
    provider: paramantra
    baseUrl: ${url}
    apiKey: \${P_KEY:-${paramantra.apiKey}}
    appName: ${paramantra.appName}
    defaults: { channelId: Sandbox, subject: Leads From API, repId: sandbox }
`;
}
