import { describe, expect, it } from 'vitest';
import { type DateOrder, dayOrderVote, parseInstant } from '../../src/lead/date.ts';
import { isTimeZone, zoneNamed } from '../../src/lead/zone.ts';

const at = (text: string, order: DateOrder = 'DMY', zone = 'Asia/Kolkata') => parseInstant(text, zone, order);

describe('dates', () => {
  it.each([
    // An offset wins
    ['2026-10-05T08:33:22Z', '2026-10-05T08:33:22.000Z'],
    ['2026-10-05T14:03:22+05:30', '2026-10-05T08:33:22.000Z'],
    ['2026-10-05T14:03:22+0530', '2026-10-05T08:33:22.000Z'],
    ['2026-10-05 14:03:22 +0530', '2026-10-05T08:33:22.000Z'],
    ['2026-10-05T03:15:00-05:00', '2026-10-05T08:15:00.000Z'],
    ['2026-10-05 08:33:22 UTC', '2026-10-05T08:33:22.000Z'],
    ['2026-10-05T08:33:22.123456Z', '2026-10-05T08:33:22.123Z'],
    ['Mon, 05 Oct 2026 08:33:22 GMT', '2026-10-05T08:33:22.000Z'],
    ['Mon Oct 05 2026 14:03:22 GMT+0530 (India Standard Time)', '2026-10-05T08:33:22.000Z'],
    ['2026-10-05 14:03:22 (IST)', '2026-10-05T08:33:22.000Z'],
    ['Mon Oct 05 14:03:22 IST 2026', '2026-10-05T08:33:22.000Z'],
    ['20261005T083322Z', '2026-10-05T08:33:22.000Z'],
    // Numbers
    ['1791189202', '2026-10-05T08:33:22.000Z'],
    ['1791189202000', '2026-10-05T08:33:22.000Z'],
    ['/Date(1791189202000)/', '2026-10-05T08:33:22.000Z'],
    ['/Date(1791189202000+0530)/', '2026-10-05T08:33:22.000Z'],
    ['46300', '2026-10-04T18:30:00.000Z'],
    ['46300.5856712963', '2026-10-05T08:33:22.000Z'],
    ['46300,5856712963', '2026-10-05T08:33:22.000Z'],
    // The zone's wall clock
    ['2026-10-05', '2026-10-04T18:30:00.000Z'],
    ['2026-10-05 14:03', '2026-10-05T08:33:00.000Z'],
    ['2026/10/05 14:03:22', '2026-10-05T08:33:22.000Z'],
    ['Oct 5, 2026 @ 14:03', '2026-10-05T08:33:00.000Z'],
    ['20261005 140322', '2026-10-05T08:33:22.000Z'],
    ['20261005140322', '2026-10-05T08:33:22.000Z'],
    ['05-10-2026 14:03', '2026-10-05T08:33:00.000Z'],
    ['05.10.2026 14.03', '2026-10-05T08:33:00.000Z'],
    ['13/10/2026 09:05', '2026-10-13T03:35:00.000Z'],
    ['05/10/2026, 14:03:22', '2026-10-05T08:33:22.000Z'],
    ['5/10/26 2:03 pm', '2026-10-05T08:33:00.000Z'],
    ['5 Oct 2026', '2026-10-04T18:30:00.000Z'],
    ['05-Oct-26 14:03', '2026-10-05T08:33:00.000Z'],
    ['5th October 2026 at 2:03 pm', '2026-10-05T08:33:00.000Z'],
    ['Oct 5, 2026 2:03 PM', '2026-10-05T08:33:00.000Z'],
    ['Oct 5, 2026, 2:03:22\u202fPM', '2026-10-05T08:33:22.000Z'],
    ['2026-10-05 12:03 AM', '2026-10-04T18:33:00.000Z'],
    ['०५-१०-२०२६ १४:०३', '2026-10-05T08:33:00.000Z'],
    // Months in other languages
    ['5. Oktober 2026', '2026-10-04T18:30:00.000Z'],
    ['Montag, 05. Okt. 2026 um 14:03 Uhr', '2026-10-05T08:33:00.000Z'],
    ['05 mars 2026 14:03', '2026-03-05T08:33:00.000Z'],
    ['5 févr. 2026', '2026-02-04T18:30:00.000Z'],
    ['5 de octubre de 2026', '2026-10-04T18:30:00.000Z'],
    ['segunda-feira, 5 de outubro de 2026 às 14:03', '2026-10-05T08:33:00.000Z'],
    ['5 अक्टूबर 2026', '2026-10-04T18:30:00.000Z'],
  ])('%s', (text, instant) => {
    expect(at(text)).toBe(instant);
  });

  it.each([
    ...[
      '',
      'yesterday',
      '31/02/2026',
      '31 Feb 2026',
      '2026-13-01',
      '0000-00-00 00:00:00',
      '24/12/2026 24:00',
      '12:30',
      '99',
    ],
    ...[
      'October 2026',
      '05/10/2026 14:60',
      '05/10/2026 14:03 XYZ',
      '13 pm',
      '99999',
      '12345',
      '1-1-1',
      '2026-10-05T25:00Z',
    ],
  ])('%j is no date', (text) => {
    expect(at(text)).toBeNull();
  });

  it.each<[string, DateOrder, string | null]>([
    ['03/04/2026', 'DMY', '2026-04-02T18:30:00.000Z'],
    ['03/04/2026', 'MDY', '2026-03-03T18:30:00.000Z'],
    ['13/10/2026', 'MDY', null],
    ['10/13/2026', 'MDY', '2026-10-12T18:30:00.000Z'],
    ['10/13/2026', 'DMY', null],
    ['26-10-05', 'YMD', '2026-10-04T18:30:00.000Z'],
    ['05-10-2026', 'YMD', null],
    ['2026-10-05', 'MDY', '2026-10-04T18:30:00.000Z'],
    ['5 Oct 2026', 'YMD', '2026-10-04T18:30:00.000Z'],
  ])('%s read as %s', (text, order, instant) => {
    expect(at(text, order)).toBe(instant);
  });

  it.each([
    ['13/10/2026', 'DMY'],
    ['10/13/2026 09:05', 'MDY'],
    ['31-12-26', 'DMY'],
    ['05-10-2026 14:03', null],
    ['2026-10-25', null],
    ['25 Oct 2026', null],
    ['32/10/2026', null],
    ['25/25/2026', null],
    ['', null],
  ])('%s votes for %s', (text, order) => {
    expect(dayOrderVote(text)).toBe(order);
  });
});

