// JSON as more systems write it, through the program: all files in one call, one line a file with the leads that it holds.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { eachTest } from './each-test.ts';
import { type Desk, linesOf } from './leadpush.ts';

let desk: Desk;
eachTest((ownDesk) => {
  desk = ownDesk;
});

const send = (...args: readonly string[]) =>
  desk.run(['send', ...args, '--to', 'sandbox-anarock', '--dry-run', '--json']);

/** No number twice: twins of another file would be duplicates. */
let last = 9_000_840_000;
const phone = (): string => String(++last);
const json = (value: unknown) => JSON.stringify(value);

/** `name phone`, `code`, and whatever else is looked at, of each record. */
function told(line: Readonly<Record<string, unknown>>, fields: readonly string[]): string {
  const { lead, errors } = line;
  if (typeof lead === 'object' && lead !== null) {
    const values: Readonly<Record<string, unknown>> = { ...lead };
    const shown = ['name', 'phone', ...fields].map((field) => values[field] ?? '-');
    return shown.join(' ');
  }
  const [first]: readonly unknown[] = Array.isArray(errors) ? errors : [];
  return typeof first === 'object' && first !== null && 'code' in first ? String(first.code) : '?';
}

interface Shape {
  readonly what: string;
  readonly text: string;
  readonly leads: readonly string[];
  readonly fields?: readonly string[];
  readonly ndjson?: true;
}

const one = (
  what: string,
  make: (phone: string) => unknown,
  expected = 'Asha',
  fields: readonly string[] = [],
): Shape => {
  const number = phone();
  const made = make(number);
  const [name = '', ...others] = expected.split('|');
  const text = typeof made === 'string' ? made : json(made);
  return { what, text, leads: [[name, `+91${number}`, ...others].join(' ')], fields };
};

const two = (what: string, make: (first: string, second: string) => string, ndjson?: true): Shape => {
  const [first, second] = [phone(), phone()];
  const leads = [`Asha +91${first}`, `Binu +91${second}`];
  return { what, text: make(first, second), leads, ...(ndjson ? { ndjson } : {}) };
};

