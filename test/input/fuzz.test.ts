// Any bytes in, records or a plain refusal out: mutations of the known exports and of a small workbook are read, and no
// record's count or line may ever be lost. FUZZ_RUNS says how many; FUZZ_SEED is another draw.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { InputRecord } from '../../src/input/record.ts';
import { openSource, type SourceOptions } from '../../src/input/source.ts';
import { UsageError } from '../../src/util/usage-error.ts';
import { workbook } from './xlsx/make-xlsx.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 2000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
/** One input that takes more of the processor hangs. */
const MAX_CPU_MS = 5000;

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const texts = ['exports', 'formats'].flatMap((folder) =>
  readdirSync(join(FIXTURES, folder))
    .filter((name) => /\.(csv|tsv|txt|json|ndjson)$/.test(name) && name !== 'manifest.json')
    .map((name) => readFileSync(join(FIXTURES, folder, name))),
);
const book = workbook([
  ['name', 'phone'],
  ['Asha', '+919000830201'],
  ['Binu', '9000830202'],
]);
/** What trips readers, put in anywhere. */
const TRAPS = [
  '"',
  '""',
  '\\',
  ',',
  ';',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\0',
  "'",
  '{',
  '}',
  '[',
  ']',
  '\ufeff',
  'é',
  '\u2028',
  'sep=;\n',
  '"\n',
  ',"',
  '",',
];

/** mulberry32 */
function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mutated(input: Buffer, below: (limit: number) => number): Buffer {
  let bytes = Buffer.from(input);
  for (let n = below(6); n >= 0; n--) {
    const at = below(bytes.length + 1);
    const to = Math.min(bytes.length, at + below(below(4) === 0 ? bytes.length + 1 : 20));
    const [before, piece, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
    const other = texts[below(texts.length)] ?? bytes;
    const cut = below(other.length);
    switch (below(7)) {
      case 0: {
        const flipped = Buffer.from(bytes);
        if (at < flipped.length) flipped[at] = below(256);
        bytes = flipped;
        break;
      }
      case 1:
        bytes = Buffer.concat([before, after]);
        break;
      case 2:
        bytes = Buffer.from(before);
        break;
      case 3:
        bytes = Buffer.concat([before, piece, piece, after]);
        break;
      case 4:
        bytes = Buffer.concat([before, other.subarray(cut, cut + below(80)), after]);
        break;
      default:
        bytes = Buffer.concat([before, Buffer.from(TRAPS[below(TRAPS.length)] ?? ''), piece, after]);
    }
  }
  return bytes;
}

interface Outcome {
  readonly refused: boolean;
  readonly records: readonly InputRecord[];
  readonly headerLine: number | null;
}

async function readIn(bytes: Buffer, piece: number, options: SourceOptions): Promise<Outcome> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, i) =>
    bytes.subarray(i * piece, (i + 1) * piece),
  );
  try {
    const source = await openSource({ path: '-', stdin: Readable.from(pieces) }, options);
    const records: InputRecord[] = [];
    for await (const batch of source.records()) records.push(...batch);
    await source.close();
    return { refused: false, records, headerLine: source.info.headerLine };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { refused: true, records: [], headerLine: null };
  }
}

/** What holds for whatever was read. @returns what does not */
function broken({ records, headerLine }: Outcome): string | null {
  let line = headerLine ?? 0;
  for (const [i, record] of records.entries()) {
    if (record.record !== i + 1) return `record ${record.record} comes as number ${i + 1}`;
    if (record.line !== null && record.line < line) return `line ${record.line} comes after ${line}`;
    line = record.line ?? line;
    if (record.problem === null && record.cells.length > record.keys.length)
      return `record ${i + 1} is too wide`;
    if (record.cells.some((cell) => cell.includes('\0'))) return `record ${i + 1} has a NUL`;
  }
  return null;
}

test(`${RUNS} mutated inputs`, { timeout: 60_000 + RUNS * 20 }, async () => {
  console.log(`fuzz: FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS}`);
  const next = random(SEED);
  const below = (limit: number) => Math.floor(next() * limit);
  let refused = 0;
  let records = 0;
  for (let run = 0; run < RUNS; run++) {
    // A workbook costs a temporary file: few of them.
    const input = below(50) === 0 ? book : (texts[below(texts.length)] ?? book);
    const bytes = mutated(input, below);
    const options: SourceOptions = { cellEncoding: () => (run % 3 === 0 ? 'json' : 'plain') };
    const piece = [1 + below(7), 1 + below(500), bytes.length + 1][below(3)] ?? 1;
    const what = () =>
      `run ${run}, FUZZ_SEED=${SEED}, in pieces of ${piece}: ${JSON.stringify(bytes.toString('latin1'))}`;
    const started = process.cpuUsage();
    try {
      const whole = await readIn(bytes, bytes.length + 1, options);
      const found = broken(whole);
      if (found !== null) throw new Error(found);
      if (piece <= bytes.length) {
        const cut = await readIn(bytes, piece, options);
        if (JSON.stringify(cut) !== JSON.stringify(whole))
          throw new Error('the size of the pieces makes a difference');
      }
      if (whole.refused) refused++;
      records += whole.records.length;
    } catch (error) {
      throw new Error(what(), { cause: error });
    }
    const { user, system } = process.cpuUsage(started);
    if (user + system > MAX_CPU_MS * 1000) throw new Error(`took too long: ${what()}`);
  }
  // Most mutations leave most rows as they were.
  expect(refused).toBeLessThan(RUNS / 2);
  expect(records).toBeGreaterThan(RUNS);
});

