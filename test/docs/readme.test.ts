// README, docs and --help say the same. UPDATE_DOCS=1 writes what is generated anew.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkShape } from '../../src/config/schema.ts';
import { COMMON_KEYS } from '../../src/config/settings.ts';
import { STATUSES } from '../../src/delivery/outcome.ts';
import { PROVIDERS } from '../../src/providers/index.ts';
import { ROOT } from '../cli/leadpush.ts';
import {
  codesText,
  commandsText,
  examplesOf,
  exampleTargetsText,
  faultsText,
  fieldsText,
  leavesOf,
  messagesText,
  providersText,
  pushOptionsText,
  settingsText,
  TOP_SETTINGS,
} from './generated.ts';
import { anchorsOf, PAGES } from './pages.ts';
import { program } from './program.ts';

const update = process.env['UPDATE_DOCS'] !== undefined;

const PARTS: Readonly<Record<string, () => string>> = {
  settings: settingsText,
  commands: () => commandsText(program),
  fields: fieldsText,
  faults: faultsText,
  messages: messagesText,
  'push-options': pushOptionsText,
  providers: providersText,
  'example-targets': exampleTargetsText,
};

function regenerated(text: string): string {
  const yaml = text.replace(/^ *# generated: ([\w-]+)\n[\s\S]*?^ *# end$/gm, (_, name: string) => {
    const make = PARTS[name];
    if (make === undefined) throw new Error(`nothing generates "${name}"`);
    return `  # generated: ${name}\n${make()}\n  # end`;
  });
  return yaml.replace(/<!-- generated: ([\w-]+) -->[\s\S]*?<!-- end -->/g, (_, name: string) => {
    const make = PARTS[name];
    if (make === undefined) throw new Error(`nothing generates "${name}"`);
    return `<!-- generated: ${name} -->\n${make()}\n<!-- end -->`;
  });
}

/** Pages with generated parts, and those that are generated whole. */
const MADE: readonly (readonly [string, (text: string) => string])[] = [...PAGES, '.leadpushrc.example'].map(
  (page) => [page, page === 'docs/codes.md' ? codesText : regenerated],
);

it.each(MADE)('%s is what the program says', (name, make) => {
  const path = join(ROOT, name);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (update) writeFileSync(path, make(text));
  else expect(text).toBe(make(text));
});

it('generates every part', () => {
  const pages = [...PAGES, '.leadpushrc.example']
    .map((name) => readFileSync(join(ROOT, name), 'utf8'))
    .join('\n');
  for (const name of Object.keys(PARTS))
    expect(pages).toMatch(new RegExp(`(<!--|#) generated: ${name}( -->)?\\n`));
});

it('has every setting of a configuration', () => {
  const [unknown] = checkShape({ nonsense: 1 }, { providers: PROVIDERS, unread: [] }, (text) => text);
  const [, known = ''] = /expected one of (.*)$/.exec(unknown?.message ?? '') ?? [];
  expect(Object.keys(TOP_SETTINGS).sort()).toEqual(known.split(', ').sort());
  for (const key of COMMON_KEYS) expect(settingsText()).toContain(`\`${key}\``);
});

it('the README is short', () => {
  const lines = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n').length - 1;
  expect(lines).toBeLessThanOrEqual(220);
});

it.each(['README.md', 'docs/behaviour.md'])('%s explains each status, in its order', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name);
  expect(rows).toEqual([...STATUSES]);
});

it('docs/behaviour.md explains each exit status that the help names', () => {
  let help = '';
  program.configureOutput({ writeOut: (text) => (help += text) });
  program.outputHelp();
  const [, listed = ''] = /Exit status: ([\s\S]*)/.exec(help) ?? [];
  const [, section = ''] =
    /^## Exit status$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(
      readFileSync(join(ROOT, 'docs/behaviour.md'), 'utf8'),
    ) ?? [];
  const statuses = listed.match(/\b(?:\d|1[234]\d)\b/g) ?? [];
  expect(statuses.length).toBeGreaterThan(7);
  for (const status of statuses) expect(section).toMatch(new RegExp(`^\\| ${status} \\|`, 'm'));
});

describe('the pictures', () => {
  it.each(['terminal.svg', 'report.png'])('%s is shown in the README, and small', (name) => {
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`](docs/pictures/${name})`);
    expect(statSync(join(ROOT, 'docs/pictures', name)).size).toBeLessThan(150 * 1024);
  });

  it('the terminal is text, and loads nothing', () => {
    const svg = readFileSync(join(ROOT, 'docs/pictures/terminal.svg'), 'utf8');
    expect(svg).toContain('leadpush send');
    expect(svg).not.toMatch(/<script|<image|href=|@import|url\(|data:/);
  });
});

describe.each(PAGES)('the links of %s', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].map(
    ([, path = '', anchor]) => [path === '' ? page : join(page, '..', path), anchor] as const,
  );

  it('lead somewhere', () => {
    const astray = links.filter(([path, anchor]) => {
      if (!existsSync(join(ROOT, path))) return true;
      return anchor !== undefined && !anchorsOf(path).includes(anchor);
    });
    expect(astray).toEqual([]);
  });

  it('names only files and folders that are there', () => {
    const named = [...text.matchAll(/`((?:src|test|fixtures|docs|\.ci)\/[\w./-]+)/g)].map(
      ([, path = '']) => path,
    );
    // What a run makes is not there before it.
    const ignored = readFileSync(join(ROOT, '.gitignore'), 'utf8').split('\n');
    const missing = named.filter(
      (path) =>
        !existsSync(join(ROOT, path)) &&
        !ignored.some((line) => line !== '' && path.endsWith(line.replace(/^\//, ''))),
    );
    expect(missing).toEqual([]);
  });

  // npm adds README and licence by itself.
  it('lead to what the package holds', () => {
    const { files }: { readonly files: readonly string[] } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    );
    const held = [...files, 'README.md', 'LICENSE'];
    expect(links.filter(([path]) => !held.some((one) => path === one || path.startsWith(`${one}/`)))).toEqual(
      [],
    );
  });
});

describe.each(leavesOf(program).map((command) => [command.name(), command] as const))(
  'help of %s',
  (_, command) => {
    it('has a sentence for the command and for each option', () => {
      expect(command.description()).toMatch(/^[A-Z].{10,}[.]$/);
      for (const { flags, description } of command.options) {
        expect({ flags, description }).toEqual({ flags, description: expect.stringMatching(/\S.{8,}/) });
      }
    });

    it('has an example', () => {
      expect(examplesOf(command).length).toBeGreaterThan(0);
    });
  },
);
