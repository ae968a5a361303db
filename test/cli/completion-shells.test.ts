// A TAB in real shells on a real terminal (tmux): names of files and targets that a stranger chose are put on the line
// quoted, or not at all, and nothing in them runs, neither at the TAB nor at Enter.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BIN, Desk } from './leadpush.ts';

const has = (program: string, flag: string) => spawnSync(program, [flag]).error === undefined;
const required = process.env['LEADPUSH_REQUIRE_BROWSER'] !== undefined;

/** Each starts with a letter of its own. */
const QUOTED = [
  'a$(touch pwned-a).csv',
  'b`touch pwned-b`.csv',
  'c;touch pwned-c;.csv',
  "d'touch pwned-d'.csv",
  'e"x".csv',
  'f g  h.csv',
  'h*.csv',
  'i{x,y}.csv',
  'j&touch pwned-j&.csv',
  'k|touch pwned-k|.csv',
  'l$HOME.csv',
  'm!x.csv',
  'n #x.csv',
  'o\\x.csv',
  'p<q>r.csv',
  'q[z].csv',
  'r?.csv',
  's(x).csv',
  't~.csv',
  'u^v=w:x.csv',
  'ürajेश.csv',
  'x/y$(touch pwned-y).csv',
  // A folder: a TAB for it, and one for what is in it.
  'A$(touch pwned-dir); B/in`touch pwned-in`.csv',
];
/** Not offered, nor drawn: typed as far as the first letters, they stay that. */
const LEFT_OUT = ['v\n;touch pwned-v;.csv', 'w\u001b[2Jx.csv', '-x.csv', '~x.csv', '=x.csv', 'z\u202ex.csv'];

/** What is typed before a TAB and Enter, and the words that leadpush then gets. */
const CASES: readonly (readonly [string, readonly string[]])[] = [
  ...QUOTED.map((name): [string, string[]] => [
    `send ${name.startsWith('A') ? 'A\t' : name.startsWith('x') ? 'x/y' : name.slice(0, 1)}`,
    ['send', name],
  ]),
  ['send "a', ['send', 'a$(touch pwned-a).csv']],
  ["send 'b", ['send', 'b`touch pwned-b`.csv']],
  ['send f\\ ', ['send', 'f g  h.csv']],
  ['send v', ['send', 'v']],
  ['send w', ['send', 'w']],
  ['send z', ['send', 'z']],
  ['send --config a', ['send', '--config', 'a$(touch pwned-a).csv']],
  ['send --to gre', ['send', '--to', 'greens']],
  ['send --to=gre', ['send', '--to=greens']],
  ['send --to sandbox-anarock,gre', ['send', '--to', 'sandbox-anarock,greens']],
  // The stranger's target is not offered.
  ['send --to evil', ['send', '--to', 'evil']],
  // A TAB for the column, and one for the field.
  ['check 9.csv --column Mob\tpho', ['check', '9.csv', '--column', 'Mobile No.=phone']],
  ['check 9.csv --column A\tcit', ['check', '9.csv', '--column', 'A$(touch pwned-h)=city']],
  ['check 9.csv --column B\tcit', ['check', '9.csv', '--column', 'B;touch pwned-i;=city']],
  ['check 9.csv --column C\tcit', ['check', '9.csv', '--column', 'C`touch pwned-j`=city']],
  ['check 9.csv --column "Mob\tpho', ['check', '9.csv', '--column', 'Mobile No.=phone']],
  ['send --set loca\tPune', ['send', '--set', 'locality=Pune']],
  ['explain PHONE_SCI', ['explain', 'PHONE_SCIENTIFIC']],
  ['lookup --pho', ['lookup', '--phone']],
  ['smo', ['smoke']],
  ['check --rej', ['check', '--rej']],
  ['send --rej', ['send', '--rejects']],
];

const TABLE = 'Mobile No.,A$(touch pwned-h),B;touch pwned-i;,C`touch pwned-j`\n9876543210,a,b,c\n';

const CONFIG = `targets:
  greens: { provider: anarock, channel: c, key: k }
  "evil$(touch pwned-t)": { provider: anarock, channel: c, key: k }
  "evil;touch pwned-u;": { provider: anarock, channel: c, key: k }
  "evil\`touch pwned-w\`": { provider: anarock, channel: c, key: k }
columns: { "$(touch pwned-c)": phone }
`;

let desk: Desk;
let socket = '';
let bin = '';
let record = '';

const tmux = (...args: readonly string[]) =>
  spawnSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], {
    encoding: 'utf8',
    env: desk.env({ LANG: 'C.UTF-8' }),
  });
const screen = () => tmux('capture-pane', '-p', '-t', 'main').stdout;

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + 12_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`${what}\n${screen()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

beforeEach(() => {
  desk = new Desk();
  socket = `leadpush-tab-${process.pid}-${Date.now()}`;
  desk.write('.leadpushrc', CONFIG);
  desk.write('9.csv', TABLE);
  for (const name of [...QUOTED, ...LEFT_OUT]) desk.write(name, '');
  bin = join(desk.home, 'bin');
  record = join(desk.home, 'record');
  mkdirSync(bin);
  // The real one answers TABs; what would be run is written down.
  writeFileSync(
    join(bin, 'leadpush'),
    `#!/bin/sh
