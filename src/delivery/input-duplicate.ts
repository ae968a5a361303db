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

/** @param at ISO 8601, now @returns its ending; null: it was not sent, so this record is */
export function endingAfter({ run, file, record, line, ending }: First, at: string): Ending | null {
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
      return inputDuplicateEnding(status, { file, record, line });
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
 */
export function inputDuplicateEnding(
  status: 'failed' | 'unknown',
  { file, record, line = null }: Pick<First, 'file' | 'record'> & Partial<Pick<First, 'line'>>,
): Ending {
  const first =
    file !== null && file !== '-' && line !== null
      ? `${file}:${line}`
      : `record ${record}${file === null ? '' : ` of ${file}`}`;
  return status === 'failed'
    ? notSent(`the same lead stands in ${first}, which failed. Sending it again is safe.`)
    : endingOf('unknown', {
        field: null,
        code: 'ANSWER_LOST',
        message: `Not sent: the same lead stands in ${first}, and whether that one arrived is not known.`,
      });
}
