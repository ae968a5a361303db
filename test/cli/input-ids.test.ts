// Through the built program: an ad platform's ids never become the provider's, whatever the file's format and preset,
// and a secret that rides in a file is found nowhere afterwards.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workbook } from '../input/xlsx/make-xlsx.ts';
import { deskWithSandbox } from './desk-with-sandbox.ts';
import { linesOf } from './leadpush.ts';

const { desk, sandbox } = await deskWithSandbox();

const OURS = { campaign_id: 'greens', source_id: 1, sub_source_id: 8 };
const AD = '120210000000000031';

/** The three ids that the requests for a file carry, each request's once. */
async function idsOf(file: string, args: readonly string[]): Promise<readonly object[]> {
  const { stdout } = await desk.run([
    ...['send', file, '--to', 'a', '--config', 'c.yaml', '--dry-run', '--json'],
    ...args,
  ]);
  return linesOf(stdout).flatMap((line) => {
    if (line['type'] !== 'request') return [];
    const fields = JSON.parse(JSON.stringify(line['fields']));
    expect(JSON.stringify(line['lead'])).toContain(`"ad_campaign_id":"${AD}"`);
    return [
      {
        campaign_id: fields.campaign_id,
        source_id: Number(fields.source_id),
        sub_source_id: Number(fields.sub_source_id),
      },
    ];
  });
}

describe("an ad platform's campaign is not the provider's project", () => {
  const head = ['name', 'phone', 'campaign_id'];
  const table = (evidence: string, id: string) =>
    `${[...head, evidence].join(',')}\nA,9600000001,${id},5\nB,9600000002,${id},\n`;
  const object = (evidence: string, id: string) =>
    JSON.stringify({ name: 'A', phone: `960000000${evidence.length}`, campaign_id: id, [evidence]: 5 });
  const FILES: readonly (readonly [name: string, content: string | Buffer, leads: number])[] = [
    ...['ad_id', 'form_id', 'GCLID'].map(
      (evidence) => [`${evidence.replace(/\W/g, '')}.csv`, table(evidence, AD), 2] as const,
    ),
    ['prefixed.csv', `name,phone,campaign_id\nA,9600000001,c:${AD}\n`, 1],
    ['named.csv', `name,phone,campaignId\nA,9600000001,c:${AD}\n`, 1],
    ['number.ndjson', `{"phone":"9600000001","campaign_id":${AD},"ad_id":5}\n`, 1],
    ['prefixed.ndjson', `${object('x', `c:${AD}`)}\n${object('form_id', AD)}\n`, 2],
    ['array.json', `[${object('adset_id', AD)}, ${object('gcl_id', AD)}]`, 2],
    [
      'book.xlsx',
      workbook([
        [...head, 'ad_id'],
        ['A', '9600000001', AD, '5'],
      ]),
      1,
    ],
  ];

  it.each(FILES)('%s', async (name, content, leads) => {
    desk.write(name, content);
    const presets = name.startsWith('prefixed') ? ['meta', 'hubspot'] : [];
    for (const args of [[], ...['none', ...presets].map((preset) => ['--preset', preset])]) {
      expect([args, await idsOf(name, args)]).toEqual([args, Array(leads).fill(OURS)]);
    }
  });

  it('only --column says otherwise', async () => {
    desk.write('said.csv', table('ad_id', AD));
    const { stdout } = await desk.run([
      ...['send', 'said.csv', '--to', 'a', '--config', 'c.yaml', '--dry-run', '--json'],
      ...['--column', 'campaign_id=campaignId'],
    ]);
    expect(linesOf(stdout)[0]).toMatchObject({ lead: { campaignId: AD } });
  });
});

it("a file's google_key is found in no output and no file", async () => {
  const KEY = 'S3CRET-key-of-google';
  const lead = (phone: string) =>
    `{"lead_id":"${phone}","google_key":"${KEY}","form_id":1,"campaign_id":2,"user_column_data":[{"column_id":"PHONE_NUMBER","string_value":"${phone}"}]}`;
  const inputs = new Set(['hook.ndjson', 'hook.csv', 'hook.xlsx']);
  desk.write('hook.ndjson', `${lead('9611111101')}\n${lead('12')}\n{"google_key":"${KEY}", broken\n`);
  desk.write('hook.csv', `Google Key,phone,name\n${KEY},9611111102,A\n${KEY},12,B\n${KEY},"9" 9,C\n`);
  desk.write(
    'hook.xlsx',
    workbook([
      ['google_key', 'phone'],
      [KEY, '9611111103'],
      [KEY, '12'],
    ]),
  );
  const shown: string[] = [];
  for (const name of inputs) {
    for (const args of [
      ['check', name, '--config', 'c.yaml'],
      ['check', name, '--json', '--config', 'c.yaml'],
      ['send', name, '--to', 'a,p', '--config', 'c.yaml', '--dry-run', '--json', '--verbose'],
      ['send', name, '--to', 'a,p', '--config', 'c.yaml', '--verbose', '--show-pii'],
      [
        'send',
        name,
        '--to',
        'a',
        '--config',
        'c.yaml',
        '--json',
        '--rejects',
        `r-${name}`,
        '--output',
        `o-${name}.csv`,
      ],
      ['send', name, '--to', 'a', '--config', 'c.yaml', '--json', '--resend', '--output', `o-${name}.ndjson`],
    ]) {
      const { stdout, stderr, status } = await desk.run(args);
      expect([args, status]).toEqual([args, 1]);
      shown.push(stdout, stderr);
    }
  }
  const [run] = linesOf((await desk.run(['runs', '--json'])).stdout);
  expect(run).toBeDefined();
  expect((await desk.run(['report', String(run?.['run']), '--html', 'report.html'])).status).toBe(0);
  shown.push(JSON.stringify(await sandbox.leads()));
  expect(shown.join('\n')).not.toContain(KEY);
  expect(shown.join('\n')).not.toMatch(/g\0?o\0?o\0?g\0?l\0?e\0?_\0?k\0?e\0?y"\s*:/);
  const files = [desk.folder, desk.home].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const kept = files.filter(
    (path) => statSync(path).isFile() && !inputs.has(path.slice(desk.folder.length + 1)),
  );
  expect(kept.length).toBeGreaterThan(8);
  for (const path of kept) expect([path, readFileSync(path).includes(KEY)]).toEqual([path, false]);
});
