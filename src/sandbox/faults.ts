// The faults that the sandbox can simulate: one table for the parser, the server, help and docs.

import { type Answer, jsonAnswer } from './answer.ts';

/** What happens to one request. `accepts`: whether the provider took the lead nevertheless. */
type FaultPlan =
  | {
      readonly do: 'answer';
      readonly accepts: boolean;
      /** @param nowMs Unix milliseconds, for dates */
      readonly answer: (unauthorized: Answer, nowMs: number) => Answer;
    }
  | { readonly do: 'cut'; readonly accepts: boolean }
  | { readonly do: 'hold'; readonly accepts: boolean }
  | { readonly do: 'partial' }
  | { readonly do: 'slow'; readonly ms: number }
  | { readonly do: 'late'; readonly ms: number }
  | { readonly do: 'absent' };

interface Row {
  /** As in `--fault`; capitals stand for a number. */
  readonly name: string;
  /** For help and docs. */
  readonly what: string;
  readonly matches: RegExp;
  /** What may stand after `@`. */
  readonly parameter: { readonly unit: 'ms' | 's'; readonly byDefault: number | null } | null;
  readonly plan: (name: string, parameter: number | null) => FaultPlan;
}

/** How some providers refuse credentials. */
const NOT_AUTHORIZED = { status: false, error: 'Not authorized' };
const HTML = '<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>Sign in</h1></body></html>';
/** A client that follows a redirect is counted there. */
export const REDIRECT_PATH = '/__sandbox/followed';

const ROWS: readonly Row[] = [
  cut('reset', 'the connection breaks before the lead is taken', false),
  cut('lost', 'the lead is taken, then the connection breaks', true),
  {
    name: 'late',
    what: 'the connection breaks at once; the lead is taken only after @MS (1000)',
    matches: /^late$/,
    parameter: { unit: 'ms', byDefault: 1_000 },
    plan: (_, ms) => ({ do: 'late', ms: ms ?? 0 }),
  },
  hold('timeout', 'the lead is taken, and never answered', true),
  hold('stall', 'the lead is not taken, and never answered', false),
  {
    name: 'slow',
    what: 'all is well, but the answer comes @MS later (2000)',
    matches: /^slow$/,
    parameter: { unit: 'ms', byDefault: 2_000 },
    plan: (_, ms) => ({ do: 'slow', ms: ms ?? 0 }),
  },
  {
    name: 'STATUS',
    what: 'any HTTP status from 400 to 599, such as 429, 503 or 500; the lead is not taken; @S adds Retry-After: S',
    matches: /^[45]\d\d$/,
    parameter: { unit: 's', byDefault: null },
    plan: (name, s) => statusPlan(name, false, () => (s === null ? {} : { 'retry-after': String(s) })),
  },
  {
    name: 'STATUSdate',
    what: 'the same with Retry-After as a date, @S (1) from now',
    matches: /^[45]\d\ddate$/,
    parameter: { unit: 's', byDefault: 1 },
    plan: (name, s) =>
      statusPlan(name, false, (nowMs) => ({
        // A date has no fractions: rounded up, so that it never asks for less.
        'retry-after': new Date(Math.ceil(nowMs / 1000 + (s ?? 0)) * 1000).toUTCString(),
      })),
  },
  {
    name: 'STATUSlost',
    what: 'the lead is taken, and answered with that status, such as 500lost or 504lost',
    matches: /^[45]\d\dlost$/,
    parameter: null,
    plan: (name) => statusPlan(name, true, () => ({})),
  },
  answers('garbage', 'the lead is taken; 200 with a body that breaks off', true, {
    status: 200,
    body: '{"status":"OK","message":"succ\u0000\ufffd',
  }),
  answers('empty', 'the lead is taken; 200 with an empty body', true, { status: 200, body: '' }),
  answers('html', 'the lead is taken; 200 with an HTML page', true, {
    status: 200,
    body: HTML,
    headers: { 'content-type': 'text/html; charset=utf-8' },
  }),
  {
    name: 'partial',
    what: 'the lead is taken; half an answer, then the connection breaks',
    matches: /^partial$/,
    parameter: null,
    plan: () => ({ do: 'partial' }),
  },
  answers('redirect', 'the lead is not taken; 302 to elsewhere', false, {
    status: 302,
    body: '',
    headers: { location: REDIRECT_PATH },
  }),
  answers(
    'auth200',
    'the lead is not taken; "Not authorized" under HTTP 200',
    false,
    jsonAnswer(200, NOT_AUTHORIZED),
  ),
  {
    name: 'absent',
    what: 'only as ask-absent: the provider is asked for a lead, and says that there is none',
    matches: /^absent$/,
    parameter: null,
    plan: () => ({ do: 'absent' }),
  },
];

const MAX_ITEMS = 200;

const LIMITS = [
  { name: 'concurrent', what: 'concurrent:N answers 503 to lead posts beyond N at once' },
  { name: 'rate', what: 'rate:N answers 429 to lead posts beyond N in a second; @S adds Retry-After: S' },
  { name: 'lag', what: 'lag:MS lets a question find a lead only MS milliseconds after it was taken' },
] as const;

/** Every word that `--fault` knows, for help and docs. */
export const FAULT_KINDS: readonly { readonly name: string; readonly what: string }[] = [
  ...ROWS.map(({ name, what }) => ({ name, what })),
  ...LIMITS,
];

export interface Fault {
  /** As given, `ask-500`. */
  readonly name: string;
  /** How often, 0 to 1. */
  readonly rate: number;
  readonly plan: FaultPlan;
}

