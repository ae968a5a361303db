// What an HTTP status alone says of a lead's fate: contract section 7, one line a rule. Both providers share it.
import type { HttpAnswer, Verdict } from './provider.ts';

const LOST = new Set([408, 500, 502, 504]);
/** The request may still be under way inside: asked once, "not there" proves nothing. */
const STILL_UNDER_WAY = new Set([408, 502, 504]);

/**
 * @param explain says what a body says, for a person; called only where it is shown
 * @returns null for a 2xx, which only the body can tell
 */
export function verdictOfStatus(answer: HttpAnswer, explain: (body: string) => string): Verdict | null {
  const { status } = answer;
  if (status >= 200 && status < 300) return null;
  const words = explain(answer.body);
  const said = words === '' ? `HTTP ${status}.` : `HTTP ${status}: ${words}`;
  if (status === 401) return { kind: 'refused', message: said };
  if (status === 429 || status === 503) return { kind: 'throttled', message: said, status };
  if (status === 425) return { kind: 'notTaken', message: said };
  if (LOST.has(status)) {
    return {
      kind: 'lost',
      message: `The provider answered HTTP ${status}, which does not tell whether it took the lead.`,
      again: STILL_UNDER_WAY.has(status),
    };
  }
  if (status >= 300 && status < 400) {
    const where = placeOf(answer.headers['location']);
    return { kind: 'redirected', message: `The provider redirects${where} (HTTP ${status}).` };
  }
  return { kind: 'rejected', message: said };
}

/** The host that a Location names; its query may hold what was sent, so it is not shown. */
function placeOf(location: string | undefined): string {
  if (location === undefined) return '';
  try {
    const url = new URL(location);
    return ` to ${url.origin}`;
  } catch {
    return ' elsewhere on its host';
  }
}
