// Where the records are in a JSON document: envelopes of many systems, and documents that are no envelope though they
// look like one. Each is read as a stream in one piece and in pieces of a few bytes, with its keys in both orders.
import { describe, expect, test } from 'vitest';
import type { SourceOptions } from '../../../src/input/source.ts';
import { read, refused } from '../reading.ts';

const A = { name: 'Asha', phone: '9000100001' };
const B = { name: 'Binu', phone: '9000100002' };
const BOTH = ['name=Asha phone=9000100001', 'name=Binu phone=9000100002'];
const Q = (label: string, value: unknown) => ({ label, value });

async function seen(text: string, options: SourceOptions = {}, piece?: number): Promise<readonly string[]> {
  const { records } = await read(text, options, piece);
  expect(records.map(({ record }) => record)).toEqual(records.map((_, i) => i + 1));
  return records.map(
    ({ keys, cells, problem }) => problem?.code ?? keys.map((key, i) => `${key}=${cells[i]}`).join(' '),
  );
}

/** The same with the members of all objects in the other order; numbered ones keep theirs in any case. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

/** Records, and their words, in any order; lists that stay JSON turn their members, too. */
function sorted(records: readonly string[]): readonly string[] {
  return records
    .map((record) =>
      record
        .replace(/=\[\{.*?\}\]/g, '=[]')
        .split(' ')
        .sort()
        .join(' '),
    )
    .sort();
}

