// Which results a person has to look at.
import type { Result, Status } from '../delivery/outcome.ts';

/** Results that need attention. */
export function needsPerson(status: Status): boolean {
  return status === 'invalid' || status === 'rejected' || status === 'failed' || status === 'unknown';
}

/** False for a lead that its target never came to; programs see `failed` with NOT_SENT. */
export function wasTried({
  status,
  attempts,
  errors,
}: Pick<Result, 'status' | 'attempts' | 'errors'>): boolean {
  return status !== 'failed' || attempts > 0 || !errors.some(({ code }) => code === 'NOT_SENT');
}