const SHAPES: readonly Shape[] = [
  two('rows below a row of names', (a, b) =>
    json([
      ['Phone', 'Name'],
      [a, 'Asha'],
      [b, 'Binu'],
    ]),
  ),
  two(
    'a record separator before each value',
    (a, b) =>
      [
        ['Asha', a],
        ['Binu', b],
      ]
        .map(([name, mobile]) => `\u001e${json({ name, mobile })}\n`)
        .join(''),
    true,
  ),
  two('lists of pairs', (a, b) =>
    json([
      [
        { name: 'phone', value: a },
        { name: 'full_name', value: 'Asha' },
      ],
      [
        { name: 'phone', value: b },
        { name: 'full_name', value: 'Binu' },
      ],
    ]),
  ),
  one('answers in a list of values, named by field_name', (p) => ({
    _embedded: {
      contacts: [
        {
          name: 'Asha',
          custom_fields_values: [
            { field_id: 1, field_name: 'Phone', values: [{ value: p, enum_code: 'MOB' }] },
            { field_id: 2, field_name: 'E-mail', values: [{ value: 'a@example.com', enum_code: 'WORK' }] },
          ],
        },
      ],
    },
  })),
  one(
    'false for nothing',
    (p) => [{ name: false, full_name: 'Asha', phone: false, mobile: p, city: false }],
    'Asha|-',
    ['city'],
  ),
  one('a caller and its number', (p) => ({
    leads: [{ caller: { name: 'Asha', number: p }, listing: { agent: { phone: '9820000001' } } }],
  })),
  one('a family name beside a name', (p) => [{ NAME: 'Asha', LAST_NAME: 'Rao', PHONE: p }], 'Asha Rao'),
  one(
    "somebody's profile beside the lead",
    (p) => [{ sender: { name: 'Asha', phone: p }, publicProfile: { phone: '9820000001' } }],
    'Asha|-',
    ['altPhone'],
  ),
  // Values with their type.
  one('DynamoDB', (p) => ({
    Items: [{ name: { S: 'Asha' }, phone: { N: p }, ok: { BOOL: true } }],
    Count: 1,
  })),
  one('DynamoDB, nested', (p) => [{ Item: { name: { S: 'Asha' }, contact: { M: { phone: { S: p } } } } }]),
  one('DynamoDB, a stream', (p) => ({
    Records: [{ eventName: 'INSERT', dynamodb: { NewImage: { name: { S: 'Asha' }, phone: { S: p } } } }],
  })),
  one('an S that is no text', (p) => [{ name: 'Asha', phone: p, city: { S: { x: 1 } } }]),
  one(
    'Firestore',
    (p) => ({
      documents: [
        {
          name: 'projects/p/databases/(default)/documents/leads/abc',
          fields: { fullName: { stringValue: 'Asha' }, mobile: { integerValue: p }, x: { nullValue: null } },
          createTime: '2024-10-05T08:33:16Z',
        },
      ],
    }),
    'Asha|abc|2024-10-05T08:33:16.000Z',
    ['externalId', 'contactedAt'],
  ),
  one('Firestore, a map', (p) => [
    {
      fields: {
        contact: { mapValue: { fields: { phone: { stringValue: p } } } },
        name: { stringValue: 'Asha' },
      },
    },
  ]),
  one(
    'a time in seconds',
    (p) => [{ name: 'Asha', phone: p, createdAt: { _seconds: 1728117196, _nanoseconds: 5 } }],
    'Asha|2024-10-05T08:33:16.000Z',
    ['contactedAt'],
  ),
  one('texts by language', (p) => ({
    items: [{ fields: { name: { 'en-US': 'Asha' }, phone: { 'en-US': p } } }],
  })),
  one('XML, texts alone', (p) => ({ leads: { lead: [{ name: { $t: 'Asha' }, phone: { $t: p } }] } })),
  one('XML, texts beside attributes', (p) => [{ name: 'Asha', phone: { _: p, $: { type: 'mobile' } } }]),
  // Answers.
  one('pairs in capitals', (p) => [
    [
      { Attribute: 'FirstName', Value: 'Asha' },
      { Attribute: 'Phone', Value: p },
    ],
  ]),
  one('pairs in capitals, in a member', (p) => ({
    List: [
      {
        Properties: [
          { Name: 'Full Name', Value: 'Asha' },
          { Name: 'Mobile', Value: p },
        ],
      },
    ],
  })),
  one(
    'pairs that only have a type',
    (p) => ({
      id: 7,
      name: 'Asha',
      contacts: [
        { type: 'phone', value: p },
        { type: 'email', value: 'a@example.com' },
      ],
    }),
    'Asha|7|a@example.com',
    ['externalId', 'email'],
  ),
  one(
    'answers by ids, with no question anywhere',
    (p) => ({
      responses: [
        {
          responseId: 'r1',
          name: 'Asha',
          answers: { a1: { questionId: 'a1', textAnswers: { answers: [{ value: p }] } } },
        },
      ],
    }),
    'Asha|r1',
    ['externalId'],
  ),
  one(
    'LinkedIn',
    (p) => ({
      elements: [
        {
          id: 'r1',
          formResponse: {
            answers: [
              { questionId: 1, answerDetails: { textQuestionAnswer: { answer: 'Asha' } } },
              { questionId: 2, answerDetails: { textQuestionAnswer: { answer: p } } },
            ],
          },
          form: {
            questions: [
              { questionId: 1, predefinedField: 'FIRST_NAME', question: { localized: { en_US: 'Vorname' } } },
            ],
          },
        },
      ],
    }),
    'Asha|r1',
    ['externalId'],
  ),
  one(
    'properties of a type',
    (p) => ({
      results: [
        {
          id: 'p1',
          properties: {
            Name: { id: 'title', type: 'title', title: [{ type: 'text', plain_text: 'Asha' }] },
            Phone: { id: 'x', type: 'phone_number', phone_number: p },
            Email: { id: 'y', type: 'email', email: 'a@example.com' },
          },
        },
      ],
    }),
    'Asha|p1|a@example.com',
    ['externalId', 'email'],
  ),
  one(
    'options with ids',
    (p) => [
      {
        name: 'Asha',
        phone: p,
        configuration: [
          { id: 1, name: '2 BHK' },
          { id: 2, name: '3 BHK' },
        ],
      },
    ],
    'Asha|2bhk,3bhk',
    ['apartmentTypes'],
  ),
  one('a form’s name above the answers', (p) => ({
    payload: { name: 'Contact Form', formId: 'f', data: { 'First Name': 'Asha', Phone: p } },
  })),
  one(
    'a form’s id',
    (p) => ({
      form: { id: 'f1', name: 'New' },
      fields: { name: { title: 'Name', value: 'Asha' }, t: { title: 'Mobile', value: p } },
    }),
    'Asha|-',
    ['externalId'],
  ),
  one(
    'a node’s id',
    (p) => ({ data: { leads: { edges: [{ cursor: 'c', node: { id: 'L1', name: 'Asha', phone: p } }] } } }),
    'Asha|L1',
    ['externalId'],
  ),
  one(
    'addresses with names',
    (p) => [
      { displayName: 'Asha', mobilePhone: p, emailAddresses: [{ address: 'a@example.com', name: 'Asha' }] },
    ],
    'Asha|a@example.com',
    ['email'],
  ),
  // Lists.
  two('ids within one id', (a, b) =>
    json({ leads: { site1: { a1: { name: 'Asha', phone: a }, a2: { name: 'Binu', phone: b } } } }),
  ),
  two('texts that are JSON', (a, b) =>
    json([json({ name: 'Asha', phone: a }), json({ name: 'Binu', phone: b })]),
  ),
  two(
    'a document in a text',
    (a, b) =>
      `${json(
        json([
          { name: 'Asha', phone: a },
          { name: 'Binu', phone: b },
        ]),
      )}`,
  ),
  two('a table with its names apart', (a, b) =>
    json({
      columns: ['name', 'phone'],
      index: [0, 1],
      data: [
        ['Asha', a],
        ['Binu', b],
      ],
    }),
  ),
  two('a table with its names in the first row', (a, b) =>
    json({
      range: 'A1:B3',
      values: [
        ['Name', 'Phone', 'City'],
        ['Asha', a, 'Pune'],
        ['Binu', b],
      ],
    }),
  ),
  two('a list under each name', (a, b) => json({ name: ['Asha', 'Binu'], phone: [a, b] })),
  two('numbers under each name', (a, b) => `{"name":{"0":"Asha","1":"Binu"},"phone":{"0":${a},"1":${b}}}`),
  one('lists of one lead', (p) => ({ Name: ['Asha'], 'Mobile Number': [p] })),
  one('two numbers and two addresses of one lead', (p) => ({
    name: 'Asha',
    phones: [p, '9000849900'],
    emails: ['a@example.com', 'b@example.com'],
  })),
  // What is no JSON around it.
  two('commas at the ends', (a, b) => `[{"name":"Asha","phone":"${a}",},{"name":"Binu","phone":"${b}"},]`),
  two(
    'remarks',
    (a, b) =>
      `// October\n[\n/* "first" [ */ {"name":"Asha","phone":"${a}"}, // and\n{"name":"Binu", /* x */ "phone":"${b}"} // end\n]`,
  ),
  two('a script', (a, b) => `var leads = [{"name":"Asha","phone":"${a}"},{"name":"Binu","phone":"${b}"}];\n`),
  two('a callback', (a, b) => `callback([{"name":"Asha","phone":"${a}"},{"name":"Binu","phone":"${b}"}]);`),
  two('a guard', (a, b) => `)]}',\n[{"name":"Asha","phone":"${a}"},{"name":"Binu","phone":"${b}"}]`),
  two('lines of a list', (a, b) => `{"name":"Asha","phone":"${a}"},\n{"name":"Binu","phone":"${b}"}`, true),
];

