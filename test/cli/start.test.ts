// What a start loads: files of dist/, the sources in them, and modules of Node's own. A file costs a fifth of a millisecond, and
// 100 KB of code 1.5 ms, so that what a call does not need is loaded later; an import too many shows here.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Desk, ROOT } from './leadpush.ts';

/** In every process: what it had loaded in the end. */
const RECORD = `const loaded = () => ({ files: Object.keys(require.cache), node: process.moduleLoadList });
process.on('exit', () => require('node:fs').writeFileSync(process.env.LOADED, JSON.stringify(loaded())));`;

const LEAD = ['send', '--to', 'sandbox-anarock', '--phone', '9988998899', '--name', 'Rahul', '--json'];
const FILE = ['send', 'leads.csv', '--to', 'sandbox-anarock', '--json', '--dry-run'];

/** Libraries and rooms by a part of a source's path. */
const LATER = [
  'js-yaml',
  'valibot',
  'cosmiconfig',
  'config/config.ts',
  'providers/declare/schema.ts',
  'providers/declare/rules.ts',
  'libphonenumber',
  'iconv-lite',
  'actions/retry.ts',
  'actions/check.ts',
  'actions/runs.ts',
  'actions/smoke.ts',
  'output/check-text.ts',
  'ledger/postgres/database.ts',
];
const READING = ['input/prepare.ts', 'input/csv/source.ts', 'input/xlsx', 'input/json/source.ts'];
const SENDING = ['transport/undici.ts', 'undici/lib', 'sandbox/sandbox.ts', 'ledger/sqlite/ledger.ts'];

/** The largest it may be: a tenth more than it was when its line was written. */
const STARTS: readonly {
  readonly name: string;
  readonly args: readonly string[];
  readonly files: number;
  readonly kilobytes: number;
  readonly without: readonly string[];
  readonly withoutNode: readonly string[];
}[] = [
  {
    name: 'the version',
    args: ['--version'],
    files: 5,
    kilobytes: 20,
    without: [...LATER, ...READING, ...SENDING, 'commander', 'lead/fields.ts'],
    withoutNode: ['crypto', 'child_process', 'fs/promises', 'internal/modules/esm/load'],
  },
  {
    name: 'help',
    args: ['send', '--help'],
    files: 8,
    kilobytes: 240,
    without: [...LATER, ...READING, ...SENDING, 'delivery/delivery-run.ts', 'input/mapping'],
    withoutNode: ['child_process', 'crypto', 'fs/promises', 'http', 'module', 'tty'],
  },
  {
    name: 'a one-off dry run',
    args: [...LEAD, '--dry-run'],
    files: 28,
    kilobytes: 650,
    without: [...LATER, ...READING, ...SENDING],
    withoutNode: [
      ...['child_process', 'fs/promises', 'http', 'perf_hooks', 'readline', 'tls', 'tty', 'zlib'],
      ...['internal/modules/esm/load', 'module'],
    ],
  },
  {
    name: 'a one-off send to the sandbox',
    args: LEAD,
    files: 49,
    kilobytes: 1_050,
    without: [...LATER, ...READING, 'leadsquared/emulator.ts', 'paramantra/emulator.ts'],
    withoutNode: ['assert', 'fs/promises', 'http2', 'perf_hooks', 'readline', 'tls', 'tty', 'zlib'],
  },
  {
    name: 'a dry run of a file',
    args: FILE,
    files: 39,
    kilobytes: 770,
    without: [...LATER, ...SENDING, 'input/xlsx', 'input/json/source.ts'],
    withoutNode: ['child_process', 'http', 'perf_hooks', 'tls', 'tty'],
  },
];

let desk: Desk;
beforeAll(() => {
  desk = new Desk();
  desk.write('leads.csv', 'Name,Phone\nRahul Kumar,9988998899\n');
  desk.write('record.cjs', RECORD);
});
afterAll(() => desk.remove());

test.each(STARTS)('$name', async ({ args, files, kilobytes, without, withoutNode }) => {
  const report = join(desk.folder, 'loaded.json');
  const env = { NODE_OPTIONS: `--require=${join(desk.folder, 'record.cjs')}`, LOADED: report };
  const { status, stderr } = await desk.run([...args], { env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const loaded: { files: string[]; node: string[] } = JSON.parse(readFileSync(report, 'utf8'));
  const own = loaded.files.filter((file) => file.startsWith(join(ROOT, 'dist')));
  const sources = own.flatMap(sourcesOf);
  expect(sources.some((source) => source.endsWith('src/cli/main.ts'))).toBe(true);
  const met = without.filter((part) => sources.some((source) => source.includes(part)));
  const node = withoutNode.filter((name) => loaded.node.includes(`NativeModule ${name}`));
  expect({ met, node }).toEqual({ met: [], node: [] });
  const bytes = own.reduce((sum, file) => sum + statSync(file).size, 0);
  expect({ files: own.length, kilobytes: Math.round(bytes / 1000) }).toEqual({
    files: expect.toSatisfy((count) => count <= files && count > 1),
    kilobytes: expect.toSatisfy((size) => size <= kilobytes),
  });
});

test('what a start may not load is there to be loaded', () => {
  const chunks = readdirSync(join(ROOT, 'dist/chunks')).filter((name) => name.endsWith('.cjs'));
  const sources = chunks.flatMap((name) => sourcesOf(join(ROOT, 'dist/chunks', name)));
  const named = new Set(STARTS.flatMap(({ without }) => without));
  expect([...named].filter((part) => !sources.some((source) => source.includes(part)))).toEqual([]);
});

function sourcesOf(chunk: string): readonly string[] {
  const { sources }: { sources: string[] } = JSON.parse(readFileSync(`${chunk}.map`, 'utf8'));
  return sources;
}
