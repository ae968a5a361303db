// The first record of a key is told by its file and its number there.
import { expect, it } from 'vitest';
import { InputDuplicates } from '../../src/lead/input-duplicates.ts';

/** Each record as `file:key`; what each is a duplicate of. */
function duplicates(...records: readonly string[]): readonly (string | null)[] {
  const seen = new InputDuplicates();
  return records.map((one) => {
    const [file = '', key = ''] = one.split(':');
    seen.next(file === '' ? null : file);
    const first = seen.firstOf(key);
    return first === null ? null : `${first.file ?? '-'}#${first.record}`;
  });
}

it.each<[string, readonly string[], readonly (string | null)[]]>([
  ['none', ['a:1', 'a:2'], [null, null]],
  ['in one file', ['a:1', 'a:2', 'a:2', 'a:1'], [null, null, 'a#2', 'a#1']],
  ['over files', ['a:1', 'b:2', 'b:1', 'c:2'], [null, null, 'a#1', 'b#1']],
  ['without a file', [':1', ':1'], [null, '-#1']],
])('%s', (_, records, expected) => {
  expect(duplicates(...records)).toEqual(expected);
});

it('files that are told apart by their start, one of them empty', () => {
  const seen = new InputDuplicates();
  seen.startFile('a');
  seen.startFile('b');
  seen.next();
  expect(seen.firstOf('x')).toBeNull();
  seen.next();
  expect(seen.firstOf('x')).toEqual({ file: 'b', record: 1 });
  expect(seen.records).toBe(2);
});
