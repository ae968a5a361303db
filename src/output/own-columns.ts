// Which columns are the input's own: a file of results or rejects may be sent again.

/** The places of the input's columns, without ours from an earlier run. */
export function ownColumns(keys: readonly string[]): readonly number[] {
  return keys.flatMap((key, i) => (/^leadpush_/i.test(key.trim()) ? [] : [i]));
}