case "$1" in
  complete | completion) exec '${process.execPath}' '${BIN}' "$@" ;;
esac
for word; do printf '%s\\0' "$word"; done > '${record}.new' && mv '${record}.new' '${record}'
`,
  );
  chmodSync(join(bin, 'leadpush'), 0o755);
});
afterEach(() => {
  tmux('kill-server');
  desk.remove();
});

async function open(command: string, setup: string): Promise<void> {
  const start = join(desk.home, 'start');
  writeFileSync(start, `${setup}\n`);
  writeFileSync(join(desk.home, '.zshrc'), `${setup}\n`);
  tmux(
    'new-session',
    '-d',
    '-s',
    'main',
    '-x',
    '160',
    '-y',
    '50',
    '-c',
    desk.folder,
    `env PATH='${bin}:${process.env['PATH'] ?? ''}' ${command.replace('START', start)}`,
  );
  await until('the shell does not start', () => /ready>/.test(screen()));
}

/** Types, presses TAB and Enter. @returns the words that leadpush was called with */
async function tab(typed: string): Promise<readonly string[]> {
  rmSync(record, { force: true });
  for (const part of `leadpush ${typed}`.split('\t')) {
    tmux('send-keys', '-t', 'main', '-l', part);
    tmux('send-keys', '-t', 'main', 'Tab');
  }
  tmux('send-keys', '-t', 'main', 'Enter');
  await until(`nothing ran for: ${typed}`, () => existsSync(record));
  return readFileSync(record, 'utf8').split('\0').slice(0, -1);
}

const BASH = "PS1='ready> '\nunset HISTFILE\nset -u\nsource <(leadpush completion bash)";
const ZSH = "PROMPT='ready> '\nsource <(leadpush completion zsh)";
const FISH =
  "function fish_prompt; echo 'ready> '; end\nset -g fish_autosuggestion_enabled 0\nleadpush completion fish | source";

/** Shell, what is special about it, how it is started, and what it reads first. */
const SHELLS: readonly (readonly [string, string, string, string])[] = [
  ['bash', '', 'bash --noprofile --rcfile START -i', BASH],
  [
    'bash',
    'of macOS, which has no compopt',
    'bash --noprofile --rcfile START -i',
    `enable -n compopt\n${BASH}`,
  ],
  ['zsh', 'with compinit', 'zsh -d -i', `autoload -Uz compinit && compinit -D\n${ZSH}`],
  ['zsh', 'without compinit', 'zsh -d -i', ZSH],
  ['fish', '', "fish --no-config -i -C 'source START'", FISH],
];

describe.each(SHELLS)('%s %s', (shell, kind, command, setup) => {
  it.skipIf((!has('tmux', '-V') || !has(shell, '--version')) && !required)(
    'names are quoted or left out, and run nothing',
    async () => {
      await open(command, setup);
      // It does not say that a quote is open.
      const beyond = kind.includes('macOS') ? /["']/ : null;
      const cases = CASES.filter(
        ([typed]) =>
          (beyond === null || !beyond.test(typed)) && !(shell === 'bash' && typed.includes('--column "')),
      );
      const got: (readonly [string, readonly string[]])[] = [];
      for (const [typed] of cases) got.push([typed, await tab(typed)]);
      expect(got).toEqual(cases);
      // What is typed is not evaluated at the TAB either (zsh itself expands the word at the cursor, for any command); the line is given up, and the next one shows that it is over.
      const inside = [
        'send $(touch pwned-x1) a',
        'send `touch pwned-x2` a',
        'send --config (touch pwned-x3) b',
      ];
      const atCursor = shell === 'zsh' ? [] : ['send "$(touch pwned-x4)', 'send `touch pwned-x5`'];
      for (const typed of [...inside, ...atCursor]) {
        tmux('send-keys', '-t', 'main', '-l', `leadpush ${typed}`);
        tmux('send-keys', '-t', 'main', 'Tab');
        tmux('send-keys', '-t', 'main', 'C-u');
        expect([typed, await tab('smo')]).toEqual([typed, ['smoke']]);
      }
      // All that there is, drawn: two TABs, and the line is given up.
      tmux('send-keys', '-t', 'main', '-l', 'leadpush send --config ');
      tmux('send-keys', '-t', 'main', 'Tab');
      tmux('send-keys', '-t', 'main', 'Tab');
      await until('no list', () => screen().includes('pwned-k'));
      expect(screen()).not.toMatch(/\u001b|\u202e/);
      expect(readdirSync(desk.folder).filter((file) => file.startsWith('pwned'))).toEqual([]);
    },
    120_000,
  );
});
