// Shapes of tables as people send them, and as they must not be taken: what stands above a header, and what has none.
import { describe, expect, test } from 'vitest';
import { read, refused, shown } from '../reading.ts';
import { workbook } from '../xlsx/make-xlsx.ts';

const ROW = 'Asha,9820012345,Pune';
const HEADER = 'Name,Mobile No,City';

/** The rows as CSV text, for a workbook: the same table must start at the same row. */
function asBook(text: string): Buffer {
  return workbook(
    text.split('\n').map((line) => line.split(',').map((cell) => cell.replace(/^"(.*)"$/, '$1'))),
  );
}

async function start(input: string | Buffer): Promise<string> {
  try {
    const { info, records } = await read(input);
    return `${info.headerLine}: ${info.headers?.join('|')}: ${records.length}`;
  } catch {
    return await refused(input);
  }
}

describe.each([
  ['CSV', (text: string): string | Buffer => text],
  ['xlsx', asBook],
] as const)('the header, in %s', (_, format) => {
  test.each<[what: string, text: string, expected: string]>([
    ['is the first row', `${HEADER}\n${ROW}\n`, '1: Name|Mobile No|City: 1'],
    ['stands below a title', `Leads of October\n${HEADER}\n${ROW}\n`, '2: Name|Mobile No|City: 1'],
    [
      'stands below the address and phone of the company',
      `Greens Realty\nPhone:,022 4000 1234\nMail,info@example.com\n${HEADER}\n${ROW}\n${ROW}\n`,
      '4: Name|Mobile No|City: 2',
    ],
    [
      'stands below a small table that names a phone of its own',
      `Project,Site phone\nPalm Grove,9820012300\n${HEADER},Budget,Source\n${ROW},50L,web\n${ROW},60L,web\n`,
      '3: Name|Mobile No|City|Budget|Source: 2',
    ],
    [
      'stands below a small table wider than itself',
      `a,b,c,d,e,f\n1,2,3,4,5,6\n${HEADER}\n${ROW}\n`,
      '3: Name|Mobile No|City: 1',
    ],
    ['stands below a row of groups', `Person,Contact,\nName,Phone,City\n${ROW}\n`, '2: Name|Phone|City: 1'],
    [
      'stands below forty lines of notes',
      `${Array.from({ length: 40 }, (__, i) => `note ${i}`).join('\n')}\n${HEADER}\n${ROW}\n`,
      '41: Name|Mobile No|City: 1',
    ],
    [
      'is not a cell that prefers a phone',
      'Naam,Handy,Prefers\nAsha,9820012345,Phone\nBinu,9820012346,WhatsApp\n',
      '1: Naam|Handy|Prefers: 2',
    ],
    ['is not a later row of one word', `Naam,Handy,City\nAsha,,Phone\n${ROW}\n`, '1: Naam|Handy|City: 2'],
    [
      'comes again, in another spelling, and stays the first',
      'Name,Phone,City\nAsha,9820012345,Pune\nName,Mobile,City\nBinu,9820012346,Pune\nCyrus,9820012347,Pune\n',
      '1: Name|Phone|City: 4',
    ],
    [
      'is not known, below a title: the row as wide as the data',
      'Report of October\nNaam,Handy,Stad\nAsha,9820012345,Pune\n',
      '2: Naam|Handy|Stad: 1',
    ],
    [
      'is not known, and the first lead has no phone',
      'Naam,Handy,Stad\nAsha,,Pune\nBinu,9820012345,Pune\n',
      '1: Naam|Handy|Stad: 2',
    ],
    ['has no row below it', `${HEADER}\n`, '1: Name|Mobile No|City: 0'],
    ['stands above phones that are all wrong', `${HEADER}\nAsha,12345,Pune\n`, '1: Name|Mobile No|City: 1'],
    [
      'stands below a title and above wrong phones',
      `October\n${HEADER}\nAsha,12345,Pune\n`,
      '2: Name|Mobile No|City: 1',
    ],
  ])('%s', async (__, text, expected) => {
    expect(await start(format(text))).toBe(expected);
  });

  test.each<[what: string, text: string, expected: RegExp]>([
    ['a phone', `${ROW}\nBinu,9820012346,Pune\n`, /(line|row) 1 looks like data.*--no-header/],
    ['an e-mail', 'Asha,asha@example.com\nBinu,binu@example.com\n', /(line|row) 1 looks like data/],
    ['a phone with +', 'Asha,+971 50 123 4567\nBinu,+971 50 123 4568\n', /(line|row) 1 looks like data/],
    ['a placeholder', 'Asha,9999999999\nBinu,9820012346\n', /(line|row) 1 looks like data/],
    [
      'a phone, after a blank line',
      '\nAsha,9820012345\nBinu,9820012346\n',
      /(line|row) [12] looks like data/,
    ],
    [
      'leads above what looks like a header',
      `${ROW}\nBinu,9820012346,Pune\nCyrus,9820012347,Pune\n${HEADER}\nDev,9820012348,Pune\n`,
      /(line|row)s 1-3 look like data above the header in (line|row) 4/,
    ],
  ])('none, with %s in the first row', async (__, text, expected) => {
    expect(await refused(format(text))).toMatch(expected);
  });
});