const ENVELOPES: readonly (readonly [what: string, document: unknown, records: readonly string[]])[] = [
  ['a list under any name', { ok: true, anfragen: [A, B] }, BOTH],
  [
    'a phone beside the list is the sender’s',
    { agency: 'Greens', phone: '02226116105', enquiries: [A, B] },
    BOTH,
  ],
  [
    'a name beside it, too',
    { name: 'Greens Realty', phone: '02226116105', email: 'desk@example.com', leads: [A, B] },
    BOTH,
  ],
  [
    'a change of a page, whose value is the lead',
    {
      object: 'page',
      entry: [
        {
          id: 'p1',
          changes: [
            { field: 'leadgen', value: A },
            { field: 'leadgen', value: B },
          ],
        },
      ],
    },
    BOTH.map((one) => `field=leadgen ${one.replace(/(\w+=)/g, 'value.$1')}`),
  ],
  [
    'a lead in an object of its own, beside a list with a phone',
    { event: 'lead.created', lead: A, offices: [{ label: 'Pune', desk_phone: '02226116105' }] },
    [
      'event=lead.created lead.name=Asha lead.phone=9000100001 offices=[{"label":"Pune","desk_phone":"02226116105"}]',
    ],
  ],
  ['paging beside it', { data: [A, B], links: [{ rel: 'next', href: '/2' }], meta: { page: 1 } }, BOTH],
  ['errors beside it', { errors: [{ code: 7, message: 'slow' }], payload: { rows: [A, B] } }, BOTH],
  ['the list deep inside', { a: { b: { c: { d: [A, B] } } } }, BOTH],
  ['a list in a list', [[A, B]], BOTH],
  [
    'pages in a list',
    [
      { page: 1, leads: [A] },
      { page: 2, leads: [B] },
    ],
    BOTH,
  ],
  [
    'a dump of a database',
    [
      { type: 'header', version: '5' },
      { type: 'database', name: 'crm' },
      { type: 'table', name: 'leads', data: [A, B] },
    ],
    BOTH,
  ],
  [
    'JSON:API',
    {
      data: [{ type: 'leads', id: '1', attributes: A }],
      included: [{ type: 'projects', id: '7', attributes: { title: 'Greens' } }],
    },
    ['type=leads id=1 attributes.name=Asha attributes.phone=9000100001'],
  ],
  [
    'GraphQL',
    { data: { leads: { edges: [{ cursor: 'x', node: A }], pageInfo: { hasNextPage: false } } } },
    ['cursor=x node.name=Asha node.phone=9000100001'],
  ],
  [
    'Elasticsearch',
    { took: 3, hits: { total: { value: 1 }, hits: [{ _id: 'h1', _source: A }] } },
    ['_id=h1 _source.name=Asha _source.phone=9000100001'],
  ],
  [
    'Airtable',
    {
      records: [
        {
          id: 'rec1',
          createdTime: '2026-10-05T08:33:22.000Z',
          fields: { Name: 'Asha', Phone: '9000100001' },
        },
      ],
      offset: 'itr',
    },
    ['id=rec1 createdTime=2026-10-05T08:33:22.000Z fields.Name=Asha fields.Phone=9000100001'],
  ],
  [
    'Strapi',
    { data: [{ id: 1, attributes: A }], meta: { pagination: { page: 1 } } },
    ['id=1 attributes.name=Asha attributes.phone=9000100001'],
  ],
  [
    'HubSpot',
    {
      results: [{ id: '5', properties: { firstname: 'Asha', phone: '9000100001' } }],
      paging: { next: { after: '5' } },
    },
    ['id=5 properties.firstname=Asha properties.phone=9000100001'],
  ],
  [
    'no key but a value says phone',
    { list2: [{ who: 'Asha', no1: '+919000100001' }], tags: [{ t: 'x' }] },
    ['who=Asha no1=+919000100001'],
  ],
  [
    'leads with line items of their own',
    { leads: [{ ...A, items: [{ sku: 1, phone: '9000100009' }] }] },
    ['name=Asha phone=9000100001 items=[{"sku":1,"phone":"9000100009"}]'],
  ],
  ['a list of agents beside it', { leads: [A, B], agents: [{ name: 'Desk', phone: '9000100008' }] }, BOTH],
  ['the second list has no phone', { leads: [A, B], projects: [{ id: 1, title: 'Greens' }] }, BOTH],
  [
    'no list has a phone',
    { results: [{ name: 'Asha', email: 'a@example.com' }] },
    ['name=Asha email=a@example.com'],
  ],
  ['nothing new today', { status: 'ok', data: { items: [] }, count: 0 }, []],
  [
    'objects under ids',
    { leads: { '-Oa1': A, '-Oa2': B } },
    BOTH.map((record, i) => `externalId=-Oa${i + 1} ${record}`),
  ],
  [
    'objects under ids at the top',
    { u7x: A, u8y: B },
    ['externalId=u7x name=Asha phone=9000100001', 'externalId=u8y name=Binu phone=9000100002'],
  ],
  [
    'an id of their own goes first',
    { q1: { externalId: 'own', phone: '9000100001' }, q2: { phone: '9000100002' } },
    ['externalId=own phone=9000100001', 'externalId=q2 phone=9000100002'],
  ],
  [
    'a phone in a text that is JSON',
    { events: [{ at: 1, payload: JSON.stringify(A) }] },
    ['at=1 payload.name=Asha payload.phone=9000100001'],
  ],
  [
    'members that are no objects',
    { leads: [A, 'x', 7, B] },
    ['name=Asha phone=9000100001', 'ROW_UNPARSABLE', 'ROW_UNPARSABLE', 'name=Binu phone=9000100002'],
  ],
  [
    'members that are lists of pairs',
    { submissions: [[Q('Name', 'Asha'), Q('Phone', '9000100001')]] },
    ['Name=Asha Phone=9000100001'],
  ],
];

