// What becomes of a record once another record of this input with the same key has ended.
import { type Ending, endingOf, known, notSent } from './ending.ts';

/** The record that came first. */
interface First {
  readonly run: string;
  readonly file: string | null;
  readonly record: number;
  readonly line: number | null;
  readonly ending: Ending;
}

/** @param isOwn it is the same record, through another target of the same account @param at ISO 8601, now @returns its ending; null: it was not sent, so this record is */
export function endingAfter(
  { run, file, record, line, ending }: First,
  isOwn: boolean,
  at: string,
): Ending | null {
  const { status, leadId, duplicateOf } = ending;
  switch (status) {
    case 'created':
    case 'duplicate': {
      // A duplicate of what an earlier run sent is itself what an earlier run sent.
      const first =
        duplicateOf !== null && duplicateOf.by !== 'provider'
          ? duplicateOf
          : { by: 'input' as const, at, run, file, record };
      return known(first.by, { leadId, ...first });
    }
    case 'failed':
    case 'unknown':
      return inputDuplicateEnding(status, { file, record, line }, isOwn);
    case 'rejected':
      return null;
    case 'invalid':
    case 'skipped':
      throw new Error(`a submission cannot end as ${status}`);
  }
}

/**
 * How a duplicate ends whose first record ended as `failed` or `unknown`.
 * @param place of the first; without `line` where only the ledger still knows it
 * @param isOwn as in {@link endingAfter}
 */
export function inputDuplicateEnding(
  status: 'failed' | 'unknown',
  { file, record, line = null }: Pick<First, 'file' | 'record'> & Partial<Pick<First, 'line'>>,
  isOwn = false,
): Ending {
  const first =
    file !== null && file !== '-' && line !== null
      ? `${file}:${line}`
      : `record ${record}${file === null ? '' : ` of ${file}`}`;
  const what = isOwn ? 'another target is the same account' : `the same lead stands in ${first}`;
  if (status === 'failed')
    return notSent(`${what}, ${isOwn ? 'where this lead' : 'which'} failed. Sending it again is safe.`);
  return endingOf('unknown', {
    field: null,
    code: 'ANSWER_LOST',
    message: `Not sent: ${what}, and whether ${isOwn ? 'this lead arrived there' : 'that one arrived'} is not known.`,
  });
}
