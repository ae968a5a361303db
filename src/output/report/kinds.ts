// What the page counts leads as: their status, but what was never tried is not sent, and not failed.
import { type Result, type Status, wasTried } from '../../delivery/outcome.ts';

/** In the order of the page; also classes of its style. */
export const KINDS = [
  'created',
  'duplicate',
  'skipped',
  'invalid',
  'rejected',
  'failed',
  'not-sent',
  'unknown',
] as const satisfies readonly (Status | 'not-sent')[];
export type Kind = (typeof KINDS)[number];

export type KindCounts = Readonly<Record<Kind, number>>;

export function kindOf(result: Pick<Result, 'status' | 'attempts' | 'errors'>): Kind {
  return wasTried(result) ? result.status : 'not-sent';
}

export function kindWord(kind: Kind): string {
  return kind === 'not-sent' ? 'not sent' : kind;
}

/** Nothing counted yet. */
export function emptyKinds(): Record<Kind, number> {
  return {
    created: 0,
    duplicate: 0,
    skipped: 0,
    invalid: 0,
    rejected: 0,
    failed: 0,
    'not-sent': 0,
    unknown: 0,
  };
}
