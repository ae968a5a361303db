// Bytes to text: which encoding is seen, and what the characters become.
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { MACINTOSH, sequenceAt, WINDOWS_1252 } from '../../../src/input/bytes/encoding-tables.ts';
import { read, refused } from '../reading.ts';

const HINDI = 'नाम,फ़ोन\nप्रिया,९०००१०००१\nराज,९०००१०००२\n';
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

function be(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

describe('the encoding is seen', () => {
  test.each<[string, Buffer, string, boolean, string]>([
    ['plain ASCII', Buffer.from('name\nA\n'), 'utf-8', false, 'A'],
    ['UTF-8', Buffer.from('name\nJosé\n'), 'utf-8', false, 'José'],
    ['UTF-8 with BOM', Buffer.concat([BOM, Buffer.from('name\nJosé\n')]), 'utf-8', true, 'José'],
    ['UTF-16 LE with BOM', Buffer.from('\ufeffname\nJosé\n', 'utf16le'), 'utf-16le', true, 'José'],
    ['UTF-16 BE with BOM', be('\ufeffname\nJosé\n'), 'utf-16be', true, 'José'],
    ['UTF-16 LE without', Buffer.from('name,b\nJosé,1\n', 'utf16le'), 'utf-16le', false, 'José'],
    ['UTF-16 BE without', be('name,b\r\nJosé,1\r\n'), 'utf-16be', false, 'José'],
    ['UTF-16 LE without, another script', Buffer.from(HINDI, 'utf16le'), 'utf-16le', false, 'प्रिया'],
    [
      'UTF-16 LE cut in a character',
      Buffer.from('name,b\nJosé,1\nX', 'utf16le').subarray(0, -1),
      'utf-16le',
      false,
      'José',
    ],
    [
      'UTF-32 LE with BOM',
      iconv.encode('\ufeffname\nJosé\n', 'utf-32le', { addBOM: false }),
      'utf-32le',
      true,
      'José',
    ],
    [
      'Windows-1252',
      Buffer.from('name\r\nJos\xe9 \x96 \x80\r\n', 'latin1'),
      'windows-1252',
      false,
      'José – €',
    ],
    [
      'Windows-1252, places that are none',
      Buffer.from('name\nJos\xe9\x81\n', 'latin1'),
      'windows-1252',
      false,
      'José\u0081',
    ],
    [
      'Mac Roman with bare CR',
      Buffer.from('name\rJos\x8e \xd0 \xdb\r', 'latin1'),
      'macintosh',
      false,
      'José – €',
    ],
    [
      'Mac Roman with LF in a cell',
      Buffer.from('name\r"Jos\x8e\nP"\r', 'latin1'),
      'macintosh',
      false,
      'José\nP',
    ],
    [
      'Windows-1252 with CR in a cell',
      Buffer.from('name\r\n"a\rJos\xe9"\r\n', 'latin1'),
      'windows-1252',
      false,
      'a\rJosé',
    ],
    [
      'UTF-8 with a stray byte',
      Buffer.from('name\nJos\xc3\xa9 \xc3\xa9 \xe9\n', 'latin1'),
      'utf-8',
      false,
      'José é é',
    ],
    [
      'UTF-8 with BOM and a stray byte',
      Buffer.concat([BOM, Buffer.from('name\nJos\xe9\n', 'latin1')]),
      'utf-8',
      true,
      'José',
    ],
    ['lone NULs are no UTF-16', Buffer.from('name,b\nA\0B,900\n\0C,1\n'), 'utf-8', false, 'AB'],
  ])('%s', async (_, bytes, encoding, bom, first) => {
    const { info, records } = await read(bytes);
    expect([info.encoding, info.bom, records[0]?.cells[0]]).toEqual([encoding, bom, first]);
    expect(info.headers?.[0]).not.toContain('\ufeff');
    expect((await read(bytes, {}, 1)).records).toEqual(records);
  });

  test.each<[string, number, string]>([
    ['Windows-1252', 0xe9, '\n'],
    ['Mac Roman', 0x8e, '\r'],
  ])('a %s byte beyond the head costs nothing', async (_, byte, eol) => {
    const rows = `name${eol}${`someone${eol}`.repeat(20_000)}`;
    const { info, records } = await read(
      Buffer.concat([Buffer.from(`${rows}Jos`), Buffer.from([byte])]),
      {},
      4096,
    );
    expect(info.encoding).toBe('utf-8');
    expect(records.at(-1)?.cells).toEqual(['José']);
  });

  test('what is named overrules', async () => {
    const bytes = Buffer.from('name\nJos\xe9 \xc3\xa9\n', 'latin1');
    expect((await read(bytes, { encoding: 'ISO-8859-1' })).records[0]?.cells).toEqual(['José Ã©']);
    expect((await read(bytes, { encoding: 'cp1252' })).info.encoding).toBe('windows-1252');
    expect((await read(bytes, { encoding: 'mac' })).records[0]?.cells).toEqual(['JosÈ √©']);
    expect((await read(be('\ufeffname\nA\n'), { encoding: 'utf-16' })).info).toMatchObject({
      encoding: 'utf-16be',
      bom: true,
    });
    expect(
      (await read(iconv.encode('name\n漢字\n', 'shift_jis'), { encoding: 'Shift_JIS' })).records[0]?.cells,
    ).toEqual(['漢字']);
  });

  test.each(['utf-9', 'constructor', ''])('the name %j is not a known encoding', async (encoding) => {
    expect(await refused('name\nA\n', { encoding })).toContain(`"${encoding}" is not a known encoding`);
  });
});

describe('tables', () => {
  const upper = Buffer.from(Array.from({ length: 128 }, (_, i) => 0x80 + i));

  test('agree with iconv-lite', () => {
    expect([...MACINTOSH]).toHaveLength(128);
    expect([...WINDOWS_1252]).toHaveLength(128);
    for (const [table, name] of [
      [MACINTOSH, 'macintosh'],
      [WINDOWS_1252, 'windows-1252'],
    ] as const) {
      const theirs = [...iconv.decode(upper, name)];
      // It has nothing for six places, the ohm for omega, and the currency sign where Apple put the euro in 1998.
      const differs = [...table].filter((char, i) => theirs[i] !== char);
      expect(differs.join('')).toBe(
        name === 'macintosh' ? '\u03a9€\uf8ff' : '\u0081\u008d\u008f\u0090\u009d',
      );
    }
  });

  test.each<[string, number[], number]>([
    ['ASCII', [0x41], 1],
    ['two bytes', [0xc3, 0xa9], 2],
    ['overlong', [0xc0, 0x80], 0],
    ['three bytes', [0xe2, 0x82, 0xac], 3],
    ['three bytes overlong', [0xe0, 0x80, 0x80], 0],
    ['a surrogate', [0xed, 0xa0, 0x80], 0],
    ['four bytes', [0xf0, 0x9f, 0x98, 0x80], 4],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80], 0],
    ['cut off', [0xe2, 0x82], 0],
    ['a continuation', [0x80], 0],
  ])('a UTF-8 sequence: %s', (_, bytes, size) => {
    expect(sequenceAt(Buffer.from(bytes), 0)).toBe(size);
  });
});
