// Every record of fixtures/exports and fixtures/cases comes out as its README says: in a dry run, in `check` as JSON and
// as a page, and in a real send to the sandbox.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Case, casesIn, expectedOf, readingArgs, titleOf } from './cases.ts';
import { hasPage, judgeReading, judgeRefusal, judgeSending } from './judge-cases.ts';
import { Desk, linesOf, ROOT } from './leadpush.ts';
import { filledIn } from './relative-dates.ts';

const NOW = new Date();
let desk: Desk;
beforeAll(() => {
  desk = new Desk();
});
afterAll(() => desk.remove());

const FOLDERS = ['exports', 'cases'].map((name) => join(ROOT, 'fixtures', name));
const ALL = FOLDERS.flatMap((folder) => casesIn(folder).map((one) => [titleOf(one), folder, one] as const));

/** The file and those of the same call; what depends on today is filled in first. */
function pathsOf(folder: string, one: Case): readonly string[] {
  return [one.file, ...(one.also ?? [])].map((name) => {
    const path = join(folder, name);
    if (one.relative !== true) return path;
    return desk.write(name, filledIn(readFileSync(path, 'utf8'), NOW, one.defaults.timezone));
  });
}

describe.concurrent('read alone', () => {
  test.each(ALL)('%s', async (_, folder, one) => {
    const call = [...pathsOf(folder, one), ...readingArgs(one)];
    const [dry, check, page] = await Promise.all([
      desk.run(['send', ...call, '--to', 'sandbox-anarock', '--dry-run', '--json']),
      desk.run(['check', ...call, '--json']),
      hasPage(one) ? desk.run(['check', ...call]) : null,
    ]);
    const judged =
      one.exit === undefined
        ? judgeReading(one, expectedOf(folder, one, NOW), { dry, check, page }, folder)
        : [judgeRefusal(one, dry, check, folder)];
    expect(judged.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
    expect(dry.stdout + check.stdout).not.toContain('EXAMPLE-KEY-NOT-SECRET');
  });
});

/** Files that are read in the same way go in one call. */
const CALLS = new Map<string, (typeof ALL)[number][]>();
for (const entry of ALL.filter(([, , one]) => one.exit === undefined)) {
  const how = readingArgs(entry[2]).join(' ') || 'no options';
  CALLS.set(how, [...(CALLS.get(how) ?? []), entry]);
}

describe.concurrent('sent', () => {
  test.each([...CALLS])('with: %s', async (_, entries) => {
    const [[, , first] = []] = entries;
    if (first === undefined) throw new Error('a call has a file');
    const files = entries.flatMap(([, folder, one]) => pathsOf(folder, one));
    const sent = await desk.run([
      'send',
      ...files,
      ...readingArgs(first),
      '--to',
      'sandbox-anarock',
      '--json',
    ]);
    expect(sent.stderr).not.toContain('leadpush: ');
    const lines = linesOf(sent.stdout);
    const wrong = entries.map(([title, folder, one]) => {
      const [path] = pathsOf(folder, one);
      const results = lines.filter(({ type, file }) => type === 'result' && file === path);
      return [title, judgeSending(expectedOf(folder, one, NOW), results)];
    });
    expect(wrong.filter(([, found]) => found?.length !== 0)).toEqual([]);
  });
});

/** Where the header alone tells, or the preset does, no --column is needed. */
test.each(ALL.filter(([, , one]) => !one.auto_mappable))('%s without --column', async (_, folder, one) => {
  const call = [...pathsOf(folder, one), ...readingArgs({ ...one, auto_mappable: true })];
  const [dry, check] = await Promise.all([
    desk.run(['send', ...call, '--to', 'sandbox-anarock', '--dry-run', '--json']),
    desk.run(['check', ...call, '--json']),
  ]);
  const judged = judgeReading(one, expectedOf(folder, one, NOW), { dry, check, page: null }, folder);
  expect(judged.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
});

test('all records are there', () => {
  expect(FOLDERS.map((folder) => casesIn(folder).reduce((sum, one) => sum + one.records, 0))).toEqual([
    66, 109,
  ]);
});
