// docs/leadpush.schema.json: it is what the tables make of it, the configurations that we show fit it, and what the
// program refuses does not.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { feedProblems } from '../../src/config/feeds.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { presetProblems } from '../../src/config/presets.ts';
import { checkShape } from '../../src/config/schema.ts';
import { PROVIDERS } from '../../src/providers/index.ts';
import { Desk, ROOT } from '../cli/leadpush.ts';
import { TOP_SETTINGS } from './generated.ts';
import { configurationSchema, schemaText } from './json-schema.ts';

const FILE = join(ROOT, 'docs/leadpush.schema.json');
const fits = new Ajv({ allErrors: true, strict: false }).compile(configurationSchema());

const wrong = (content: unknown) =>
  fits(content) ? [] : (fits.errors ?? []).map((error) => error.instancePath);

it('is up to date (UPDATE_DOCS=1 renews it)', () => {
  if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(FILE, schemaText());
  expect(readFileSync(FILE, 'utf8')).toBe(schemaText());
});

it('has every setting at the top that the program knows', () => {
  // An unknown setting is refused with the list of those that there are.
  const [problem] = checkShape(
    { 'no such setting': 1 },
    { providers: PROVIDERS, unread: [] },
    (text) => text,
  );
  const known = /expected one of (.*)$/.exec(problem?.message ?? '')?.[1]?.split(', ') ?? [];
  expect(known.length).toBeGreaterThan(5);
  const properties = Object(configurationSchema()['properties']);
  expect(Object.keys(properties).sort()).toEqual([...known].sort());
  expect(Object.keys(TOP_SETTINGS).sort()).toEqual([...known].sort());
});

/** Blocks of YAML with settings at the top, in all pages. */
const pages = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const blocks = pages.flatMap((page) =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```ya?ml[^\n]*\n([\s\S]*?)^```$/gm)].flatMap(
    ([, text = ''], index) =>
      /^(?:targets|presets|feeds|defaultTarget|columns|region):/m.test(text)
        ? [[`${page}, ${index + 1}`, text] as const]
        : [],
  ),
);

describe('fits', () => {
  it('is looked at for some blocks', () => expect(blocks.length).toBeGreaterThan(2));
  it.each(blocks)('%s', (_, text) => {
    expect(wrong(parseConfig('c.yaml', text, ''))).toEqual([]);
  });
  it('.leadpushrc.example', () => {
    expect(wrong(parseConfig('c.yaml', readFileSync(join(ROOT, '.leadpushrc.example'), 'utf8'), ''))).toEqual(
      [],
    );
  });
});

describe.each(PROVIDERS.map(({ name }) => name))('what init writes for %s', (provider) => {
  let text: string;
  beforeAll(() => {
    const desk = new Desk();
    execFileSync(process.execPath, [join(ROOT, 'bin/leadpush.js'), 'init', '--yes', '--provider', provider], {
      cwd: desk.folder,
      env: desk.env(),
      stdio: 'pipe',
    });
    text = desk.read('.leadpushrc');
    desk.remove();
  });
  it('fits', () => expect(wrong(parseConfig('c.yaml', text, ''))).toEqual([]));
  it('names the schema in its first line, where editors look', () => {
    const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
    expect(readFileSync(new URL(path), 'utf8')).toBe(readFileSync(FILE, 'utf8'));
  });
});

/** The program refuses each of them, and so does the schema. */
const target = (more: string) =>
  `targets: { a: { provider: anarock, channel: c, key: k${more === '' ? '' : `, ${more}`} } }`;
it.each([
  ['regoin: IN', ''],
  ['region: 7', '/region'],
  ['columns: { Mobile: fone }', '/columns/Mobile'],
  ['targets: { a: { provider: anarok } }', '/targets/a/provider'],
  ['targets: { a: { channel: c } }', '/targets/a'],
  ['targets: { a: { provider: anarock, key: k } }', '/targets/a'],
  ['targets: { a: { provider: anarock, channel: c } }', '/targets/a'],
  [target('keyFile: f'), '/targets/a'],
  [target('concurency: 3'), '/targets/a'],
  [target('concurrency: [3]'), '/targets/a/concurrency'],
  [target('defaults: { campain: x }'), '/targets/a/defaults'],
  [target('defaults: { phone: "1" }'), '/targets/a/defaults'],
  [target('dedupe: campaignId'), '/targets/a/dedupe'],
  [target('appName: x'), '/targets/a'],
  ['feeds: { portal: {} }', '/feeds/portal'],
  ['feeds: { portal: { url: "https://x.example", header: {} } }', '/feeds/portal'],
  ['presets: { mine: {} }', '/presets/mine'],
  ['presets: { mine: { signature: [A], columns: { A: fone } } }', '/presets/mine/columns/A'],
])('%s does not', (text, path) => {
  const content = parseConfig('c.yaml', text, '');
  expect(wrong(content)).toContain(path);
  const refused = [
    ...checkShape(content, { providers: PROVIDERS, unread: [] }, (value) => value),
    ...feedProblems(content),
    ...presetProblems(content),
  ];
  // A column's field is checked when its variables are known.
  if (!text.startsWith('columns:')) expect(refused).not.toEqual([]);
});
