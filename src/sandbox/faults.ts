// The faults that the sandbox plays on demand: what each is, how `--fault reset:0.05,lost:0.05` is read, and which one
// a request draws. Chance comes from a seed, so that a run can be played again.
import { UsageError } from '../usage-error.ts';

/** Every kind, with a sentence for help and README. */
export const FAULT_KINDS = {
  reset: 'the connection breaks before the lead is taken',
  lost: 'the lead is taken, then the connection breaks',
  partial: 'the lead is taken, then the connection breaks in the middle of the answer',
  timeout: 'the lead is taken, but no answer ever comes',
  stall: 'the lead is not taken, and no answer ever comes',
  slow: 'the lead is taken, and the answer comes late (slow:0.1@2000 is 2,000 ms)',
  '408': 'HTTP 408, the lead is not taken',
  '425': 'HTTP 425, the lead is not taken',
  '429': 'HTTP 429, the lead is not taken (429:0.1@3 adds Retry-After: 3; @date gives a date 3 s ahead)',
  '500': 'HTTP 500, the lead is not taken',
  '500lost': 'HTTP 500, though the lead is taken',
  '502': 'HTTP 502, the lead is not taken',
  '502lost': 'HTTP 502, though the lead is taken',
  '503': 'HTTP 503, the lead is not taken (503:0.1@3 adds Retry-After: 3)',
  '504': 'HTTP 504, the lead is not taken',
  '401': 'HTTP 401, as for a wrong key',
  auth200: "the refusal's body under HTTP 200",
  redirect: 'HTTP 302 to another host',
  garbage: 'the lead is taken, and the answer is no JSON',
  html: 'the lead is taken, and the answer is an HTML page',
  empty: 'the lead is taken, and the answer is empty',
  'ask-500': 'a question (last-lead-data) is answered with HTTP 500',
  'ask-reset': 'the connection breaks at a question',
  'ask-html': 'a question is answered with an HTML page',
  'ask-429': 'a question is answered with HTTP 429',
} as const;

/** Limits rather than chances: `concurrent:8,rate:50`. */
export const LIMIT_KINDS = {
  concurrent: 'HTTP 503 beyond so many requests at once',
  rate: 'HTTP 429 beyond so many requests in any second',
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

export interface Fault {
  readonly kind: FaultKind;
  /** From 0 to 1. */
  readonly share: number;
  /** What stands after the @. */
  readonly detail: string | null;
}

export interface FaultSpec {
  readonly faults: readonly Fault[];
  readonly concurrent: number | null;
  readonly rate: number | null;
}

export const NO_FAULTS: FaultSpec = { faults: [], concurrent: null, rate: null };

/** Reads `reset:0.05,429:0.1@1,concurrent:8`. @throws UsageError */
export function parseFaults(text: string): FaultSpec {
  const faults: Fault[] = [];
  let concurrent: number | null = null;
  let rate: number | null = null;
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const [, name = '', amount = '', detail] = /^([\w-]+):([\d.]+)(?:@([\w.]+))?$/.exec(part) ?? [];
    const value = Number(amount);
    if (name === 'concurrent' || name === 'rate') {
      if (!Number.isInteger(value) || value < 1) throw wrong(part, 'a whole number of at least 1');
      if (name === 'concurrent') concurrent = value;
      else rate = value;
    } else if (isKind(name)) {
      if (!(value >= 0 && value <= 1)) throw wrong(part, 'a share from 0 to 1');
      faults.push({ kind: name, share: value, detail: detail ?? null });
    } else {
      throw new UsageError(
        `--fault: there is no fault "${part}".`,
        `Faults are written kind:share, such as reset:0.05. Kinds: ${[...Object.keys(FAULT_KINDS), ...Object.keys(LIMIT_KINDS)].join(', ')}.`,
      );
    }
  }
  for (const asking of [true, false]) {
    const sum = faults
      .filter(({ kind }) => kind.startsWith('ask-') === asking)
      .reduce((all, { share }) => all + share, 0);
    if (sum > 1.000001) throw new UsageError(`--fault: the shares add up to ${sum}, which is more than 1.`);
  }
  return { faults, concurrent, rate };
}

/** The fault that a request meets; `draw` in [0, 1). */
export function drawFault(spec: FaultSpec, asking: boolean, draw: number): Fault | null {
  let limit = 0;
  for (const fault of spec.faults) {
    if (fault.kind.startsWith('ask-') !== asking) continue;
    limit += fault.share;
    if (draw < limit) return fault;
  }
  return null;
}

function isKind(name: string): name is FaultKind {
  return Object.hasOwn(FAULT_KINDS, name);
}

function wrong(part: string, expected: string): UsageError {
  return new UsageError(`--fault: expected ${expected} in "${part}".`);
}
