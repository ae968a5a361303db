// `presets:` of the configuration, and `leadpush presets FILE`, which proposes one: a team teaches leadpush its own export.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Line, linesOf } from './leadpush.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

const FILE = `Vorgang,Interessent,Ruf,Makler-Ruf,Anbieter,Eingang
K-901,Asha Rao,9000831801,9000831899,Dealer,05/10/2024 09:00
K-902,Binu Nair,022 26116113,,Owner,06/10/2024 09:00
`;

const PRESET = `presets:
  our-portal:
    title: Our portal
    signature: [Vorgang, Interessent, Ruf, Makler-Ruf]
    atLeast: 3
    columns: { Vorgang: externalId, Interessent: name, Ruf: phone, Makler-Ruf: "", Anbieter: broker, Eingang: contactedAt }
    prefixes: { externalId: K- }
    words: { broker: { Dealer: true, owner: false } }
    constants: { source: portals, placement: our-portal }
    timezone: Asia/Dubai
    dateOrder: MDY
`;

async function leadsOf(...args: readonly string[]): Promise<readonly Line[]> {
  const { stdout, stderr } = await desk.run([
    'send',
    ...args,
    '--to',
    'sandbox-anarock',
    '--dry-run',
    '--json',
  ]);
  const leads = linesOf(stdout).flatMap(({ lead }) =>
    typeof lead === 'object' && lead !== null ? [{ ...lead }] : [],
  );
  if (leads.length === 0) throw new Error(stderr);
  return leads;
}

describe('a preset of the configuration', () => {
  beforeEach(() => {
    desk.write('.leadpushrc', PRESET);
    desk.write('a.csv', FILE);
  });

  it('reads its file, also where the configuration was found', async () => {
    expect(await leadsOf('a.csv')).toMatchObject([
      {
        externalId: '901',
        name: 'Asha Rao',
        phone: '+919000831801',
        broker: true,
        contactedAt: '2024-05-10T05:00:00.000Z',
        source: 'portals',
        placement: 'our-portal',
      },
      { externalId: '902', phone: '+912226116113', broker: false },
    ]);
    expect(JSON.stringify(await leadsOf('a.csv'))).not.toContain('9000831899');
  });

  it('is said to be recognised, listed, named and completed', async () => {
    const { stdout } = await desk.run(['check', 'a.csv']);
    expect(stdout).toContain('recognised as Our portal (preset our-portal; --preset none turns it off)');
    expect((await desk.run(['presets'])).stdout).toMatch(
      /^our-portal +Our portal\n +recognised by its header; from your configuration\nmeta +/,
    );
    expect(linesOf((await desk.run(['presets', '--json'])).stdout)[0]).toMatchObject({
      name: 'our-portal',
      timezone: 'Asia/Dubai',
    });
    desk.write('b.csv', 'Ruf,Interessent\n9000831802,Cara\n');
    expect(await leadsOf('b.csv', '--preset', 'our-portal')).toMatchObject([{ name: 'Cara' }]);
    const offered = await desk.run(['complete', '--', 'send', '--preset', 'our']);
    expect(offered.stdout).toBe('our-portal\tOur portal\n');
  });

  it('goes before a built-in one, and takes its name', async () => {
    desk.write(
      '.leadpushrc',
      'presets: { hubspot: { signature: [Record ID, Lead Status], columns: { Ring: phone, Phone Number: "" } } }\n',
    );
    desk.write(
      'h.csv',
      'Record ID,First Name,Phone Number,Ring,Lead Status,Create Date,Contact owner\n1,Asha,9000831803,9000831804,NEW,,\n',
    );
    expect(await leadsOf('h.csv')).toMatchObject([{ phone: '+919000831804' }]);
    expect((await desk.run(['presets'])).stdout.match(/^hubspot /gm)).toHaveLength(1);
  });
});