/** Documents that are one record. */
const RECORDS: readonly (readonly [what: string, document: unknown, record: string])[] = [
  [
    'tags',
    { ...A, tags: [{ t: 'hot' }, { t: 'nri' }] },
    'name=Asha phone=9000100001 tags=[{"t":"hot"},{"t":"nri"}]',
  ],
  ['line items', { ...A, items: [{ sku: 1 }] }, 'name=Asha phone=9000100001 items=[{"sku":1}]'],
  [
    'family with phones',
    { ...A, co_applicants: [{ name: 'C', phone: '9000100003' }] },
    'name=Asha phone=9000100001 co_applicants=[{"name":"C","phone":"9000100003"}]',
  ],
  [
    'calls',
    { full_name: 'Asha', mobile: '9000100001', call_logs: [{ from: '+919000100001', to: '+919000100007' }] },
    'full_name=Asha mobile=9000100001 call_logs=[{"from":"+919000100001","to":"+919000100007"}]',
  ],
  [
    'a list of phones',
    { name: 'Asha', phones: ['9000100001', '9000100002'] },
    'name=Asha phones=9000100001, 9000100002',
  ],
  [
    'phones with kinds',
    {
      name: 'Asha',
      phone: [
        { label: 'work', value: '02226116105' },
        { label: 'mobile', value: '9000100001', primary: true },
      ],
    },
    'name=Asha phone.mobile=9000100001 phone.work=02226116105',
  ],
  [
    'phones with a code',
    { name: 'Asha', phones: [{ country_code: '+91', number: '9000100001' }] },
    'name=Asha phones.country_code=+91 phones.number=9000100001',
  ],
  [
    'e-mails',
    { name: 'Asha', emails: [{ email: 'a@example.com', phone: '9000100001' }] },
    'name=Asha emails.email=a@example.com emails.phone=9000100001',
  ],
  [
    'a wrapped lead',
    { event: 'lead.created', data: A },
    'event=lead.created data.name=Asha data.phone=9000100001',
  ],
  [
    'two people under words',
    { customer: A, agent: { name: 'Desk', phone: '9000100008' } },
    'customer.name=Asha customer.phone=9000100001 agent.name=Desk agent.phone=9000100008',
  ],
  [
    'two addresses',
    { billing: A, shipping: B },
    'billing.name=Asha billing.phone=9000100001 shipping.name=Binu shipping.phone=9000100002',
  ],
  [
    'pairs',
    [Q('Full name', 'Asha'), Q('Phone number', '9000100001')],
    'Full name=Asha Phone number=9000100001',
  ],
  [
    'pairs under answers',
    { id: 7, answers: [Q('Name', 'Asha'), Q('Phone', '9000100001')] },
    'id=7 Name=Asha Phone=9000100001',
  ],
  [
    'name and value',
    {
      fields: [
        { name: 'full_name', value: 'Asha' },
        { name: 'phone', value: '9000100001' },
      ],
    },
    'full_name=Asha phone=9000100001',
  ],
  [
    'more beside a name and its value',
    {
      fields: {
        1: { name: 'Name', value: 'Asha Rao', id: 1, type: 'name', first: 'Asha', last: 'Rao' },
        2: { name: 'Phone', value: '9000100001', id: 2, type: 'phone' },
      },
    },
    'Name=Asha Rao Phone=9000100001',
  ],
  [
    'a platform’s own key before its label',
    {
      user_column_data: [
        { column_id: 'PHONE_NUMBER', column_name: 'Teléfono de contacto', string_value: '9000100001' },
      ],
    },
    'PHONE_NUMBER=9000100001',
  ],
  [
    'a label before a key',
    { fields: [{ key: 'question_9', label: 'Mobile No', type: 'X', value: '9000100001' }] },
    'Mobile No=9000100001',
  ],
  [
    'a key where there is no label',
    {
      form: [
        { key: 'mobile', value: '9000100001' },
        { key: 'name', value: 'Asha' },
      ],
    },
    'mobile=9000100001 name=Asha',
  ],
  [
    'options’ ids',
    {
      fields: [
        {
          label: 'BHK',
          value: ['b', 'c'],
          options: [
            { id: 'a', text: '1 BHK' },
            { id: 'b', text: '2 BHK' },
            { id: 'c', text: '3 BHK' },
          ],
        },
      ],
    },
    'BHK=2 BHK, 3 BHK',
  ],
  [
    'answers under numbers',
    {
      id: 's1',
      answers: {
        '3': {
          name: 'name',
          text: 'Full Name',
          type: 'control_fullname',
          answer: { first: 'Asha', last: 'Rao' },
        },
        '4': { name: 'tel', text: 'Phone Number', answer: { full: '9000100001' } },
        '5': { name: 'submit', text: 'Send', type: 'control_button' },
      },
    },
    'id=s1 Full Name=Asha Rao Phone Number=9000100001',
  ],
  [
    'questions that stand elsewhere',
    {
      form: {
        fields: [
          { id: 'q1', title: 'Your name' },
          { id: 'q2', title: 'Mobile number' },
        ],
      },
      answers: [
        { question_id: 'q1', value: 'Asha' },
        { question_id: 'q2', value: '9000100001' },
      ],
    },
    'form.fields=[{"id":"q1","title":"Your name"},{"id":"q2","title":"Mobile number"}] Your name=Asha Mobile number=9000100001',
  ],
  [
    'an answer’s type where no name says phone',
    { answers: [{ field: { id: 'z', ref: 'r' }, type: 'phone_number', phone_number: '9000100001' }] },
    'phone_number=9000100001',
  ],
  [
    'Extended JSON',
    {
      _id: { $oid: '6f' },
      phone: { $numberLong: '919000100001' },
      createdAt: { $date: { $numberLong: '1728117196123' } },
      x: { $numberDouble: 'NaN' },
    },
    '_id=6f phone=919000100001 createdAt=1728117196123 x=',
  ],
  [
    'a text that is JSON, opened once',
    { body: JSON.stringify({ ...A, body: '{"phone":"9000100009"}' }) },
    'body.name=Asha body.phone=9000100001 body.body={"phone":"9000100009"}',
  ],
  ['a message in braces', { ...A, message: '{call me}' }, 'name=Asha phone=9000100001 message={call me}'],
];