it('each shape gives its leads', async () => {
  const names = SHAPES.map(({ text, ndjson }, index) => {
    const name = `shape-${index}.${ndjson ? 'ndjson' : 'json'}`;
    desk.write(name, text);
    return name;
  });
  const done = await send(...names);
  const lines = linesOf(done.stdout).filter(({ type }) => type !== 'summary');
  let at = 0;
  const seen = SHAPES.map(({ what, leads, fields = [] }) => {
    const own = lines.slice(at, at + leads.length).map((line) => told(line, fields));
    at += leads.length;
    return { what, leads: own };
  });
  expect(seen).toEqual(SHAPES.map(({ what, leads }) => ({ what, leads })));
  expect(lines).toHaveLength(at);
});

describe('a format that the file is not', () => {
  const CSV = 'name,phone\nAsha,9000849001\nBinu,9000849002\n';
  const PRETTY = JSON.stringify([{ name: 'Asha', phone: '9000849001' }], null, 1);
  it.each([
    ['json', CSV, 'is not JSON.'],
    ['ndjson', CSV, 'is not NDJSON.'],
    ['ndjson', PRETTY, 'is one JSON document on several lines, not NDJSON.'],
    ['csv', PRETTY, 'is JSON, not a table.'],
  ])('--format %s: said once, exit 2, and without it the file is read', async (format, text, message) => {
    desk.write('leads.txt', text);
    const refused = await send('leads.txt', '--format', format);
    expect(refused.status).toBe(2);
    expect(refused.stdout).toBe('');
    expect(refused.stderr).toBe(
      `leadpush: leads.txt ${message}\nRemove --format: the format is detected from the content.\n`,
    );
    expect((await send('leads.txt')).status).toBe(0);
  });

  it('a broken record is no reason: it is told, and the others are read', async () => {
    desk.write('leads.txt', '{"name":"X","phone":\n{"name":"Asha","phone":"9000849001"}\n');
    const done = await send('leads.txt', '--format', 'ndjson');
    expect(linesOf(done.stdout).map((line) => told(line, []))).toEqual([
      'ROW_UNPARSABLE',
      'Asha +919000849001',
      '?',
    ]);
  });
});

