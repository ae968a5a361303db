// What is open already has a name of its own; nothing is put in its place. (Only asked about here, never written.)
import { expect, it } from 'vitest';
import { placeOf } from '../../src/output/replaceable.ts';
import { UsageError } from '../../src/util/usage-error.ts';

it.each(['/dev/null', '/dev/stdout', '/dev/stderr', '/dev/fd/1'])(
  '%s is written straight through',
  (path) => {
    expect(placeOf('--html', path, '/', true)).toMatchObject({ path, through: true });
  },
);

it.each(['/dev/null', '/dev/zero', '/dev', '/nowhere/'])('%s is not replaced by rows', (path) => {
  expect(() => placeOf('--output', path, '/', false)).toThrow(UsageError);
});
