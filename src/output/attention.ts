// Which results a person has to look at.
import type { Status } from '../delivery/outcome.ts';

/** Results that need attention. */
export function needsPerson(status: Status): boolean {
  return status === 'invalid' || status === 'rejected' || status === 'failed' || status === 'unknown';
}
