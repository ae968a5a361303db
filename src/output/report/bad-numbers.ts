// Which campaigns bring phone numbers that cannot be used: what a marketing team can act on.
import type { Result } from '../../delivery/outcome.ts';

const MAX_CAMPAIGNS = 12;

export interface BadNumbersOf {
  readonly campaign: string;
  readonly leads: number;
  readonly bad: number;
  /** The commonest code. */
  readonly code: string;
}

interface Seen {
  leads: number;
  bad: number;
  readonly codes: Map<string, number>;
}

export class BadNumbers {
  readonly #campaigns = new Map<string, Seen>();

  add({ campaign, status, errors }: Pick<Result, 'campaign' | 'status' | 'errors'>): void {
    const name = campaign ?? '(none)';
    let seen = this.#campaigns.get(name);
    if (seen === undefined) {
      seen = { leads: 0, bad: 0, codes: new Map() };
      this.#campaigns.set(name, seen);
    }
    seen.leads++;
    const code =
      status === 'invalid' ? errors.find((error) => error.code.startsWith('PHONE_'))?.code : undefined;
    if (code === undefined) return;
    seen.bad++;
    seen.codes.set(code, (seen.codes.get(code) ?? 0) + 1);
  }

  /** Those with the most bad numbers first. */
  list(): readonly BadNumbersOf[] {
    return [...this.#campaigns]
      .filter(([, { bad }]) => bad > 0)
      .sort(([, a], [, b]) => b.bad - a.bad || b.bad / b.leads - a.bad / a.leads)
      .slice(0, MAX_CAMPAIGNS)
      .map(([campaign, { leads, bad, codes }]) => {
        const [first] = [...codes].sort(([, a], [, b]) => b - a);
        return { campaign, leads, bad, code: first?.[0] ?? '' };
      });
  }
}