it.each<[string, string, string]>([
  ['no signature', 'p: { columns: { A: phone } }', 'presets.p.signature: expected'],
  ['an empty signature', 'p: { signature: [] }', 'presets.p.signature: expected the headers'],
  [
    'an unknown field',
    'p: { signature: [A], columns: { A: fone } }',
    'presets.p.columns.A: "fone" is not a field',
  ],
  [
    'an unknown setting',
    'p: { signature: [A], colums: {} }',
    'presets.p.colums: unknown setting, did you mean "columns"?',
  ],
  [
    'too many required',
    'p: { signature: [A], atLeast: 2 }',
    'presets.p.atLeast: expected a whole number from 1 to 1',
  ],
  [
    'a zone that is none',
    'p: { signature: [A], timezone: Mars }',
    'presets.p.timezone: expected a time zone',
  ],
  [
    'an order that is none',
    'p: { signature: [A], dateOrder: DYM }',
    'presets.p.dateOrder: expected DMY, MDY, YMD',
  ],
  [
    'words of a text',
    'p: { signature: [A], words: { name: { x: true } } }',
    'presets.p.words.name: expected homeloanRequired',
  ],
  [
    'words that are no truth',
    'p: { signature: [A], words: { broker: { x: 1 } } }',
    'presets.p.words.broker.x: expected true or false',
  ],
  [
    'a constant that routes',
    'p: { signature: [A], constants: { campaignId: x } }',
    'presets.p.constants.campaignId: expected source',
  ],
  ['the name none', 'none: { signature: [A] }', 'presets.none: expected a name'],
  ['a list', '[1]', 'presets: expected'],
  ['a variable that is not its own', 'p: { signature: ["${HOME_KEY}"] }', '${HOME_KEY} is not allowed here'],
])('%s is refused', async (_, text, expected) => {
  desk.write('.leadpushrc', `presets: ${text.startsWith('[') ? text : `{ ${text} }`}\n`);
  desk.write('a.csv', 'Name,Phone\nAsha,9000831805\n');
  const { stderr, status } = await desk.run(['check', 'a.csv']);
  expect(stderr).toContain(expected);
  expect(status).toBe(2);
});

describe('leadpush presets FILE', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'a table',
      FILE,
      ['--column', 'Ruf=phone', '--column', 'Makler-Ruf=', '--column', 'Anbieter=extra.seller'],
    ],
    [
      'headers that YAML would misread',
      'Name,Phone,"yes","a: ""b""\u202e","#3"\nAsha,9000831806,1,2,3\n',
      [],
    ],
    [
      'names that leadpush knows',
      'Full Name,Mobile,Project\nAsha,9000831807,Palm\n',
      ['--timezone', 'UTC', '--date-order', 'MDY'],
    ],
  ])('%s: what it prints can be pasted, and the file is then recognised', async (_, content, options) => {
    desk.write('Palm leads 2026.csv', content);
    const before = await leadsOf('Palm leads 2026.csv', ...options);
    const { stdout, stderr, status } = await desk.run(['presets', 'Palm leads 2026.csv', ...options]);
    expect(status).toBe(0);
    expect(stderr).toContain("Then: leadpush check 'Palm leads 2026.csv' --preset palm-leads");
    desk.write('.leadpushrc', stdout);
    const { stdout: page } = await desk.run(['check', 'Palm leads 2026.csv']);
    expect(page).toContain('(preset palm-leads;');
    expect(await leadsOf('Palm leads 2026.csv')).toEqual(before);
  });

  it.each<[string, string, string, readonly string[], string]>([
    ['no phone column', 'a.csv', 'Vorgang,Ruf\n1,9000831808\n', [], 'Name the column that holds it'],
    ['no such file', 'a.csv', 'Name,Phone\n', ['b.csv'], 'b.csv'],
    ['--json', 'a.csv', 'Name,Phone\nAsha,9000831809\n', ['--json'], 'Leave out --json'],
  ])('%s is refused with what to do', async (_, name, content, options, expected) => {
    desk.write(name, content);
    const file = options.find((one) => !one.startsWith('--')) ?? name;
    const { stderr, status } = await desk.run(['presets', file, ...options.filter((one) => one !== file)]);
    expect(stderr).toContain(expected);
    expect(status).toBe(2);
  });
});