describe.each([
  ['as it stands', (value: unknown) => value],
  ['its keys in the other order', reversed],
])('%s', (_how, turned) => {
  test.each(ENVELOPES)('%s', async (_, document, records) => {
    const value = turned(document);
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
      for (const piece of [undefined, 3]) {
        expect(sorted(await seen(text, { format: 'json' }, piece))).toEqual(sorted(records));
      }
    }
  });

  test.each(RECORDS)('one record: %s', async (_, document, record) => {
    const value = turned(document);
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
      for (const piece of [undefined, 3]) {
        expect(sorted(await seen(text, { format: 'json' }, piece))).toEqual(sorted([record]));
      }
    }
    expect(
      await seen(`${JSON.stringify(value)}\n${JSON.stringify(value)}\n`, { format: 'ndjson' }),
    ).toHaveLength(2);
  });
});

test('questions before or after the list, and options', async () => {
  const fields = [
    { id: 'q1', title: 'Your name' },
    { id: 'q2', title: 'Reach you at', type: 'phone_number' },
    { id: 'q3', title: 'BHK', choices: [{ id: 'c1', label: '2 BHK' }] },
  ];
  const responses = [
    {
      token: 't1',
      answers: [
        { field_id: 'q1', value: 'Asha' },
        { field_id: 'q2', value: '9000100001' },
        { field_id: 'q3', value: 'c1' },
      ],
    },
  ];
  for (const document of [
    { fields, responses },
    { responses, form: { fields } },
  ]) {
    expect(await seen(JSON.stringify(document))).toEqual([
      'token=t1 Your name=Asha phone_number=9000100001 BHK=2 BHK',
    ]);
  }
  expect(
    await seen(
      JSON.stringify({
        questions: { q1: { title: 'Name' }, q2: { title: 'Phone' } },
        responses: [{ id: 1, answers: { q1: 'Asha', q2: '9000100001' } }],
      }),
    ),
  ).toEqual(['id=1 Name=Asha Phone=9000100001']);
});

describe('two lists', () => {
  const text = JSON.stringify({
    phone: '022',
    data: { leads: [A], callbacks: [{ full_name: 'Neeta', whatsapp: '9000100003' }] },
  });
  test('are refused, naming both and --records', async () => {
    const said = await refused(text);
    expect(said).toContain('data.leads, data.callbacks');
    expect(said).toContain('--records data.leads');
  });
  test.each([
    'data.callbacks',
    '.data.callbacks[]',
    '$.data.callbacks[*]',
    '/data/callbacks',
    'Data.Callbacks',
  ])('%s decides', async (records) => {
    expect(await seen(text, { records })).toEqual(['full_name=Neeta whatsapp=9000100003']);
    expect(await seen(`${text}\n${text}\n`, { records, format: 'ndjson' })).toHaveLength(2);
  });
  test('a path that is not there is refused, with those that are', async () => {
    expect(await refused(text, { records: 'data.lead' })).toContain('data.leads, data.callbacks');
  });
  test('a path through lists, objects under ids, a single object', async () => {
    expect(await seen(JSON.stringify([{ x: [A] }, { x: [B] }]), { records: '[].x' })).toEqual(BOTH);
    expect(await seen(JSON.stringify({ a: { one: A, two: B } }), { records: 'a' })).toHaveLength(2);
    expect(await seen(JSON.stringify({ a: A, b: B }), { records: 'b' })).toEqual([BOTH[1]]);
    expect(await seen(JSON.stringify({ 'a.b': [A] }), { records: 'a.b' })).toEqual([BOTH[0]]);
  });
  test('a line with two is one record that cannot be read', async () => {
    expect(await seen(`${JSON.stringify(A)}\n${text}\n`)).toEqual([BOTH[0], 'ROW_UNPARSABLE']);
  });
});