test.each([
  [
    'dates are no phones',
    'Naam,2026-10-05,05/10/2026 14:03\nAsha,9820012345,x\n',
    '1: Naam|2026-10-05|05/10/2026 14:03: 1',
  ],
  [
    'an id of eleven digits is no phone',
    'Topic,812 3456 7891\nName,Phone\nAsha,9820012345\n',
    '2: Name|Phone: 1',
  ],
  [
    'money is no phone',
    'Target,"7,50,000"\nReached,"9,25,000"\nName,Phone\nAsha,9820012345\n',
    '3: Name|Phone: 1',
  ],
  [
    'a title with commas in quotes',
    '"Leads, October, Pune"\nName,Phone\nAsha,9820012345\n',
    '2: Name|Phone: 1',
  ],
  ['a title with a line break', '"Leads\nof October"\nName,Phone\nAsha,9820012345\n', '3: Name|Phone: 1'],
  [
    'another delimiter below the title',
    'Leads, all of them\nName;Phone;City\nAsha;9820012345;Pune\n',
    '2: Name|Phone|City: 1',
  ],
  ['an endless line', `a,b\n${'x'.repeat(300_000)}\n`, '1: a|b: 1'],
])('in text: %s', async (_, text, expected) => {
  expect(await start(text)).toBe(expected);
});

describe('cells beyond the header', () => {
  test.each<[what: string, text: string, headers: number, rows: readonly string[]]>([
    ['most rows fill the column', 'Phone,Name\n1,A,x\n2,B,y\n3,C\n', 3, ['2: 1|A|x', '3: 2|B|y', '4: 3|C']],
    [
      'one row has more than its neighbours',
      'Phone,Name\n1,A\n2,B,y\n3,C\n',
      2,
      ['2: 1|A', '3: 2|B|y ROW_TOO_MANY_COLUMNS', '4: 3|C'],
    ],
    ['the only row has more', 'Phone,Name\n1,A,x\n', 2, ['2: 1|A|x ROW_TOO_MANY_COLUMNS']],
    ['empty ones are nothing', 'Phone,Name\n1,A,,\n2,B,,\n', 2, ['2: 1|A', '3: 2|B']],
  ])('%s', async (_, text, headers, rows) => {
    const { info, records } = await read(text);
    expect(info.headers).toHaveLength(headers);
    expect(shown(records)).toEqual(rows);
  });
});

describe('without a header', () => {
  test.each<[what: string, text: string, headers: string, rows: readonly string[]]>([
    [
      'columns are named by position',
      'Asha,9820012345\nBinu,9820012346\n',
      '1|2',
      ['1: Asha|9820012345', '2: Binu|9820012346'],
    ],
    ['the first row may be the only one', 'Asha,9820012345\n', '1|2', ['1: Asha|9820012345']],
    ['one column of phones', '9820012345\n9820012346\n', '1', ['1: 9820012345', '2: 9820012346']],
    [
      'a longer row than the first',
      'Asha,1\nBinu,2,x\nCyrus,3,y\n',
      '1|2|3',
      ['1: Asha|1 ROW_SHORT', '2: Binu|2|x', '3: Cyrus|3|y'],
    ],
    ['tabs', 'Asha\t9820012345\n', '1|2', ['1: Asha|9820012345']],
    [
      'a header is a row too',
      'Name,Phone\nAsha,9820012345\n',
      '1|2',
      ['1: Name|Phone', '2: Asha|9820012345'],
    ],
  ])('%s', async (_, text, headers, rows) => {
    const { info, records } = await read(text, { noHeader: true });
    expect([info.headers?.join('|'), info.headerLine]).toEqual([headers, null]);
    expect(shown(records)).toEqual(rows);
  });

  test('in a workbook, rows keep their numbers', async () => {
    const book = workbook([[''], ['Asha', '9820012345'], ['Binu', '9820012346', 'Pune']]);
    const { info, records } = await read(book, { noHeader: true });
    expect(info.headers).toEqual(['1', '2', '3']);
    expect(shown(records)).toEqual(['2: Asha|9820012345|', '3: Binu|9820012346|Pune']);
  });
});
