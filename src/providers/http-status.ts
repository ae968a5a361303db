// What an HTTP status alone says about a lead, for every provider: 401 is about the credentials, 429 and 503 ask to slow down, 425
// may be sent again, other 4xx are final, and what a gateway may have answered for the provider proves nothing.
import type { Explain } from './error-body.ts';
import { whatIs } from './json.ts';
import type { HttpAnswer, Verdict } from './provider.ts';

/** Never tried again, though they are the server's: "not implemented", and 550, "permission denied". */
const REJECTED_BY_SERVER = new Set([501, 550]);
/** The provider itself answered, and is done with the request; any other 5xx may come from a gateway before it. */
const DONE = new Set([500]);

/**
 * @param explain says what a body says, for a person; called only where it is shown
 * @returns null for a 2xx, which only the body can tell
 */
export function verdictOfStatus(answer: HttpAnswer, explain: Explain): Verdict | null {
  const { status } = answer;
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) {
    const where = hostOf(answer.headers['location']);
    return { kind: 'redirected', message: `The provider redirects${where} (HTTP ${status}).` };
  }
  const message = said(answer, explain);
  if (status === 401) return { kind: 'unauthorized', message };
  if (status === 429 || status === 503) return { kind: 'throttled', message };
  if (status === 425) return { kind: 'retryable', message };
  if (status !== 408 && ((status >= 400 && status < 500) || REJECTED_BY_SERVER.has(status))) {
    return { kind: 'rejected', message };
  }
  return {
    kind: 'indeterminate',
    message: `The provider answered HTTP ${status}, which does not tell whether it took the lead.`,
    // A gateway may have given up on a request that the provider still works on: asked once, "not there" proves nothing.
    mayStillArrive: !DONE.has(status),
  };
}

/** What to make of an answer to a question that does not tell, by its status: slow down, ask again, or leave it at that. */
export function whereUnclear(status: number): 'throttled' | 'retryable' | 'unclear' {
  switch (verdictOfStatus({ status, headers: {}, body: '' }, () => '')?.kind) {
    case 'throttled':
      return 'throttled';
    case 'retryable':
    case 'indeterminate':
      return 'retryable';
    default:
      return 'unclear';
  }
}

/** For a 2xx whose body says neither yes nor no. */
export function unclear({ status, body }: HttpAnswer): Verdict {
  return {
    kind: 'indeterminate',
    message: `The provider answered HTTP ${status} with ${whatIs(body)}, which does not tell whether it took the lead.`,
    mayStillArrive: false,
  };
}

/** `HTTP 422: campaign_id is wrong.` */
export function said({ status, body, words: quotable = body }: HttpAnswer, explain: Explain): string {
  const words = explain(quotable);
  if (words === '') return `HTTP ${status}.`;
  return `HTTP ${status}: ${sentence(words)}`;
}

/** The provider's own words, before words of ours: with a full stop. */
export function sentence(words: string): string {
  return /[.!?…]$/.test(words) ? words : `${words}.`;
}

/** The host that a Location names; its path and query may hold what was sent, so they are not shown. */
function hostOf(location: string | undefined): string {
  if (location === undefined) return '';
  try {
    return ` to ${new URL(location).origin}`;
  } catch {
    return ' elsewhere on its host';
  }
}