test('envelopes: mutated ones throw nothing but a refusal, and records before a break stand', {
  timeout: 60_000 + RUNS * 20,
}, async () => {
  const next = random(SEED + 1);
  const below = (limit: number) => Math.floor(next() * limit);
  const names = [
    'status',
    'data',
    'leads',
    'phone',
    'errors',
    'rows',
    'x.y',
    'agents',
    '7',
    'answers',
    'body',
  ];
  const leads = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      name: `Lead ${i}`,
      phone: `90001000${10 + i}`,
      tags: [{ t: i }],
    }));
  /** Something beside the list that holds no list of leads. */
  const filler = (levels: number): unknown => {
    const kind = below(levels > 0 ? 7 : 4);
    if (kind < 4) return [below(1000), `text "${below(9)}" }{][,`, null, true][kind];
    if (kind === 4) return Array.from({ length: below(4) }, () => filler(levels - 1));
    return Object.fromEntries(Array.from({ length: below(4) }, (_, i) => [`k${i}`, filler(levels - 1)]));
  };
  const members = (given: readonly (readonly [string, unknown])[]): Record<string, unknown> => {
    const all = [...given];
    for (let i = all.length - 1; i > 0; i--) {
      const j = below(i + 1);
      [all[i], all[j]] = [all[j] ?? ['', null], all[i] ?? ['', null]];
    }
    return Object.fromEntries(all);
  };
  for (let run = 0; run < RUNS / 4; run++) {
    const list = leads(1 + below(12));
    let document: unknown = list;
    for (let levels = 1 + below(3); levels > 0; levels--) {
      const beside = Array.from({ length: below(4) }, (_, i): [string, unknown] => [`b${i}`, filler(2)]);
      document = members([...beside, [names[below(3)] ?? 'data', document]]);
    }
    const text = JSON.stringify(document, null, below(3));
    const whole = await readIn(Buffer.from(text), below(3) === 0 ? 1 + below(50) : text.length + 1, {
      format: 'json',
    });
    // The order of the keys, and what stands beside the list, change nothing.
    expect(
      whole.records.map(({ cells }) => cells[1]),
      text,
    ).toEqual(list.map(({ phone }) => phone));

    const at = below(text.length);
    const cut = await readIn(Buffer.from(text.slice(0, at)), text.length, { format: 'json' });
    const found = cut.records.filter(({ problem }) => problem === null).map(({ cells }) => cells[1]);
    // Cut within its first member, a list of leads is not known to be one.
    if (found.length > 1)
      expect(found, text.slice(0, at)).toEqual(list.slice(0, found.length).map(({ phone }) => phone));

    const broken = `${text.slice(0, at)}${TRAPS[below(TRAPS.length)] ?? ''}${text.slice(at + below(4))}`;
    await readIn(Buffer.from(broken), 1 + below(broken.length), {});
  }
});

test('no line of a table is lost: each is in a record or blank', {
  timeout: 60_000 + RUNS * 20,
}, async () => {
  const next = random(SEED);
  const below = (limit: number) => Math.floor(next() * limit);
  const parts = ['a', 'b c', ',', ',', '\n', '\n', '\r\n', ' ', '"x"', '5" y', '\\', "'"];
  for (let run = 0; run < RUNS / 5; run++) {
    let text = 'h1,h2\n';
    for (let n = below(30); n > 0; n--) text += parts[below(parts.length)] ?? '';
    const { records } = await readIn(Buffer.from(text), text.length + 1, {});
    const starts = records.map(({ line }) => line);
    const texts = text.split(/\r\n|\n/);
    const lines = texts.flatMap((line, i) => {
      if (i === 0 || !/[^\s,]/.test(line)) return [];
      // Quotes around nothing, and a space that a backslash escapes, are blank where the file writes its cells so.
      const blank = !/[^\s,'\\]/.test(line);
      // Where quotes are written as `\"`, a backslash before a line's end escapes it, as in MySQL's exports.
      const goesOn = text.includes('\\"') && (texts[i - 1] ?? '').endsWith('\\');
      return (blank || goesOn) && !starts.includes(i + 1) ? [] : [i + 1];
    });
    expect(starts, JSON.stringify(text)).toEqual(lines);
  }
});
