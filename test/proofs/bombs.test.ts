// Inputs made to keep a machine busy or to fill its memory. Each is read by the built program in a process with 1 GiB of
// heap, and may cost at most 25 times the processor time of a harmless file of its kind that is ten times smaller, and
// bounded memory: what grows with the square of its length does not pass. Processor time, so that a busy machine does
// not matter.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BIN, Desk, type Ended, ended } from '../cli/leadpush.ts';
import { partsOf, zipOf } from '../input/xlsx/make-xlsx.ts';

const KB = 1024;
const MB = 1024 * KB;

interface Measured extends Ended {
  /** Milliseconds of processor time. */
  readonly cpu: number;
  /** MiB at most. */
  readonly memory: number;
}

const desk = new Desk();
let start = 0;
const harmless = new Map<string, number>();

beforeAll(async () => {
  desk.write('none.csv', 'Name,Phone\n');
  start = (await measured(['check', 'none.csv'])).cpu;
});
afterAll(() => desk.remove());

async function measured(args: readonly string[]): Promise<Measured> {
  const usage = join(desk.folder, 'usage.json');
  // The system's own greatest value holds, after exec, what the process that started it needed.
  const note = `import{readFileSync,writeFileSync}from'node:fs';process.on('exit',()=>{const u=process.resourceUsage();try{u.maxRSS=Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status','utf8'))[1])}catch{}writeFileSync(${JSON.stringify(usage)},JSON.stringify(u))})`;
  const limits = [
    '--max-old-space-size=1024',
    '--import',
    `data:text/javascript,${encodeURIComponent(note)}`,
  ];
  const child = spawn(process.execPath, [...limits, BIN, ...args], { cwd: desk.folder, env: desk.env() });
  const over = await ended(child);
  const used: NodeJS.ResourceUsage = JSON.parse(readFileSync(usage, 'utf8'));
  return { ...over, cpu: (used.userCPUTime + used.systemCPUTime) / 1000, memory: used.maxRSS / KB };
}

type Kind = 'csv' | 'ndjson' | 'json' | 'xlsx';

function repeated(piece: string, bytes: number): string {
  return piece.repeat(Math.ceil(bytes / piece.length));
}

function sheet(rows: string): string {
  return `<worksheet><sheetData><row>${inline('Name')}${inline('Phone')}</row>${rows}`;
}

function inline(text: string): string {
  return `<c t="inlineStr"><is><t>${text}</t></is></c>`;
}

/** What an ordinary export of so many bytes (an unpacked sheet's) holds. */
function ordinary(kind: Kind, bytes: number): string | Buffer {
  const json = '{"name":"Asha Verma","phone":"9876543210","city":"Pune"}';
  switch (kind) {
    case 'csv':
      return `Name,Phone\n${repeated('Asha Verma,9876543210\n', bytes)}`;
    case 'ndjson':
      return repeated(`${json}\n`, bytes);
    case 'json':
      return `[${repeated(`${json},`, bytes)}${json}]`;
    case 'xlsx': {
      const rows = repeated(`<row>${inline('Asha Verma')}${inline('9876543210')}</row>`, bytes);
      return zipOf(partsOf(`${sheet(rows)}</sheetData></worksheet>`));
    }
  }
}

/** Processor time beyond the start of an ordinary file of a tenth of the bytes. */
async function costOfOrdinary(kind: Kind, bytes: number): Promise<number> {
  const id = `${kind} ${bytes}`;
  const known = harmless.get(id);
  if (known !== undefined) return known;
  desk.write(`harmless.${kind}`, ordinary(kind, bytes / 10));
  const { cpu, status } = await measured(['check', `harmless.${kind}`]);
  expect(status).toBe(0);
  // Below it nothing but the start is measured.
  const cost = Math.max(40, cpu - start);
  harmless.set(id, cost);
  return cost;
}

interface Bomb {
  readonly what: string;
  readonly kind: Kind;
  /** Bytes of what is made, unpacked. */
  readonly bytes: number;
  readonly make: (bytes: number) => string | Buffer;
  readonly status: 0 | 1 | 2;
  readonly says: string;
}

const book = (text: string) => zipOf(partsOf(text));
const deep = (bytes: number) => `${'['.repeat(bytes / 2)}1${']'.repeat(bytes / 2)}`;
const around = (line: string) => `{"phone":"9876543210"}\n${line}\n{"phone":"9876543212"}\n`;
const records = (cell: string) => `Name,Phone\nAsha,9876543210\n${cell},9876543211\nUma,9876543212\n`;