it('a gzipped script of a stream is read, and its end is no record', async () => {
  const text = `var x = [${Array.from({ length: 3000 }, (_, i) => json({ name: 'Asha', phone: `90008${50_000 + i}` })).join(',')}];`;
  desk.write('leads.json.gz', gzipSync(text));
  const [end] = linesOf((await send('leads.json.gz')).stdout).slice(-1);
  expect(end).toMatchObject({ records: 3000, wouldSend: 3000 });
});

describe('a column that --column names', () => {
  const record = (i: number) => json({ nm: 'Asha', mobil: String(9_000_860_000 + i) });
  it.each([
    ['mobli', 'Did you mean "mobil"?'],
    ['city', 'no column "city".'],
  ])('and no record has, %s: exit 2, nothing sent', async (header, message) => {
    for (const name of ['leads.json', 'leads.ndjson']) {
      const all = [record(1), record(2)];
      desk.write(name, name === 'leads.json' ? `[${all.join(',')}]` : all.join('\n'));
      const refused = await send(name, '--column', 'mobil=phone', '--column', `${header}=city`);
      expect(refused).toMatchObject({ status: 2, stdout: '' });
      expect(refused.stderr).toContain(message);
      expect(refused.stderr).toContain('Headers seen: "nm", "mobil".');
    }
  });

  it('is there when a later record has it, or another file', async () => {
    desk.write('leads.json', `[${record(1)},${json({ town: 'Pune', mobil: '9000860009' })}]`);
    desk.write('leads.csv', 'name,phone,place\nBinu,9000860008,Latur\n');
    const done = await send('leads.json', 'leads.csv', '--column', 'town=city', '--column', 'place=city');
    expect(done.status).toBe(0);
    expect(linesOf(done.stdout).at(-1)).toMatchObject({ wouldSend: 3 });
  });

  it('and the first MiB has not is said, and the rest is read', async () => {
    desk.write('leads.json', `[${Array.from({ length: 40_000 }, (_, i) => record(100 + i)).join(',')}]`);
    const done = await send('leads.json', '--column', 'mobil=phone', '--column', 'cty=city', '--limit', '1');
    expect(done.status).toBe(0);
    expect(done.stderr).toContain('no column "cty". None of its first records has it.');
  });
});
