// Each sample of docs/reading.md is read as the page says.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Desk, type Line, linesOf } from '../cli/leadpush.ts';
import { type Block, blockOf, blocksOf } from './scene.ts';

const PAGE = 'docs/reading.md';

let desk: Desk;
beforeAll(() => {
  desk = new Desk();
  desk.write('.leadpushrc', blockOf(PAGE, 'preset'));
});
afterAll(() => desk.remove());

/** Each block with a sample, and the block after it, which says what its records become. */
const blocks = blocksOf(PAGE);
const SAMPLES = blocks.flatMap((block, index) => {
  const [kind, file, ...options] = block.words;
  const after = blocks[index + 1];
  if (kind !== 'sample' || file === undefined) return [];
  return [[file, block, options, after?.words.includes('becomes') === true ? after : null] as const];
});

/** `name Asha · phone +91…` as the members of a lead, `extra.NAME` of its extra. */
function membersOf(text: string): readonly (readonly [string, string])[] {
  return text.split(' · ').map((part) => {
    const [, name = '', value = ''] = /^(\S+) (.*)$/.exec(part) ?? [];
    return [name, value];
  });
}

function valueIn(line: Line, name: string): string {
  const lead = objectIn(line, 'lead');
  const extra = name.startsWith('extra.') ? name.slice('extra.'.length) : null;
  return String(extra === null ? lead[name] : objectIn(lead, 'extra')[extra]);
}

function objectIn(line: Line, name: string): Line {
  const value = line[name];
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

it.each(SAMPLES)('%s', async (file, block: Block, options, becomes) => {
  desk.write(file, block.text);
  const { stdout, stderr } = await desk.run([
    ...['send', file, ...options, '--to', 'sandbox-anarock', '--dry-run', '--json'],
  ]);
  const lines = linesOf(stdout).filter(({ type }) => type !== 'summary');
  const expected = becomes?.text.trim().split('\n') ?? [];
  expect(expected.length).toBeGreaterThan(0);
  const found = expected.map((text, index) => {
    const line = lines[index] ?? {};
    if (line['type'] !== 'request') return `${line['status']} ${JSON.stringify(line['errors'] ?? stderr)}`;
    return membersOf(text)
      .map(([name]) => `${name} ${valueIn(line, name)}`)
      .join(' · ');
  });
  const said = expected.map((text) => {
    const [, status, code] = /^(skipped|invalid) (\w+)$/.exec(text) ?? [];
    return status === undefined ? text : expect.stringMatching(new RegExp(`^${status} .*"${code}"`));
  });
  expect(found).toEqual(said);
  expect(lines).toHaveLength(expected.length);
});

it('has a sample for each rule', () => expect(SAMPLES.length).toBeGreaterThan(9));