const BOMBS: readonly Bomb[] = [
  ...[
    {
      what: 'nested tags',
      make: (n: number) => book(sheet(repeated('<a>', n))),
      status: 2 as const,
      says: 'damaged Excel workbook',
    },
    {
      what: 'one tag of many attributes',
      make: (n: number) =>
        book(sheet(`<row ${Array.from({ length: n / 12 }, (_, i) => `a${i}="1"`).join(' ')}/>`)),
      status: 2 as const,
      says: 'damaged Excel workbook',
    },
    {
      what: 'a comment without an end',
      make: (n: number) => book(sheet(`<!--${repeated('- ', n)}`)),
      status: 2 as const,
      says: 'damaged Excel workbook',
    },
    {
      what: 'a cell of many CDATA sections',
      make: (n: number) =>
        book(
          sheet(
            `<row><c t="inlineStr"><is><t>${repeated('<![CDATA[AAAA]]>', n)}</t></is></c></row></sheetData></worksheet>`,
          ),
        ),
      status: 1 as const,
      says: 'ROW_UNPARSABLE',
    },
    {
      what: 'a value in XFD of each row',
      make: (n: number) =>
        book(sheet(`${repeated('<row><c r="XFD1"><v>1</v></c></row>', n)}</sheetData></worksheet>`)),
      status: 1 as const,
      says: 'PHONE_MISSING',
    },
    {
      what: 'a header in XFD',
      make: (n: number) =>
        book(
          `<worksheet><sheetData><row>${inline('Phone')}<c r="XFD1" t="str"><v>x</v></c></row>${repeated('<row><c r="XFD1"><v>1</v></c></row>', n)}</sheetData></worksheet>`,
        ),
      status: 2 as const,
      says: 'columns before it have none',
    },
    {
      what: 'empty rows',
      make: (n: number) => book(sheet(`${repeated('<row/>', n)}</sheetData></worksheet>`)),
      status: 0 as const,
      says: '',
    },
    {
      what: 'a document type',
      make: (n: number) =>
        book(`<!DOCTYPE x [${repeated('<!ENTITY a "aaaaaaaaaa">', n)}]>${sheet('')}</sheetData></worksheet>`),
      status: 2 as const,
      says: 'damaged',
    },
    {
      what: 'merged ranges',
      make: (n: number) =>
        book(
          `${sheet('')}</sheetData><mergeCells>${repeated('<mergeCell ref="A1:XFD1048576"/>', n)}</mergeCells></worksheet>`,
        ),
      status: 0 as const,
      says: '',
    },
    {
      what: 'nested tags in the workbook',
      make: (n: number) => zipOf(partsOf('<worksheet/>', { book: `<workbook>${repeated('<a>', n)}` })),
      status: 2 as const,
      says: 'nested',
    },
    {
      what: 'sheets without number',
      make: (n: number) =>
        zipOf(
          partsOf('<worksheet/>', {
            book: `<workbook>${repeated('<sheet name="a" r:id="r1"/>', n)}</workbook>`,
          }),
        ),
      status: 2 as const,
      says: 'too many sheets',
    },
    {
      what: 'relations without number',
      make: (n: number) =>
        zipOf(
          partsOf('<worksheet/>', {
            relations: Array.from(
              { length: n / 60 },
              (_, i) => `<Relationship Id="x${i}" Type="t/theme" Target="${'t'.repeat(20)}"/>`,
            ).join(''),
          }),
        ),
      status: 2 as const,
      says: 'too many relations',
    },
    {
      what: 'cell formats without number',
      make: (n: number) =>
        zipOf(
          partsOf(sheet(''), {
            styles: `<styleSheet><cellXfs>${repeated('<xf numFmtId="1"/>', n)}</cellXfs></styleSheet>`,
          }),
        ),
      status: 2 as const,
      says: 'too many formats',
    },
    {
      what: 'a format code of quotes and brackets',
      make: (n: number) =>
        zipOf(
          partsOf(`${sheet('')}</sheetData></worksheet>`, {
            styles: `<styleSheet><numFmts><numFmt numFmtId="200" formatCode="${'['.repeat(Math.min(n, MB))}"/></numFmts><cellXfs>${'<xf numFmtId="200"/>'.repeat(50_000)}</cellXfs></styleSheet>`,
          }),
        ),
      status: 0 as const,
      says: '',
    },
    {
      what: 'shared texts',
      make: (n: number) =>
        zipOf(
          partsOf(`${sheet('')}</sheetData></worksheet>`, {
            strings: `<sst>${repeated('<si><t>Pune</t></si>', n)}</sst>`,
          }),
        ),
      status: 0 as const,
      says: '',
    },
    {
      what: 'one shared text of many runs',
      make: (n: number) =>
        zipOf(
          partsOf(sheet(''), {
            strings: `<sst><si>${repeated('<r><t>Pune Pune Pune Pune Pune Pune</t></r>', n)}</si></sst>`,
          }),
        ),
      status: 2 as const,
      says: 'longer than 1 MiB',
    },
    {
      what: 'parts without number',
      make: (n: number) =>
        zipOf([...partsOf(sheet('')), ...Array.from({ length: n / 400 }, (_, i) => [`x${i}`, ''] as const)]),
      status: 2 as const,
      says: 'too many parts',
    },
  ].map((bomb) => ({ ...bomb, kind: 'xlsx' as const, bytes: 12 * MB })),
  {
    what: 'a zip bomb',
    kind: 'xlsx',
    bytes: 80 * MB,
    make: (n) => book(sheet(repeated('<row><c><v>1</v></c></row>', n))),
    status: 2,
    says: 'unpacks to',
  },
  ...[
    { what: 'a deep list', make: (n: number) => around(`{"a":${deep(n)}}`), says: 'nested deeper than' },
    {
      what: 'a deep list beside a long number',
      make: (n: number) => around(`{"id":12345678901234567890,"a":${deep(n)}}`),
      says: 'nested deeper than',
    },
    {
      what: 'a name of one long text',
      make: (n: number) => around(`{"phone":"9876543211","name":"${repeated('A ', n)}"}`),
      says: 'holds more than',
    },
    {
      what: 'a long text beside a long number',
      make: (n: number) =>
        around(`{"phone":"9876543211","id":12345678901234567890,"name":"${repeated('A\\n', n)}"}`),
      says: 'holds more than',
    },
    {
      what: 'a long text that breaks',
      make: (n: number) => around(`{"name":"${repeated('A\t', n)}"x}`),
      says: 'not valid JSON',
    },
    {
      what: 'a number of many digits',
      make: (n: number) => around(`{"phone":${repeated('9', n)}}`),
      says: 'holds more than',
    },
    {
      what: 'many keys',
      make: (n: number) => around(`{${Array.from({ length: n / 12 }, (_, i) => `"k${i}":1`).join()}}`),
      says: 'members',
    },
    {
      what: 'one key many times',
      make: (n: number) => around(`{${repeated('"__proto__":12345678901234567890,', n)}"a":1}`),
      says: 'PHONE_MISSING',
    },
    {
      what: 'numbers',
      make: (n: number) => around(`{"budget":[${repeated('1.5,', n)}1]}`),
      says: 'holds more than',
    },
  ].map((bomb) => ({ ...bomb, kind: 'ndjson' as const, bytes: 12 * MB, status: 1 as const })),
  {
    what: 'a line beyond 64 MiB',
    kind: 'ndjson',
    bytes: 70 * MB,
    make: (n) => around(`{"a":"${repeated('x', n)}"}`),
    status: 1,
    says: 'longer than 64 MiB',
  },
  {
    what: 'an element of 31 MB',
    kind: 'json',
    bytes: 31 * MB,
    make: (n) => `[{"phone":"9876543210"},{"phone":"9876543211","picture":"${repeated('x', n)}"}]`,
    status: 0,
    says: '',
  },
  {
    what: 'a list that nobody closed',
    kind: 'json',
    bytes: 12 * MB,
    make: (n) => `[{"phone":"9876543210"},{"a":${repeated('[', n)}`,
    status: 1,
    says: 'the file is incomplete',
  },
  ...[
    {
      what: 'a header of 40,000 equal columns',
      make: () => `${'Phone,'.repeat(40_000)}\n1\n`,
      status: 2 as const,
      says: '40,001 columns',
    },
    {
      what: 'a header of 16,000 equal columns',
      make: () => `${'Phone,'.repeat(16_000)}\n1\n`,
      status: 1 as const,
      says: 'are tried for the phone',
    },
    {
      what: 'a name of 800 KB',
      make: () => `Phone,${'x'.repeat(800 * KB)}\n9876543210,1\n`,
      status: 2 as const,
      says: 'has a name of 819,200 characters',
    },
    {
      what: 'names of combining marks',
      make: () =>
        `Phone,${Array.from({ length: 100 }, (_, i) => `${'\u0301\u0316'.repeat(2000)}${i}`).join()}\n9876543210\n`,
      status: 0 as const,
      says: '',
    },
    {
      what: 'a name of combining marks',
      make: () => records('\u0301\u0316'.repeat(250 * KB)),
      status: 0 as const,
      says: '',
    },
    {
      what: 'signs that stand for sentences',
      make: () => `Phone,Budget\n${`${'\ufdfa'.repeat(290)},${'\ufdfa'.repeat(190)}\n`.repeat(700)}`,
      status: 1 as const,
      says: 'PHONE_INVALID',
    },
    {
      what: 'blanks before a letter',
      make: () => records(`x${' '.repeat(1000 * KB)}y`),
      status: 0 as const,
      says: '',
    },
    {
      what: 'brackets behind an address',
      make: () => `Phone,Email\n9876543210,a@b.in ${'>'.repeat(1000 * KB)}x\n`,
      status: 0 as const,
      says: 'EMAIL_INVALID',
    },
    {
      what: 'NULs',
      make: () =>
        `Name,Phone\n${'Asha Verma,9876543210\n'.repeat(100_000)}${'x\0,9876543210\n'.repeat(50_000)}`,
      status: 0 as const,
      says: 'NUL_REMOVED',
    },
    { what: 'quotes', make: () => records('"'.repeat(MB)), status: 0 as const, says: '' },
    {
      what: 'quoted cells',
      make: () => records('"a",'.repeat(MB / 4)),
      status: 1 as const,
      says: 'ROW_TOO_MANY_COLUMNS',
    },
    {
      what: 'a quote that nothing closes',
      make: () => `Name,Phone\n"x,9876543210\n${'""""\n'.repeat(200_000)}`,
      status: 1 as const,
      says: 'ROW_UNPARSABLE',
    },
    {
      what: 'a separator line of blanks',
      make: () => `sep= ${' '.repeat(MB)}x\nName,Phone\n`,
      status: 0 as const,
      says: '"records":0',
    },
  ].map((bomb) => ({ ...bomb, kind: 'csv' as const, bytes: 2 * MB })),
  {
    what: 'a line without an end',
    kind: 'csv',
    bytes: 64 * MB,
    make: (n) => `Name,Phone\nAsha,9876543210\n${repeated('x', n)}`,
    status: 1,
    says: 'million characters',
  },
];