const BROKEN: readonly (readonly [what: string, text: string, records: readonly string[]])[] = [
  [
    'a value is missing',
    '[{"phone":"1"},{"phone":,"a":2},{"phone":"3"}]',
    ['phone=1', 'ROW_UNPARSABLE', 'phone=3'],
  ],
  [
    'in an envelope',
    '{"n":1,"leads":[{"phone":"1"},{"phone":,"a":2},{"phone":"3"}]}',
    ['phone=1', 'ROW_UNPARSABLE', 'phone=3'],
  ],
  [
    'a word without quotes',
    '[{"phone":"1"},{"phone":None},{"phone":"3"}]',
    ['phone=1', 'ROW_UNPARSABLE', 'phone=3'],
  ],
  ['a bare word', '[{"phone":"1"},oops,{"phone":"3"}]', ['phone=1', 'ROW_UNPARSABLE', 'phone=3']],
  [
    'a quote is not closed',
    '[{"phone":"1"},{"name":"A,"phone":"2"},{"phone":"3","name":"C"},{"phone":"4"}]',
    ['phone=1', 'ROW_UNPARSABLE', 'phone=3 name=C', 'phone=4'],
  ],
  [
    'a quote within a text',
    '[{"phone":"1"},{"size":"5" pipe","phone":"2"},{"phone":"3"},{"phone":"4"}]',
    ['phone=1', 'ROW_UNPARSABLE', 'phone=3', 'phone=4'],
  ],
  [
    'a brace is not closed',
    '[{"phone":"1"},{"phone":"2","a":{"b":1},{"phone":"3"},{"phone":"4"}]',
    ['phone=1', 'ROW_UNPARSABLE', 'phone=3', 'phone=4'],
  ],
  [
    'the envelope ends early',
    '{"leads":[{"phone":"1"},{"phone":"2"},{"pho',
    ['phone=1', 'phone=2', 'ROW_UNPARSABLE'],
  ],
  [
    'the envelope is not closed',
    '{"leads":[{"phone":"1"},{"phone":"2"}]',
    ['phone=1', 'phone=2', 'ROW_UNPARSABLE'],
  ],
  [
    'a quote is not closed, and the envelope goes on after the list',
    '{"leads":[{"phone":"1"},{"name":"A,"phone":"2"},{"phone":"3"}],"n":3,"m":{"phone":"9"}}',
    ['phone=1', 'ROW_UNPARSABLE', 'phone=3'],
  ],
  ['an error beside the list', '{"a":,"leads":[{"phone":"1"}],"b":}', ['phone=1']],
  ['NaN and Infinity', '[{"phone":"1","a":NaN,"b":-Infinity,"c":"NaN"}]', ['phone=1 a= b= c=NaN']],
];
test.each(BROKEN)('broken: %s', async (_, text, records) => {
  for (const piece of [undefined, 1, 7]) expect(await seen(text, {}, piece)).toEqual(records);
});

const KINDS: readonly (readonly [what: string, text: string, format: string])[] = [
  ['a document whose lines are records', '{"leads": [\n{"phone":"1"},\n{"phone":"2"}\n]}\n', 'json'],
  ['of one record', '{"leads": [\n{"phone":"1"}\n]}\n', 'json'],
  ['an object on two lines', '{"phone":"1",\n"name":"A"}\n', 'json'],
  ['objects in a row over several lines', '{"phone":"1"}\n{\n"phone":"2"\n}\n', 'json'],
  ['lines', '{"phone":"1"}\n{"phone":"2"}\n', 'ndjson'],
  ['lines of which the first is broken', '{"phone":"1"\n{"phone":"2"}\n{"phone":"3"}\n', 'ndjson'],
  ['lines with NaN', '{"phone":"1","a":NaN}\n{"phone":"2","a":NaN}\n', 'ndjson'],
];
test.each(KINDS)('%s', async (_, text, format) => {
  expect((await read(text)).info.format).toBe(format);
});
