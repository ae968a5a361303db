// `leadpush check FILE` and `leadpush presets`, as text and as JSON.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configurationOf } from '../../src/app/configuration.ts';
import type { Context } from '../../src/app/context.ts';
import { READ_AS_FOUND } from '../../src/app/options.ts';
import { checkFiles } from '../../src/cli/actions/check-files.ts';
import { listPresets } from '../../src/cli/actions/presets.ts';
import type { ReadingOptions } from '../../src/input/prepare.ts';
import { PRESETS } from '../../src/input/presets/index.ts';
import { Screen } from '../../src/output/screen.ts';
import { systemClock } from '../../src/util/clock.ts';
import { drained } from '../drained.ts';
import { Desk } from './leadpush.ts';

const EXPORTS = join(import.meta.dirname, '../../fixtures/exports');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadpush-check-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function world(stdin = '') {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const context: Context = {
    env: {},
    cwd: folder,
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: new Screen(stdout),
    stderr: new Screen(stderr),
    clock: systemClock,
  };
  const said = (stream: PassThrough) => drained(stream);
  return { context, out: () => said(stdout), err: () => said(stderr) };
}

async function check(
  files: readonly string[],
  given: Partial<{
    json: boolean;
    showPii: boolean;
    stdin: string;
    again: readonly string[];
    reading: Partial<ReadingOptions>;
  }> = {},
) {
  const { context, out, err } = world(given.stdin);
  const status = await checkFiles(
    {
      files,
      reading: { ...READ_AS_FOUND, ...given.reading },
      json: given.json ?? false,
      showPii: given.showPii ?? false,
      again: given.again ?? [],
      config: await configurationOf(null, { env: {}, cwd: folder }),
      to: null,
    },
    context,
  );
  return { status, out: out(), err: err() };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('as text', () => {
  test('says what it is, where columns go, and the first rows of each problem', async () => {
    const path = join(EXPORTS, 'meta_lead_ads.csv');
    const { status, out, err } = await check([path]);
    expect(status).toBe(1);
    expect(err).toBe('');
    expect(out.replaceAll(path, 'meta.csv')).toBe(`meta.csv: 10 records
  format  tsv, utf-16le with BOM, delimiter tab
  export  recognised as Meta lead ads export (preset meta; --preset none turns it off)
  header  line 1
  dates   none depends on the order of day and month; without an offset they are in Asia/Kolkata

  column                                becomes               line 2                   line 3                    line 5
  id                                    externalId            1000000000000001         1000000000000002          1000000000000004
  created_time                          contactedAt           2026-10-05 14:03         2026-10-05 13:45          2026-10-05 18:40
  ad_id                                 extra.ad_id           120210000000000011       120210000000000011        120210000000000011
  ad_name                               extra.ad_name         Skyline – Carousel A     Skyline – Carousel A      Skyline – Carousel A
  adset_id                              extra.adset_id        120210000000000021       120210000000000021        120210000000000021
  adset_name                            extra.adset_name      Pune 28-55               Pune 28-55                Pune 28-55
  campaign_id                           extra.ad_campaign_id  120210000000000031       120210000000000031        120210000000000031
  campaign_name                         placement             Skyline Oct              Skyline Oct               Skyline Oct
  form_id                               extra.form_id         900000000000041          900000000000041           900000000000041
  form_name                             extra.form_name       Skyline Form v2          Skyline Form v2           Skyline Form v2
  is_organic                            (not sent)
  platform                              extra.platform        fb                       ig                        fb
  which_configuration_are_you_interes…  apartmentTypes        2bhk                     3bhk                      2bhk, 3bhk
  what_is_your_budget?                  budget                8,000,000 to 10,000,000  10,000,000 to 15,000,000  from 20,000,000
  full_name                             name                  Asha Verma               राजेश कुमार                 Meera Nambiar
  phone_number                          phone                 +9190*****301            +9180*****402             +9190*****503
  email                                 email                 asha.verma@example.com   rajesh.k@example.com      meera.n@example.com
  city                                  city                  Pune                     मुंबई                       Kochi
  lead_status                           (not sent)

  Not sent: is_organic, lead_status.
  To send one all the same, add it to the command, such as --column "is_organic=extra.is_organic"

10 records: 6 would be sent, 1 twice in this input, 1 skipped, 2 invalid

TEST_LEAD, 1 record (skipped): A test lead of the ad platform; it is not sent. To send it, add --include-test.
  meta.csv:4  phone_number

PHONE_MISSING, 1 record (invalid, would not be sent): The phone is missing. Add a number and send this lead again.
  meta.csv:10  phone_number

PHONE_JUNK, 1 record (invalid, would not be sent): The phone is a placeholder, not a real number. Enter the real number, or delete this lead.
  meta.csv:11  phone_number

Duplicates, 1 record: same lead as an earlier record; only the earlier one is sent
  meta.csv:9  +9190*****301  as meta.csv:2

Next: fix the invalid rows, or send the others and write the invalid rows to a file:
  leadpush send meta.csv --to sandbox-anarock --rejects rejects.csv
`);
  });

  const NO_NAME = '  No column is read as the name. If it is in another column, name that column: --column';
  test.each([
    ['Mobile,Client\n9820012345,Asha Verma\n', `${NO_NAME} "Client=name"`, 'such as --column "Client=name"'],
    [
      'Mobile,Rank,Our Customer\n9820012345,x,Asha\n',
      `${NO_NAME} "Our Customer=name"`,
      '"Our Customer=name"',
    ],
    [
      '[{"mobile":"9820012345","visitor":"Asha"}]',
      `${NO_NAME} "visitor=name"`,
      'such as --column "visitor=name"',
    ],
    // What is of a person, but no name.
    [
      'Mobile,Client\n9820012345,4711\n',
      `${NO_NAME} "Header=name"`,
      'such as --column "Client=extra.client"',
    ],
    ['Mobile,Client Rank\n9820012345,A\n', `${NO_NAME} "Header=name"`, '"Client Rank=extra.client_rank"'],
    ['Mobile\n9820012345\n', `${NO_NAME} "Header=name"`, null],
    // A column of names is there: only this cell is empty.
    ['Mobile,Name,Client\n9820012345,,Asha\n', null, 'such as --column "Client=extra.client"'],
    ['Mobile,First Name,Client\n9820012345,Asha,Asha\n', null, 'such as --column "Client=extra.client"'],
  ])('the name may be in a column that is not read: %j', async (text, advice, example) => {
    const { out } = await check([file('names.csv', text)]);
    if (advice === null) expect(out).not.toContain(NO_NAME);
    else expect(out).toContain(`${advice}\n`);
    if (example !== null) expect(out).toContain(`${example}\n`);
  });

  test('keeps five rows of a code, masks phones unless asked, and has no escape sequences', async () => {
    const rows = Array.from({ length: 7 }, (_, index) => `90001000${index}0,bad-mail\n`).join('');
    const path = file('warn.csv', `phone,email,\u001b[31mred\n${rows}`);
    const { status, out } = await check([path]);
    expect(status).toBe(0);
    expect(out).toContain('EMAIL_INVALID, 7 records (still sent)');
    expect(out).toContain(`${path}:6  email  +9190*****040`);
    expect(out).not.toContain(`${path}:7  email`);
    expect(out).toContain('… 2 more');
    expect(out).not.toContain('\u001b');
    expect((await check([path], { showPii: true })).out).toContain('+919000100040');
  });
});

test.each<[string, string | null, readonly string[], string]>([
  ['nothing is set up', null, [], ' --to sandbox-anarock --dry-run'],
  [
    'nothing is set up and a target is named',
    null,
    ['--to', 'sandbox-paramantra', '--set', 'channelId=1', '--set', 'subject=S', '--set', 'repId=r'],
    ' --to sandbox-paramantra ',
  ],
  ['there is a configuration', 'defaultTarget: sandbox-anarock\n', [], ' next.csv --dry-run'],
])('what comes next where %s', async (_, config, args, expected) => {
  const desk = new Desk();
  try {
    desk.write('next.csv', 'Name,Phone\nAsha,9876543210\n');
    if (config !== null) desk.write('.leadpushrc', config);
    const { stdout } = await desk.run(['check', 'next.csv', ...args]);
    const next = /^Next: (leadpush .*)$/m.exec(stdout)?.[1] ?? '';
    expect(`${next} `).toContain(expected);
    const said = await desk.run(next.split(' ').slice(1));
    expect(said.status).toBe(0);
  } finally {
    desk.remove();
  }
});

test('as one JSON object', async () => {
  const one = file('one.csv', 'Name,Phone,Pet\nA,9000100001,cat\nB,9000100001,\nC,12,\n');
  const two = file(
    'two.ndjson',
    '{"phone":"9000100001","name":"D"}\n{"phone":"9000100002","name":"E","Pet":"x"}\n',
  );
  const { status, out } = await check([one, two], { json: true });
  expect(status).toBe(1);
  expect(out.trim().split('\n')).toHaveLength(1);
  const report: unknown = JSON.parse(out);
  expect(report).toMatchObject({
    type: 'check',
    files: [
      {
        file: one,
        format: 'csv',
        encoding: 'utf-8',
        delimiter: ',',
        preset: null,
        timezone: 'Asia/Kolkata',
        dateOrder: null,
        columns: [
          { header: 'Name', field: 'name' },
          { header: 'Phone', field: 'phone' },
          { header: 'Pet', field: null },
        ],
        ignored: ['Pet'],
        records: 3,
      },
      { file: two, format: 'ndjson', ignored: ['Pet'], records: 2 },
    ],
    records: 5,
    counts: { wouldSend: 2, duplicate: 2, skipped: 0, invalid: 1 },
    codes: { PHONE_INVALID: 1 },
    problems: [
      { kind: 'error', file: one, record: 3, line: 4, code: 'PHONE_INVALID', field: 'Phone', phone: null },
    ],
    duplicates: [
      { file: one, record: 2, line: 3, phone: '+919000100001', of: { file: one, record: 1 } },
      { file: two, record: 1, line: 1, of: { file: one, record: 1 } },
    ],
  });
});

test('the same phone for another project is no duplicate', async () => {
  const path = file('two-projects.csv', 'phone,campaignId\n9000100001,a\n9000100001,b\n9000100001,a\n');
  expect(JSON.parse((await check([path], { json: true })).out)).toMatchObject({
    counts: { wouldSend: 2, duplicate: 1 },
  });
});

test('reads stdin', async () => {
  const { status, out } = await check(['-'], {
    stdin: 'Id,Date,Status,Tel\n1,2026-10-05,unread,9000100001\n',
    json: true,
  });
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    files: [{ file: '-', preset: 'cfdb7' }],
    counts: { wouldSend: 1 },
  });
});

describe('presets', () => {
  test('as text, one paragraph each', async () => {
    const { context, out } = world();
    expect(await listPresets({ json: false, own: [] }, context)).toBe(0);
    const text = out();
    const lines = text.split('\n').map((line) => line.replace(/ {2,}/g, '  '));
    for (const preset of PRESETS) expect(lines).toContain(`${preset.name}  ${preset.title}`);
    expect(text).toContain('only with --preset 99acres');
  });

  test('as NDJSON', async () => {
    const { context, out } = world();
    await listPresets({ json: true, own: [] }, context);
    const lines = out()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.name)).toEqual(PRESETS.map((preset) => preset.name));
    expect(lines[0]).toMatchObject({ type: 'preset', name: 'meta', auto: true, confidence: 'high' });
  });
});
