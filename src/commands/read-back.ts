// Reading back what a provider holds for a phone: for `verify`, `smoke` and the canary.

import type { Transport } from '../delivery/transport.ts';
import type { Endpoint, HeldLead } from '../providers/provider.ts';

export type ReadBack =
  | { readonly kind: 'held'; readonly lead: HeldLead }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused' | 'unclear' | 'unreachable'; readonly message: string };

/** @param lookup the endpoint's, which not every provider has */
export async function readBack(
  lookup: NonNullable<Endpoint['lookup']>,
  transport: Transport,
  phone: string,
  timeoutMs: number,
  nowMs: number,
): Promise<ReadBack> {
  const exchange = await transport.send(
    lookup.request(phone, Math.floor(nowMs / 1000)),
    timeoutMs,
    new AbortController().signal,
  );
  return exchange.ok
    ? lookup.read(exchange.answer)
    : { kind: 'unreachable', message: exchange.failure.message };
}

export interface Difference {
  readonly field: string;
  readonly sent: string;
  readonly held: string | null;
}

/** What the provider filed otherwise than it was sent; letters' case does not count. */
export function differences(
  expected: Readonly<Record<string, string>>,
  held: HeldLead,
): readonly Difference[] {
  return Object.entries(expected).flatMap(([field, sent]) => {
    const value = held.fields[field] ?? null;
    return value !== null && value.toLowerCase() === sent.toLowerCase() ? [] : [{ field, sent, held: value }];
  });
}
