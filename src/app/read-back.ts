// Reading back what a provider holds for a phone: for `verify`, `smoke` and the canary.

import { meansAlso } from '../delivery/absent.ts';
import { refusalRemedy } from '../delivery/clock-skew.ts';
import { PERSON_WORDS } from '../lead/known-by.ts';
import type { AskedAbout, AskedBy, Held, HeldLead, ProviderClient } from '../providers/provider.ts';
import type { Transport } from '../transport/transport.ts';

export type ReadBack =
  | Held
  /** `because`: what else it may mean; null: it can mean nothing else. */
  | { readonly kind: 'absent'; readonly because: string | null }
  | { readonly kind: 'unauthorized' | 'unclear' | 'unreachable'; readonly message: string };

/**
 * @param lookup the endpoint's, which not every provider has
 * @param about whose lead; by which of the two it is looked for is the provider's to say
 * @param leadId the lead that was sent; null where any of this person will do
 * @param address the names of the settings that make the target's address; absent: there can be no mistake in them
 */
export async function readBack(
  lookup: NonNullable<ProviderClient['lookup']>,
  transport: Transport,
  about: AskedAbout,
  leadId: string | null,
  timeoutMs: number,
  nowMs: number,
  address?: readonly string[],
): Promise<ReadBack> {
  if (lookup.by === 'email' && about.email === undefined) {
    return { kind: 'unclear', message: 'the provider is asked by e-mail address, and this lead has none.' };
  }
  const signed = (nowSeconds: number) => lookup.request(about, nowSeconds);
  const exchange = await transport.send(
    signed(Math.floor(nowMs / 1000)),
    timeoutMs,
    new AbortController().signal,
  );
  if (!exchange.ok) return { kind: 'unreachable', message: exchange.failure.message };
  const found = lookup.read(exchange.answer, leadId);
  if (found.kind === 'absent') {
    return { kind: 'absent', because: meansAlso(exchange.answer.status, address) };
  }
  if (found.kind !== 'unauthorized') return found;
  const { clockIsOff, text } = refusalRemedy('', undefined, exchange.answer, nowMs, signed);
  return clockIsOff ? { kind: 'unauthorized', message: `${found.message} ${text}` } : found;
}

/** `the provider has no lead of this phone`, or what else its answer may mean. */
export function absentText({ because }: Extract<ReadBack, { kind: 'absent' }>, by: AskedBy): string {
  const nothing = `the provider has no lead of this ${PERSON_WORDS[by]}`;
  return because === null ? nothing : `${nothing} (${because})`;
}

export interface Difference {
  readonly field: string;
  readonly sent: string;
  readonly held: string | null;
}

/** The fields that the provider stored differently from what was sent; upper and lower case are the same. */
export function differences(
  expected: Readonly<Record<string, string>>,
  held: HeldLead,
): readonly Difference[] {
  const byName = new Map(Object.entries(held.fields).map(([name, value]) => [plainName(name), value]));
  return Object.entries(expected).flatMap(([field, sent]) => {
    const value = held.fields[field] ?? byName.get(plainName(field)) ?? null;
    return value !== null && value.toLowerCase() === sent.toLowerCase() ? [] : [{ field, sent, held: value }];
  });
}

/** `source_id`, `sourceId` and `Source ID` are one field. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}
