// Cells that a spreadsheet has saved, beside what was in the file: which count as the same, and which do not.
import { describe, expect, it } from 'vitest';
import { savedCell } from '../../src/lead/saved-cell.ts';

const all = (cell: string) => savedCell(cell).exact;
const few = (cell: string) => savedCell(cell).rounded;

describe('the same cell', () => {
  it.each<[as: string, cells: readonly string[]]>([
    [
      'a date',
      ['2026-10-03', '03-10-2026', '10/3/2026', '3-Oct-26', '03/10/26', '03.10.2026', '2026. 10. 03.'],
    ],
    [
      'a date with a time',
      ['2026-10-03 11:30:00', '03-10-2026 11:30', '10/3/2026 11:30', '3/10/26 11:30 AM'],
    ],
    ['a date with a time before it', ['11:30 03/10/2026', '03-10-2026 11:30']],
    [
      'a time with a T and an offset',
      ['2026-10-03T11:30:00+05:30', '2026-10-03T11:30:00.000Z', '03-10-2026'],
    ],
    [
      'slashes and dashes',
      ['05/11/2026 14:04', '05-11-2026 14:04', '05-11-2026 02:04:00 p. m.', '5.11.2026 2 PM'],
    ],
    [
      'names',
      ['2026-10-03', 'Saturday, October 3, 2026', '3 Oct 2026', 'Oct 3, 2026', '03Oct2026', '03. Okt 26'],
    ],
    ['names of other languages', ['2026-03-05', '5. März 2026', '5 mars 2026', 'jueves, 5 de marzo de 2026']],
    ['what was taken for a day', ['1-2', '02-Jan', '01-Feb', '1/2']],
    ['what was taken for a month', ['2026-10', 'Oct-26', '10/2026']],
    ['a time', ['9:05', '09:05', '09:05:00', '09:05:00 AM', '9:05 am']],
    ['a time of the afternoon', ['21:05', '9:05 PM', '09:05\u202fpm']],
    ['midnight', ['00:30', '12:30 AM']],
    ['zeros', ['007', '7', '7.0', '+7', '07,00']],
    ['nothing', ['0', '000', '0.00', '-0']],
    [
      'a price',
      [
        '50,00,000',
        '5000000',
        '5,000,000',
        '5000000.00',
        '5.000.000',
        '5 000 000',
        "5'000'000",
        '₹50,00,000',
      ],
    ],
    ['decimals', ['1.50', '1.5', '1,50', '01.5']],
    ['thousands with decimals', ['1,234.50', '1234.5', '1.234,50', '1\u00a0234,5']],
    ['less than nothing', ['-5.0', '-5']],
    ['a share', ['12.50%', '12.5%', '12.5 %']],
    ['a place', ['28.6139391234567', '28.61393912', '28.6139391234']],
    ['letters that were a number', ['12e3', '1.20E+04', '12000']],
    ['true', ['TRUE', 'true', 'WAHR', 'VRAI', 'Verdadero']],
    ['false', ['FALSE', 'False', 'FALSCH', 'FAUX', 'FALSO']],
    ['blanks', ['Ravi Kumar', ' Ravi\u00a0 Kumar  ', 'RAVI KUMAR', 'Ravi\r\nKumar', 'Ravi\nKumar']],
    ['accents', ['Jose\u0301', 'Jos\u00e9']],
  ])('%s', (_, cells) => {
    expect([...new Set(cells.map(all))]).toEqual([all(cells[0] ?? '')]);
    expect(new Set(cells.map(few)).size).toBe(1);
  });
});

describe('another cell', () => {
  it.each<[string, string]>([
    ['2026-10-03', '2026-10-04'],
    ['2026-10-03', '2025-10-03'],
    ['2026-10-03', '2026-10'],
    ['3-Oct-26', '3-Nov-26'],
    ['3 Oct 2026 tower B', '3 Oct 2026 tower C'],
    ['mar 3', 'mark 3'],
    ['2026-10-03 call later', '2026-10-04 call later'],
    ['2026-10-03 call later', '2026-10-03 call now'],
    ['9:05', '21:05'],
    ['12:30 AM', '12:30 PM'],
    ['7', '70'],
    ['1.5', '15'],
    ['1.5', '1.05'],
    ['-5', '5'],
    ['5', '5%'],
    ['1,2,3', '3,2,1'],
    ['1,234', '1.234'],
    ['1234567890123456', '1234567890123457'],
    ['98765-43210', '9876543210'],
    ['12-34-56', '56-34-12'],
    ['l:1234567890123456', 'l:1234567890123457'],
    ['2 BHK', '3 BHK'],
    ['A-1', 'A-01'],
    ['may', '5'],
    ['true', 'false'],
    ['Ravi Kumar', 'RaviKumar'],
    ['', '0'],
    ['.', '0'],
    ['-', '0'],
  ])('%j and %j', (one, other) => {
    expect(all(one)).not.toBe(all(other));
  });
});

describe('a long number', () => {
  it.each([
    ['1234567890123456', '1.23457E+15'],
    ['1234567890123456', '1,23457E+15'],
    ['1234567890123456', '1.23456789012346E+015'],
    ['1234567890123456', '1234567890123450'],
    ['919876500001', '9.19877E+11'],
    ['999999512345', '1.00000E+12'],
  ])('%s is told from its neighbours, and may be %s', (whole, saved) => {
    expect(savedCell(whole).mayBeRounded).toBe(false);
    expect(savedCell(saved).mayBeRounded).toBe(true);
    expect(all(whole)).not.toBe(all(saved));
    expect(few(whole)).toBe(few(saved));
  });

  it.each(['9876500001', '98765000000', '2026-10-03', 'Ravi', '', '1.5'])('%j has all its digits', (cell) => {
    expect(savedCell(cell).mayBeRounded).toBe(false);
    expect(few(cell)).toBe(all(cell));
  });
});

it('takes no time over a long cell', () => {
  const start = performance.now();
  for (const cell of ['1,'.repeat(1e5), '1 '.repeat(1e5), 'jan '.repeat(1e5), '12:30 '.repeat(1e5)])
    savedCell(cell);
  expect(performance.now() - start).toBeLessThan(1_000);
});
