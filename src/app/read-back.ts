// Reading back what a provider holds for a phone: for `verify`, `smoke` and the canary.

import { refusalRemedy } from '../delivery/clock-skew.ts';
import type { AskedAbout, Held, HeldLead, ProviderClient } from '../providers/provider.ts';
import type { Transport } from '../transport/transport.ts';

export type ReadBack =
  | Held
  | { readonly kind: 'absent' }
  | { readonly kind: 'unauthorized' | 'unclear' | 'unreachable'; readonly message: string };

/**
 * @param lookup the endpoint's, which not every provider has
 * @param about whose lead; by which of the two it is looked for is the provider's to say
 * @param leadId the lead that was sent; null where any of this person will do
 */
export async function readBack(
  lookup: NonNullable<ProviderClient['lookup']>,
  transport: Transport,
  about: AskedAbout,
  leadId: string | null,
  timeoutMs: number,
  nowMs: number,
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
  if (found.kind !== 'unauthorized') return found;
  const { clockIsOff, text } = refusalRemedy('', '', exchange.answer, nowMs, signed);
  return clockIsOff ? { kind: 'unauthorized', message: `${found.message} ${text}` } : found;
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
function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}
