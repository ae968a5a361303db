// README, docs and --help say the same. UPDATE_DOCS=1 writes what is generated anew.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/commands/context.ts';
import { systemClock } from '../../src/delivery/clock.ts';
import { buildProgram } from '../../src/program.ts';
import { ROOT } from '../cli/leadpush.ts';
import { codesText, commandsText, examplesOf, faultsText, fieldsText, settingsText } from './generated.ts';

const context: Context = {
  env: {},
  cwd: ROOT,
  stdin: process.stdin,
  stdout: Object.assign(new PassThrough(), { columns: 300 }),
  stderr: new PassThrough(),
  clock: systemClock,
};
const program = buildProgram(context, () => {});
const update = process.env['UPDATE_DOCS'] !== undefined;

const PARTS: Readonly<Record<string, () => string>> = {
  settings: settingsText,
  commands: () => commandsText(program),
  fields: fieldsText,
  faults: faultsText,
};

function regenerated(text: string): string {
  return text.replace(/<!-- generated: (\w+) -->[\s\S]*?<!-- end -->/g, (_, name: string) => {
    const make = PARTS[name];
    if (make === undefined) throw new Error(`README: nothing generates "${name}"`);
    return `<!-- generated: ${name} -->\n${make()}\n<!-- end -->`;
  });
}

it.each<[string, (text: string) => string]>([
  ['README.md', regenerated],
  ['docs/codes.md', codesText],
])('%s is what the program says', (name, make) => {
  const path = join(ROOT, name);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (update) writeFileSync(path, make(text));
  else expect(text).toBe(make(text));
});

it('generates every part', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  for (const name of Object.keys(PARTS)) expect(readme).toContain(`<!-- generated: ${name} -->`);
});

it('every link leads somewhere', () => {
  for (const name of [
    'README.md',
    'ARCHITECTURE.md',
    'docs/marketing.md',
    'docs/cron.md',
    'docs/benchmarks.md',
  ]) {
    const text = readFileSync(join(ROOT, name), 'utf8');
    for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)) {
      expect({ name, link, there: existsSync(join(ROOT, name, '..', link)) }).toEqual({
        name,
        link,
        there: true,
      });
    }
  }
});

describe.each(
  program.commands
    .filter((command) => command.name() !== 'help')
    .map((command) => [command.name(), command] as const),
)('help of %s', (_, command) => {
  it('has a sentence for the command and for each option', () => {
    expect(command.description()).toMatch(/^[A-Z].{10,}[.]$/);
    for (const { flags, description } of command.options) {
      expect({ flags, description }).toEqual({ flags, description: expect.stringMatching(/\S.{8,}/) });
    }
  });

  it('has an example', () => {
    expect(examplesOf(command).length).toBeGreaterThan(0);
  });
});