/** A list of faults, parsed. */
export interface Faults {
  readonly text: string;
  readonly posts: readonly Fault[];
  readonly asks: readonly Fault[];
  readonly concurrent: number | null;
  readonly rate: { readonly perSecond: number; readonly retryAfter: number | null } | null;
  readonly lagMs: number;
}

/** A list of faults that cannot be parsed: which part, and what was expected. */
export class FaultSyntaxError extends Error {
  override readonly name = 'FaultSyntaxError';
}

/**
 * Reads `reset:0.05,lost:0.05,429:0.1@1,concurrent:8,ask-500:0.1`. Each is `KIND:RATE` with an optional `@PARAMETER`;
 * `ask-` in front makes it one of questions about a lead instead of lead posts. One request has at most one fault.
 * @throws FaultSyntaxError
 */
export function parseFaults(text: string): Faults {
  let faults: Faults = { text, posts: [], asks: [], concurrent: null, rate: null, lagMs: 0 };
  const items = text.split(',').map((part) => part.trim());
  if (items.length > MAX_ITEMS) throw new FaultSyntaxError(`expected at most ${MAX_ITEMS} faults`);
  for (const item of items) {
    if (item !== '') faults = withItem(faults, item);
  }
  for (const list of [faults.posts, faults.asks]) {
    const sum = list.reduce((total, fault) => total + fault.rate, 0);
    if (sum > 1 + 1e-9) throw new FaultSyntaxError(`"${text}": the rates add up to more than 1`);
  }
  return faults;
}

/** The fault of one request, if it has one. @param drawn in [0, 1) */
export function drawFault(faults: readonly Fault[], drawn: number): Fault | null {
  let below = 0;
  for (const fault of faults) {
    below += fault.rate;
    if (drawn < below) return fault;
  }
  return null;
}

function withItem(faults: Faults, item: string): Faults {
  const [, name, value, parameterText] = /^([a-z0-9-]+):([0-9.]+)(?:@(\d{1,9}))?$/i.exec(item) ?? [];
  if (name === undefined || value === undefined) {
    throw new FaultSyntaxError(`"${item}": expected KIND:RATE, such as reset:0.05 or 429:0.1@1`);
  }
  const parameter = parameterText === undefined ? null : Number(parameterText);
  switch (name) {
    case 'concurrent':
      return { ...faults, concurrent: wholeNumber(item, value, parameter) };
    case 'lag':
      return { ...faults, lagMs: wholeNumber(item, value, parameter) };
    case 'rate':
      return { ...faults, rate: { perSecond: wholeNumber(item, value, null), retryAfter: parameter } };
  }
  const ask = name.startsWith('ask-');
  const kind = ask ? name.slice('ask-'.length) : name;
  const row = ROWS.find(({ matches }) => matches.test(kind));
  const elsewhere = ask ? kind === 'late' : kind === 'absent';
  if (row !== undefined && elsewhere) {
    throw new FaultSyntaxError(
      `"${item}": ${row.name} is ${ask ? `no fault of look-ups; write ${kind}` : `a fault of look-ups only; write ask-${kind}`}`,
    );
  }
  if (row === undefined) {
    throw new FaultSyntaxError(
      `"${item}": there is no fault "${name}"; there are ${FAULT_KINDS.map((known) => known.name).join(', ')}`,
    );
  }
  if (parameter !== null && row.parameter === null) {
    throw new FaultSyntaxError(`"${item}": ${row.name} takes nothing after @`);
  }
  const rate = Number(value);
  if (!(rate >= 0 && rate <= 1)) {
    throw new FaultSyntaxError(`"${item}": expected a rate from 0 to 1, found ${value}`);
  }
  const plan = row.plan(kind, parameter ?? row.parameter?.byDefault ?? null);
  const fault: Fault = { name, rate, plan };
  return ask ? { ...faults, asks: [...faults.asks, fault] } : { ...faults, posts: [...faults.posts, fault] };
}

function wholeNumber(item: string, value: string, parameter: number | null): number {
  if (!/^[1-9]\d{0,8}$/.test(value) || parameter !== null) {
    throw new FaultSyntaxError(`"${item}": expected a whole number above 0, such as concurrent:8`);
  }
  return Number(value);
}

function cut(name: string, what: string, accepts: boolean): Row {
  return {
    name,
    what,
    matches: new RegExp(`^${name}$`),
    parameter: null,
    plan: () => ({ do: 'cut', accepts }),
  };
}

function hold(name: string, what: string, accepts: boolean): Row {
  return {
    name,
    what,
    matches: new RegExp(`^${name}$`),
    parameter: null,
    plan: () => ({ do: 'hold', accepts }),
  };
}

function answers(name: string, what: string, accepts: boolean, answer: Answer): Row {
  const plan: FaultPlan = { do: 'answer', accepts, answer: () => answer };
  return { name, what, matches: new RegExp(`^${name}$`), parameter: null, plan: () => plan };
}

function statusPlan(
  name: string,
  accepts: boolean,
  headers: (nowMs: number) => Readonly<Record<string, string>>,
): FaultPlan {
  const status = Number(name.slice(0, 3));
  const told = jsonAnswer(status, { status: 'ERROR', message: `Sandbox fault ${name}`, response: null });
  return {
    do: 'answer',
    accepts,
    answer: (unauthorized, nowMs) =>
      status === 401 && !accepts ? unauthorized : { ...told, headers: headers(nowMs) },
  };
}