describe.each(BOMBS)('$kind: $what', ({ kind, bytes, make, status, says }) => {
  test('costs what its bytes cost', async () => {
    const most = (await costOfOrdinary(kind, bytes)) * 25;
    desk.write(`bomb.${kind}`, make(bytes));
    const told = await measured(['check', `bomb.${kind}`, '--json']);
    expect(told.stderr).not.toContain('internal error');
    expect({ status: told.status, told: told.stdout + told.stderr }).toEqual({
      status,
      told: expect.stringContaining(says),
    });
    expect(told.cpu - start).toBeLessThan(most);
    expect(told.memory).toBeLessThan(kind === 'xlsx' ? 300 : 900);
  });
});

test.each([
  ['a text', (n: number) => `"${repeated('x', n)}"`],
  ['a list of numbers', (n: number) => `[${repeated('1,', n)}1]`],
  ['a list of objects', (n: number) => `[${repeated('{"a":"b","c":1},', n)}1]`],
  ['levels of lists', (n: number) => `{"a":${repeated('[[1],', n)}1${']'.repeat(Math.floor(n / 5))}}`],
])('json: %s of 30 MB costs about ten times one of 3 MB, not a hundred', async (_, value) => {
  const costs: number[] = [];
  for (const size of [3, 30]) {
    desk.write('value.json', `[{"phone":"9876543210"},{"phone":"9876543211","x":${value(size * MB)}}]`);
    const told = await measured(['check', 'value.json', '--json']);
    expect(told.stderr).not.toContain('internal error');
    costs.push(told.cpu);
  }
  const [small = 0, large = 0] = costs;
  console.log(`${small.toFixed(0)} ms, ${large.toFixed(0)} ms of the processor`);
  expect(large).toBeLessThan(small * 20);
});

