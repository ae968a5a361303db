// Who may import whom (ARCHITECTURE.md), read from the imports themselves.
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { PROVIDERS } from '../src/providers/index.ts';

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

/** What each folder may take from others of src/, by the beginning of the path; `types`: only their types. */
const MAY: Readonly<
  Record<string, { readonly values: readonly string[]; readonly types: readonly string[] }>
> = {
  'util/': { values: [], types: [] },
  'lead/': { values: ['util/counted.ts', 'util/nearest.ts'], types: [] },
  'providers/': { values: ['lead/', 'util/'], types: ['sandbox/'] },
  'input/': { values: ['lead/', 'util/'], types: [] },
  'config/': {
    values: ['lead/', 'util/', 'providers/sandbox-target.ts', 'providers/declare/load.ts'],
    types: ['providers/'],
  },
  // outcome.ts and ledger.ts are the words that all speak.
  'delivery/': {
    values: ['lead/', 'util/', 'ledger/ledger.ts'],
    types: ['providers/', 'transport/', 'ledger/'],
  },
  'ledger/': { values: ['lead/', 'util/', 'delivery/outcome.ts'], types: ['delivery/'] },
  'transport/': { values: ['util/', 'delivery/clock-skew.ts'], types: ['providers/'] },
  'output/': {
    values: [
      'lead/',
      'util/',
      'delivery/outcome.ts',
      'ledger/process-table.ts',
      'input/csv/escape-formula.ts',
    ],
    types: ['delivery/', 'ledger/', 'providers/', 'input/'],
  },
  // Not of cli/: it is shared with the library.
  'app/': {
    values: [
      'lead/',
      'util/',
      'config/',
      'providers/',
      'input/',
      'delivery/',
      'ledger/',
      'transport/',
      'output/',
      'sandbox/sandbox.ts',
    ],
    types: [],
  },
  'sandbox/': {
    values: ['providers/emulators.ts'],
    types: [],
  },
};

/** What commands and library share: it is given typed options, and knows nothing of who asks. */
it('app/ and the library know nothing of the command line', () => {
  const wrong = imports.filter(
    ({ file, from }) => (file.startsWith('app/') || file === 'index.ts') && from.startsWith('cli/'),
  );
  expect(wrong.map(({ file, from }) => `${file} -> ${from}`)).toEqual([]);
});

it('a command is a file of its own, and loads its body only when it runs', () => {
  const wrong = imports.filter(
    ({ file, from, typeOnly }) =>
      file.startsWith('cli/commands/') &&
      !typeOnly &&
      !['cli/command.ts', 'cli/flags.ts', 'lead/fields.ts', 'commander'].includes(from) &&
      !from.startsWith('cli/actions/'),
  );
  expect(wrong.map(({ file, from }) => `${file} -> ${from}`)).toEqual([]);
  for (const file of files.filter((name) => name.startsWith('cli/commands/'))) {
    expect(readFileSync(join(SRC, file), 'utf8')).not.toMatch(/^import (?!type)[^;]*'\.\.\/actions\//m);
  }
});

/** Emulators stand beside their vendor's client and share no code with it: a mistake in one must not be repeated by the other. */
const isEmulator = (path: string) => /^providers\/[^/]+\/emulator[^/]*\.ts$/.test(path);
/** Where the two meet: a provider's folder hands both to the registry. */
const isFolder = (path: string) => /^providers\/[^/]+\/index\.ts$/.test(path);

it.each(Object.keys(MAY))('%s takes only what it may', (house) => {
  const { values, types } = MAY[house] ?? { values: [], types: [] };
  const wrong = imports.filter(({ file, from, typeOnly }) => {
    if (!file.startsWith(house) || !from.endsWith('.ts') || from.startsWith(house)) return false;
    if (isEmulator(file) && from.startsWith('sandbox/')) return false;
    const isIn = (list: readonly string[]) => list.some((one) => from.startsWith(one));
    return !isIn(values) && !(typeOnly && isIn(types));
  });
  expect(wrong.map(({ file, from }) => `${file} -> ${from}`)).toEqual([]);
});

it('emulators and clients know nothing of each other', () => {
  const wrong = imports.filter(({ file, from }) => {
    if (!from.endsWith('.ts')) return false;
    if (isEmulator(file)) return !from.startsWith('sandbox/') && !isEmulator(from);
    return file.startsWith('providers/') && isEmulator(from) && !isFolder(file);
  });
  expect(wrong.map(({ file, from }) => `${file} -> ${from}`)).toEqual([]);
});

it("only providers/ knows a provider's name", () => {
  const names = new RegExp(PROVIDERS.map(({ name }) => name).join('|'), 'i');
  const found = files
    .filter((file) => !file.startsWith('providers/'))
    .flatMap((file) => {
      const lines = readFileSync(join(SRC, file), 'utf8').split('\n');
      return lines.flatMap((line, index) =>
        names.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
      );
    });
  expect(found).toEqual([]);
});

/** Libraries, folder by folder: what is not listed is a decision somebody has to take. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  'util/': ['fastest-levenshtein', 'get-east-asian-width'],
  'lead/': ['libphonenumber-js'],
  'providers/': ['lossless-json', 'valibot'],
  'input/': ['csv-parse', 'iconv-lite', 'lossless-json', 'saxes', 'yauzl'],
  'config/': ['cosmiconfig', 'js-yaml', 'valibot'],
  'delivery/': [],
  'ledger/': ['libsql', 'pg'],
  'transport/': ['undici'],
  'output/': ['chalk', 'hucre', 'iconv-lite', 'ora'],
  'sandbox/': [],
  'app/': [],
  'cli/': ['commander'],
};

it.each(Object.keys(LIBRARIES))('%s knows only its own libraries', (house) => {
  for (const name of packagesOf(house)) expect(LIBRARIES[house]).toContain(name);
});

it('every folder has its rule', () => {
  const houses = [...new Set(files.map(houseOf))].filter((house) => house.endsWith('/'));
  expect(Object.keys(LIBRARIES).sort()).toEqual(houses.sort());
});

it.each([
  ['libsql', ['ledger/sqlite/database.ts']],
  ['pg', ['ledger/postgres/connection.ts']],
  ['undici', ['transport/connector.ts', 'transport/undici.ts']],
  ['ora', ['output/progress.ts']],
  ['hucre', ['output/workbook-file.ts']],
  ['chalk', ['output/style.ts']],
])('few files know %s', (name, only) => {
  expect([...new Set(imports.filter(({ from }) => from === name).map(({ file }) => file))].sort()).toEqual(
    only,
  );
});

it('the pure folders know no clock, file, network or environment', () => {
  const pure = imports.filter(({ file }) => /^(lead|providers)\//.test(file) && !isEmulator(file));
  const builtins = pure.filter(({ from }) => isBuiltin(from)).map(({ file, from }) => `${file} -> ${from}`);
  expect(builtins.filter((one) => !one.endsWith('node:crypto'))).toEqual([]);
  for (const file of files.filter((name) => /^(lead|providers|delivery)\//.test(name) && !isEmulator(name))) {
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
  expect(at.sort()).toEqual(['cli/main.ts', 'index.ts']);
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
  expect(at(/new Screen\(/).sort()).toEqual(['cli/main.ts', 'index.ts']);
  // What moves the cursor by itself is given prompts and lines that the screen has seen.
  expect(at(/\.terminal\b/).sort()).toEqual([
    'app/confirm.ts',
    // Asks only which file the shell has opened.
    'app/result-paths.ts',
    'output/progress.ts',
    'util/prompt.ts',
  ]);
});