describe('zones', () => {
  it.each([
    ['2026-07-01 12:00', 'America/New_York', '2026-07-01T16:00:00.000Z'],
    ['2026-01-01 12:00', 'America/New_York', '2026-01-01T17:00:00.000Z'],
    // Clocks set on: 02:30 never comes and is moved on; set back: 01:30 comes twice and is its first.
    ['2026-03-08 02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['2026-03-08 03:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['2026-11-01 01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['2026-11-01 02:30', 'America/New_York', '2026-11-01T07:30:00.000Z'],
    ['2026-10-05 12:00', 'Australia/Lord_Howe', '2026-10-05T01:00:00.000Z'],
    ['2026-10-05 12:00', 'UTC', '2026-10-05T12:00:00.000Z'],
  ])('%s in %s', (text, zone, instant) => {
    expect(at(text, 'YMD', zone)).toBe(instant);
  });

  it('agrees with Intl for every hour of a year', () => {
    for (const name of ['America/New_York', 'Europe/London', 'Asia/Kolkata', 'Africa/Casablanca']) {
      const zone = zoneNamed(name);
      const format = new Intl.DateTimeFormat('sv-SE', {
        timeZone: name,
        dateStyle: 'short',
        timeStyle: 'medium',
      });
      const wrong: string[] = [];
      for (let hour = 0; hour < 365 * 24; hour += 3) {
        const instant = Date.UTC(2026, 0, 1, hour);
        const wall = Date.parse(`${format.format(instant).replace(' ', 'T')}Z`);
        const back = zone.instant(wall);
        // Of an hour that comes twice, the first.
        if (back !== instant && format.format(back) !== format.format(instant)) wrong.push(`${name} ${wall}`);
      }
      expect(wrong).toEqual([]);
    }
  });

  it('knows its names', () => {
    expect(isTimeZone('Asia/Kolkata')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });
});
