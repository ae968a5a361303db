// The options of a call that the next commands need too: `leadpush retry` finds the run only in the same ledger, and a
// fixed file is read correctly only with the same options as the first one.

import type { PreparedSource } from '../input/mapping/prepared-file.ts';
import { FIELDS } from '../lead/fields.ts';
import { withoutPassword } from '../ledger/postgres/is-address.ts';
import type { FollowUp } from '../output/next-commands.ts';
import { camelCase, type Flags, isSet, list, text } from './flags.ts';

const PLACES = ['config', 'ledger'] as const;
/** For reading; without `--format` and `--sheet`, because the format of the rejects file is found from its content. */
const READING = ['column', 'preset', 'encoding', 'delimiter', 'region', 'timezone', 'set'] as const;

/** The part of what was read that matters here. */
interface Read {
  readonly sources: readonly Pick<PreparedSource, 'dateOrder'>[];
}

/** @param inputs null where nothing was read; else looked at when the run is over, since only then the day order is known */
export function followUpFor(flags: Flags, inputs: Read | null): FollowUp {
  const places = [...words(flags, PLACES), ...(flags['ledger'] === false ? ['--no-ledger'] : [])];
  const own = words(flags, ['field']);
  return {
    files: (inputs?.sources ?? []).length > 0,
    remembered: flags['ledger'] !== false,
    check: words(flags, ['config']),
    retry: [...own, ...words(flags, PLACES)],
    send: () => [
      ...words(flags, READING),
      ...dayOrder(flags, inputs),
      ...(isSet(flags, 'includeTest') ? ['--include-test'] : []),
      ...FIELDS.flatMap(({ flag }) => words(flags, [flag])),
      ...own,
      ...places,
    ],
  };
}

/** A few rows alone may not show the order that the whole file showed. */
function dayOrder(flags: Flags, inputs: Read | null): readonly string[] {
  const given = text(flags, 'dateOrder');
  const [found, ...others] = new Set((inputs?.sources ?? []).map(({ dateOrder }) => dateOrder));
  const order = given ?? (others.length > 0 || found === 'DMY' ? null : (found ?? null));
  return order === null ? [] : ['--date-order', order];
}

function words(flags: Flags, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const key = camelCase(name);
    const single = text(flags, key);
    const values = single === null ? list(flags, key) : [single];
    return values.flatMap((value) => [`--${name}`, name === 'ledger' ? withoutPassword(value) : value]);
  });
}
