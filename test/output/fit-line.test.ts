// A result's line on a narrow terminal: the name goes, phone and id stay.
import { expect, it } from 'vitest';
import { fitLine } from '../../src/output/fit-line.ts';

const parts = {
  place: 'leads.csv:12',
  state: '✓ created  ',
  target: '',
  name: 'Asha Verma',
  phone: '+9190*****301',
  more: ['lead 17863'],
};

it.each<[string, Partial<typeof parts>, number | null, readonly string[]]>([
  ['no terminal', {}, null, ['leads.csv:12  ✓ created    Asha Verma +9190*****301  lead 17863']],
  ['wide', {}, 80, ['leads.csv:12  ✓ created    Asha Verma +9190*****301  lead 17863']],
  ['a shorter name', {}, 60, ['leads.csv:12  ✓ created    Asha V… +9190*****301  lead 17863']],
  ['no name', {}, 53, ['leads.csv:12  ✓ created    +9190*****301  lead 17863']],
  ['a shorter place', {}, 50, ['…ds.csv:12  ✓ created    +9190*****301  lead 17863']],
  ['the number of the line stays', {}, 44, ['…:12  ✓ created    +9190*****301  lead 17863']],
  ['a second line', {}, 36, ['…:12  ✓ created    +9190*****301', '    lead 17863']],
  [
    'a long id',
    { more: ['lead 0123456789abcdef01234567'] },
    50,
    ['…:12  ✓ created    +9190*****301', '    lead 0123456789abcdef01234567'],
  ],
  ['a target', { target: 'crm' }, 60, ['leads.csv:12  ✓ created    crm  +9190*****301  lead 17863']],
  ['no phone', { phone: '', name: null, more: [] } as never, 50, ['leads.csv:12  ✓ created    (no phone)']],
])('%s', (_, given, width, expected) => {
  const lines = fitLine({ ...parts, ...given }, width);
  expect(lines).toEqual(expected);
  if (width !== null) for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
});
