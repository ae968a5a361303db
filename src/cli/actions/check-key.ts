// Whether a provider accepts a target's key: it is asked what it has for the target's testPhone. No lead is sent, and what
// it has is shown nowhere.
import type { Context } from '../../app/context.ts';
import { keyAdvice } from '../../app/key-advice.ts';
import { givenPhone } from '../../app/phone-number.ts';
import { addressOf } from '../../app/target-address.ts';
import { type ChosenTarget, openTransport } from '../../app/targets.ts';
import { type Check, line } from '../../config/checks.ts';
import { refusalRemedy } from '../../delivery/clock-skew.ts';
import { listed } from '../../util/counted.ts';
import { longerTimeout, noAnswerWithin } from '../../util/no-answer.ts';

/** A connectivity check need not wait as long as a lead. */
export const MAX_PROBE_MS = 10_000;

/** @param smoke the command that tests the key by a lead */
export async function keyCheck(
  chosen: ChosenTarget,
  region: string,
  smoke: string,
  context: Context,
): Promise<Check> {
  const { endpoint, config } = chosen;
  const { name, testPhone, timeoutMs } = config;
  const next = `${testPhone === null ? 'Set testPhone of the target; then ' : ''}${smoke} tests it, with one test lead`;
  const untested = (why: string, more = '') =>
    line(name, 'key', 'untested', `key not tested${why}: smoke tests it.`, `${next}${more}`);
  const { lookup } = endpoint;
  if (lookup === null || lookup.by !== 'phone' || testPhone === null) return untested('');
  const given = await givenPhone(testPhone, region);
  if (!given.ok) {
    return line(
      name,
      'key',
      'warning',
      `the key was not tested; testPhone: ${given.wrong}`,
      'Correct testPhone of the target: the whole number, with + and the country code',
    );
  }
  // It may be on another host than the one that takes leads.
  const signed = (second: number) => lookup.request({ phone: given.phone }, second);
  const nowMs = context.clock.now();
  const request = signed(Math.floor(nowMs / 1000));
  const transport = await openTransport({ ...endpoint, origin: new URL(request.url).origin }, 1, context);
  try {
    const waitMs = Math.min(timeoutMs, MAX_PROBE_MS);
    const exchange = await transport.send(request, waitMs, new AbortController().signal);
    if (!exchange.ok) {
      const { kind } = exchange.failure;
      if (kind !== 'timeout') return untested(' (no answer)');
      // The probe is cut short; the smoke test would wait for the target's own timeout.
      const longer = longerTimeout(noAnswerWithin(timeoutMs));
      const more = longer === null ? '' : `; if the provider is slow, add --timeout ${longer}`;
      return untested(` (${noAnswerWithin(waitMs)})`, more);
    }
    const { answer } = exchange;
    const { kind } = lookup.read(answer, null);
    if (answer.status === 404 && kind !== 'unauthorized') {
      const address = addressOf(chosen);
      if (kind === 'absent')
        return untested(` (HTTP 404: no lead of testPhone, or a mistake in ${listed(address, 'or')})`);
      const message = 'key not tested: nothing is at the address of this target (HTTP 404).';
      return line(
        name,
        'key',
        'warning',
        message,
        `Check ${listed(address, 'and')} of the target; then ${smoke} tests it`,
      );
    }
    if (kind !== 'unauthorized') {
      return untested(` (HTTP ${answer.status} does not prove it)`);
    }
    const { text } = refusalRemedy(name, keyAdvice(chosen), answer, nowMs, signed);
    return line(name, 'key', 'failed', `the provider refuses the key (HTTP ${answer.status}).`, text);
  } finally {
    await transport.close();
  }
}
