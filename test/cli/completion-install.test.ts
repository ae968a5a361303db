// `leadpush completion install`: says what it writes and where, asks, and never writes twice.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InstallOptions, installCompletion } from '../../src/cli/actions/completion-install.ts';
import { Screen } from '../../src/output/screen.ts';
import { systemClock } from '../../src/util/clock.ts';
import { drained } from '../drained.ts';
import { BIN, Desk } from './leadpush.ts';

const FILES = {
  bash: process.platform === 'darwin' ? '.bash_profile' : '.bashrc',
  zsh: '.zshrc',
  fish: '.config/fish/completions/leadpush.fish',
} as const;
const SHELLS = ['bash', 'zsh', 'fish'] as const;

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

const file = (shell: keyof typeof FILES) => join(desk.home, FILES[shell]);
const put = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

/** On a terminal, where a person types. */
async function typed(answer: string, options: Partial<InstallOptions> = {}) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const [stdout, stderr] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY: true })];
  stdin.end(answer);
  const env = { HOME: desk.home, SHELL: '/bin/bash' };
  const status = await installCompletion(
    { shell: 'bash', print: false, yes: false, ...options },
    {
      env,
      cwd: desk.folder,
      stdin,
      stdout: new Screen(stdout),
      stderr: new Screen(stderr),
      clock: systemClock,
    },
  );
  return { status, stdout: drained(stdout), stderr: drained(stderr) };
}

describe.each(SHELLS)('%s', (shell) => {
  const install = (...more: readonly string[]) => desk.run(['completion', 'install', shell, ...more]);

  it('is written once, and what was there stays', async () => {
    if (shell !== 'fish') put(file(shell), 'alias ll="ls -l"');
    const first = await install('--yes');
    expect(first.status).toBe(0);
    expect(first.stdout).toContain(file(shell));
    const written = readFileSync(file(shell), 'utf8');
    expect(written).toContain(shell === 'fish' ? 'complete -c leadpush' : `leadpush completion ${shell}`);
    if (shell !== 'fish') expect(written).toMatch(/^alias ll="ls -l"\n\n# >>> leadpush/);
    const second = await install('--yes');
    expect(second).toMatchObject({ status: 0, stderr: '' });
    expect(second.stdout).toMatch(/already; nothing was written/);
    expect(readFileSync(file(shell), 'utf8')).toBe(written);
  });

  it.skipIf(process.platform === 'win32')('nobody else may write to it, whatever the umask is', () => {
    const leadpush = `"${process.execPath}" "${BIN}" completion install ${shell} --yes`;
    const ran = spawnSync('sh', ['-c', `umask 000; ${leadpush}`], { env: desk.env(), cwd: desk.folder });
    expect(ran.status).toBe(0);
    for (const path of [file(shell), ...(shell === 'fish' ? [dirname(file(shell))] : [])])
      expect(statSync(path).mode & 0o022).toBe(0);
  });

  it('without a terminal and without --yes nothing is written', async () => {
    const { status, stderr } = await install();
    expect(status).toBe(2);
    expect(stderr).toMatch(/was not changed: nobody can be asked here\.\nAdd --yes/);
    expect(existsSync(file(shell))).toBe(false);
  });

  it('--print writes nothing', async () => {
    const { status, stdout, stderr } = await install('--print', '--yes');
    expect([status, stderr]).toEqual([0, `For ${file(shell)}:\n`]);
    expect(stdout).toContain(shell === 'fish' ? 'complete -c leadpush' : '# >>> leadpush completion >>>');
    expect(existsSync(file(shell))).toBe(false);
  });

  it('what it writes is read by the shell', async ({ skip }) => {
    skip(spawnSync(shell, ['--version']).error !== undefined, `${shell} is not installed`);
    await install('--yes');
    const { status, stderr } = spawnSync(shell, ['-n', file(shell)], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('on a terminal', () => {
  it.each([
    ['yes\n', 0, true],
    ['y\n', 0, true],
    ['\n', 2, false],
    ['no\n', 2, false],
    ['', 2, false],
  ])('the answer %j', async (answer, status, written) => {
    const ran = await typed(answer);
    expect(ran.status).toBe(status);
    expect(ran.stderr).toContain(`It would add to ${file('bash')}:\n\n# >>> leadpush completion >>>\n`);
    expect(existsSync(file('bash'))).toBe(written);
    if (!written) expect(ran.stderr).toContain('Nothing was written.');
  });
});

describe('a file that is there', () => {
  const line = (shell: string) =>
    `command -v leadpush >/dev/null 2>&1 && eval "$(command leadpush completion ${shell})"`;

  it.each<[string, string, string | RegExp]>([
    [
      'a block of another release is replaced',
      'a\n# >>> leadpush completion >>>\nold\n# <<< leadpush completion <<<\nb\n',
      `a\n# >>> leadpush completion >>>\n${line('bash')}\n# <<< leadpush completion <<<\nb\n`,
    ],
    [
      'what somebody wrote by hand stays alone',
      'source <(leadpush completion bash)\n',
      'source <(leadpush completion bash)\n',
    ],
    [
      'a comment is not that',
      '# source <(leadpush completion bash)\n',
      /completion bash\)\n\n# >>> leadpush/,
    ],
    ['an empty file', '', /^\n?# >>> leadpush/],
  ])('%s', async (_, before, after) => {
    put(file('bash'), before);
    expect((await desk.run(['completion', 'install', 'bash', '--yes'])).status).toBe(0);
    const text = readFileSync(file('bash'), 'utf8');
    if (typeof after === 'string') expect(text).toBe(after);
    else expect(text).toMatch(after);
  });

  it('a link stays a link', async () => {
    put(join(desk.home, 'dotfiles/bashrc'), 'a\n');
    symlinkSync(join(desk.home, 'dotfiles/bashrc'), file('bash'));
    await desk.run(['completion', 'install', 'bash', '--yes']);
    expect(readFileSync(join(desk.home, 'dotfiles/bashrc'), 'utf8')).toMatch(/^a\n\n# >>>/);
  });

  it.each<[string, () => void, readonly string[], Readonly<Record<string, string>>, RegExp]>([
    [
      "somebody else's script of fish",
      () => put(file('fish'), 'complete -c leadpush -f\n'),
      ['fish'],
      {},
      /was not written by leadpush/,
    ],
    ['a folder', () => mkdirSync(file('zsh')), ['zsh'], {}, /is not a regular file/],
    ['no shell', () => {}, [], {}, /Name one: leadpush completion install bash/],
    ['a shell that is not known', () => {}, [], { SHELL: '/bin/tcsh' }, /no completion for the shell "tcsh"/],
  ])('refuses %s', async (_, before, args, env, expected) => {
    before();
    const { status, stderr } = await desk.run(['completion', 'install', ...args, '--yes'], { env });
    expect(status).toBe(2);
    expect(stderr).toMatch(expected);
  });

  it('the shell of SHELL is meant', async () => {
    await desk.run(['completion', 'install', '--yes'], { env: { SHELL: '/usr/bin/zsh' } });
    expect(existsSync(file('zsh'))).toBe(true);
  });
});
