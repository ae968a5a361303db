// A reader's desk: leadpush on the PATH as npm link puts it there, an empty home, and the sandbox in a second process,
// which takes the place of the accounts that README and docs speak of.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, Desk, ROOT, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';

/** A fenced block: its language, and the words behind it. */
export interface Block {
  readonly page: string;
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
}

export function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```(\w*)([^\n]*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', words = '', body = '']) => ({
      page,
      language,
      words: words.trim().split(' '),
      text: body,
    }),
  );
}

/** The block of a page that carries this word. */
export function blockOf(page: string, word: string): string {
  const found = blocksOf(page).find(({ language, words }) => language === word || words.includes(word));
  if (found === undefined) throw new Error(`${page} has no block "${word}"`);
  return found.text;
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Scene {
  readonly desk: Desk;
  readonly sandbox: SandboxProcess;
  /** The folder that leadpush lies in. */
  readonly bin: string;
  /** A configuration with the targets `greens-staging` and `crm`. */
  readonly account: string;
  /** Runs a line as a shell of the reader would. @param cwd the desk's folder where it is not given */
  readonly sh: (line: string, env?: Readonly<Record<string, string>>, cwd?: string) => Ran;
  readonly close: () => Promise<void>;
}

export async function openScene(): Promise<Scene> {
  const desk = new Desk();
  const sandbox = await startSandbox(desk, ['--strict']);
  const bin = join(desk.home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'leadpush'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  chmodSync(join(bin, 'leadpush'), 0o755);
  const account = desk.write(
    'account.yaml',
    sandbox.config
      .replace(/^ {2}a:/m, '  greens-staging:\n    testPhone: "+91 99887 76655"')
      .replace(/^ {2}p:/m, '  crm:'),
  );
  return {
    desk,
    sandbox,
    bin,
    account,
    sh: (line, env = {}, cwd = desk.folder) =>
      spawnSync('bash', ['-c', line], {
        cwd,
        env: desk.env({ PATH: `${bin}:${process.env['PATH'] ?? ''}`, ...env }),
        encoding: 'utf8',
      }),
    close: async () => {
      await sandbox.close();
      desk.remove();
    },
  };
}