test('send: the records around them are sent, and the files are written', async () => {
  const name = 'A '.repeat(4_500_000);
  const lines = [
    { phone: '9876543210', city: 'Pune' },
    { phone: '9876543211', name },
    { phone: '9876543212' },
  ].map((record) => JSON.stringify(record));
  const nested = `{"phone":"9876543213","a":${deep(10_000)}}`;
  desk.write('long.ndjson', [lines[0], lines[1], nested, lines[2], ''].join('\n'));
  const files = ['--output', 'out.csv', '--rejects', 'bad.ndjson'];
  const target = ['--to', 'sandbox-paramantra', '--no-ledger', '--json'];
  const told = await measured(['send', 'long.ndjson', ...target, ...files]);
  expect(told.stderr).not.toContain('internal error');
  expect([...told.stdout.matchAll(/"status":"(\w+)"/g)].map(([, status]) => status)).toEqual([
    'created',
    'invalid',
    'invalid',
    'created',
  ]);
  expect(desk.read('bad.ndjson').split('\n')[0]).toContain(name.trim());
  expect(desk.read('out.csv').split('\n').length).toBeGreaterThan(4);
  const dry = await measured(['send', 'long.ndjson', '--to', 'sandbox-anarock', '--dry-run', '--json']);
  expect(dry.stderr).not.toContain('internal error');
  expect(dry.stdout).toContain('"wouldSend":2');
});
