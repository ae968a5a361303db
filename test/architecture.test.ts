// Who may import whom (ARCHITECTURE.md), read from the imports themselves.
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../src');

interface Import {
  readonly file: string;
  /** A path below src/, a package, or a builtin of node. */
  readonly from: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /(?<!\.d)\.ts$/.test(name),
);

const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\('([^']+)'\)/g;

const imports: readonly Import[] = files.flatMap((file) =>
  [...readFileSync(join(SRC, file), 'utf8').matchAll(IMPORT)].map(
    ([, type, named = '', loaded = '']): Import => {
      const specifier = named || loaded;
      const from = specifier.startsWith('.')
        ? relative(SRC, join(SRC, dirname(file), specifier))
        : specifier.replace(/^(@[^/]+\/[^/]+|[^@/][^/]*)\/.*/, (whole, name: string) =>
            isBuiltin(whole) ? whole : name,
          );
      return { file, from, typeOnly: type !== undefined };
    },
  ),
);

const houseOf = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/') + 1) : path);
const packagesOf = (house: string) =>
  [
    ...new Set(
      imports
        .filter(({ file, from }) => file.startsWith(house) && !from.endsWith('.ts') && !isBuiltin(from))
        .map(({ from }) => from),
    ),
  ].sort();

/** What each folder may take from others of src/; `type` where only types. */
const SHARED = ['loopback.ts', 'nearest.ts', 'plain.ts', 'secret.ts', 'shell.ts', 'usage-error.ts'];
const MAY: Readonly<
  Record<string, { readonly values: readonly string[]; readonly types: readonly string[] }>
> = {
  'lead/': { values: [], types: [] },
  'providers/': { values: ['lead/', ...SHARED], types: [] },
  'input/': { values: ['lead/', ...SHARED], types: [] },
  'config/': { values: ['lead/', ...SHARED], types: ['providers/'] },
  'delivery/': { values: ['lead/', ...SHARED], types: ['providers/'] },
  // outcome.ts is the words that every view speaks.
  'output/': {
    values: ['lead/', 'delivery/outcome.ts', 'delivery/process-identity.ts', 'input/guard.ts', ...SHARED],
    types: ['delivery/', 'providers/', 'input/'],
  },
  // The emulator shares no code with what it is to prove.
  'sandbox/': { values: [], types: ['providers/'] },
};

it.each(Object.keys(MAY))('%s takes only what it may', (house) => {
  const { values, types } = MAY[house] ?? { values: [], types: [] };
  const wrong = imports.filter(({ file, from, typeOnly }) => {
    if (!file.startsWith(house) || !from.endsWith('.ts') || from.startsWith(house)) return false;
    const other = houseOf(from);
    return !values.includes(other) && !values.includes(from) && !(typeOnly && types.includes(other));
  });
  expect(wrong.map(({ file, from }) => `${file} -> ${from}`)).toEqual([]);
});

/** Libraries, folder by folder: what is not listed is a decision somebody has to take. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  'lead/': ['libphonenumber-js'],
  'providers/': ['lossless-json'],
  'input/': ['csv-parse', 'iconv-lite', 'lossless-json', 'saxes', 'yauzl'],
  'config/': ['cosmiconfig', 'js-yaml', 'valibot'],
  'delivery/': ['libsql', 'undici'],
  'output/': ['chalk', 'get-east-asian-width', 'iconv-lite', 'ora'],
  'sandbox/': [],
};

it.each(Object.keys(LIBRARIES))('%s knows only its own libraries', (house) => {
  for (const name of packagesOf(house)) expect(LIBRARIES[house]).toContain(name);
});

it.each([
  ['libsql', 'delivery/ledger-database.ts'],
  ['ora', 'output/progress.ts'],
  ['chalk', 'output/style.ts'],
])('one file knows %s', (name, only) => {
  expect([...new Set(imports.filter(({ from }) => from === name).map(({ file }) => file))]).toEqual([only]);
});

it('undici is known to what sends and to what connects for it', () => {
  expect(
    [...new Set(imports.filter(({ from }) => from === 'undici').map(({ file }) => file))].sort(),
  ).toEqual(['delivery/connector.ts', 'delivery/undici.ts']);
});

it('the pure folders know no clock, file, network or environment', () => {
  const pure = imports.filter(({ file }) => file.startsWith('lead/') || file.startsWith('providers/'));
  const builtins = pure.filter(({ from }) => isBuiltin(from)).map(({ file, from }) => `${file} -> ${from}`);
  expect(builtins.filter((one) => !one.endsWith('node:crypto'))).toEqual([]);
  for (const file of files.filter((name) => /^(lead|providers)\//.test(name))) {
    const text = readFileSync(join(SRC, file), 'utf8');
    expect({
      file,
      found: /\bDate\.now\(|new Date\(\)|process\.|Math\.random\(|setTimeout\(/.exec(text)?.[0],
    }).toEqual({
      file,
      found: undefined,
    });
  }
});

it('only the edge knows the process', () => {
  const at = files.filter((file) =>
    /\bprocess\.(env|argv|exit|stdout|stderr|cwd)\b/.test(readFileSync(join(SRC, file), 'utf8')),
  );
  expect(at.sort()).toEqual(['cli.ts', 'index.ts']);
});

it('nobody prints past the screen', () => {
  const sources = files.map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }));
  const at = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);
  expect(
    at(
      /^(?!\s*(?:\/\/|\/?\*)).*\bconsole\.\w+\(|process\.(stdout|stderr)\s*\??\.(write|end|_write)\b|\bwriteSync\(\s*[12]\b/m,
    ),
  ).toEqual([]);
  // The streams themselves are wrapped where they are taken from the process, and nowhere else.
  expect(at(/new Screen\(/).sort()).toEqual(['cli.ts', 'index.ts']);
  // What moves the cursor by itself is given prompts and lines that the screen has seen.
  expect(at(/\.terminal\b/).sort()).toEqual([
    'commands/confirm.ts',
    // Asks only which file the shell has opened.
    'commands/result-paths.ts',
    'config/questions.ts',
    'output/progress.ts',
  ]);
});
