// Answer rules: which of them holds, and the verdict that it gives.
import { type Explain, refusesCredentials, saysNo } from '../error-body.ts';
import { said, unclear, verdictOfStatus } from '../http-status.ts';
import { asText, isObject, type Json, type JsonObject, parseJson, whatIs } from '../json.ts';
import type { HttpAnswer, Verdict } from '../provider.ts';
import type { AnswerRule, Condition, JsonPath, Test, Where } from './declaration.ts';
import { compilePattern, type Pattern } from './pattern.ts';

/** An answer, and its body as JSON, read once. */
export class Answer {
  readonly raw: HttpAnswer;
  #json: { readonly value: Json } | null = null;

  constructor(raw: HttpAnswer) {
    this.raw = raw;
  }

  /** Undefined where it is not JSON. */
  get json(): Json {
    this.#json ??= { value: parseJson(this.raw.body) };
    return this.#json.value;
  }
}

type Holds = (answer: Answer, row: Json) => boolean;

interface Compiled {
  /** Where the rule looks for rows; null: the answer as a whole. */
  readonly each: JsonPath | null;
  readonly holds: Holds;
}

/** Reads answers to a lead. @throws PatternError */
export function answerReader(
  rules: readonly AnswerRule[],
  explain: Explain,
): (answer: HttpAnswer) => Verdict {
  const decides = answerRules(rules, explain);
  return (raw) => {
    const answer = new Answer(raw);
    return decides(answer)?.verdict ?? verdictOfStatus(raw, explain) ?? unclear(raw);
  };
}

export interface Decided {
  /** The position of the rule. */
  readonly rule: number;
  readonly verdict: Verdict;
}

/** The first rule that holds, and its verdict; null where none does. @throws PatternError */
export function answerRules(
  rules: readonly AnswerRule[],
  explain: Explain,
): (answer: Answer) => Decided | null {
  const compiled = rules.map((rule) => ({ rule, ...compileRule(rule), give: verdictOf(rule, explain) }));
  return (answer) => {
    for (const [index, { each, holds, give }] of compiled.entries()) {
      const rows = (each === null ? [answer.json] : rowsAt(answer.json, each)).filter((row) =>
        holds(answer, row),
      );
      if (rows.length === 0) continue;
      const verdict = give(answer, rows);
      if (verdict !== null) return { rule: index, verdict };
    }
    return null;
  };
}

/** Whether a condition holds for an answer. @throws PatternError */
export function conditionOf(condition: Condition): (answer: Answer) => boolean {
  const { each, holds } = compileRule(condition);
  return (answer) =>
    (each === null ? [answer.json] : rowsAt(answer.json, each)).some((row) => holds(answer, row));
}

function compileRule(condition: Condition): Compiled {
  const { status, header = {}, json = {}, body, says, each, not } = condition;
  const tests: Holds[] = [];
  if (status !== undefined) {
    const isIt = statusTest(status);
    tests.push(({ raw }) => isIt(raw.status));
  }
  for (const [name, test] of Object.entries(header)) {
    const isIt = compileTest(test);
    tests.push(({ raw }) => isIt(raw.headers[name.toLowerCase()]));
  }
  if (body !== undefined) {
    const isIt = compileTest(body);
    tests.push(({ raw }) => isIt(raw.body.trim()));
  }
  for (const [path, test] of Object.entries(json)) {
    const isIt = compileTest(test);
    // From the whole answer, also where the rule looks at one of several elements.
    if (path.startsWith('$.')) tests.push((answer) => isIt(at(answer.json, path.slice(2))));
    else tests.push((_, row) => isIt(at(row, path)));
  }
  if (says !== undefined) {
    const isIt = says === 'no' ? saysNo : refusesCredentials;
    tests.push((_, row) => isObject(row) && isIt(row));
  }
  if (not !== undefined) {
    const { each: inside, holds } = compileRule(not);
    tests.push(
      (answer, row) =>
        !(inside === null ? [row] : rowsAt(answer.json, inside)).some((one) => holds(answer, one)),
    );
  }
  return { each: each ?? null, holds: (answer, row) => tests.every((test) => test(answer, row)) };
}

/** `409`, `2xx`, `400-499`. */
export function statusTest(
  status: number | string | readonly (number | string)[],
): (status: number) => boolean {
  const ranges = (Array.isArray(status) ? status : [status]).map(rangeOf);
  return (given) => ranges.some(([from, to]) => given >= from && given <= to);
}

function rangeOf(status: number | string): readonly [number, number] {
  const text = String(status).trim();
  const hundreds = /^([1-5])xx$/i.exec(text)?.[1];
  if (hundreds !== undefined) return [Number(hundreds) * 100, Number(hundreds) * 100 + 99];
  const [, from = '', to = from] = /^(\d{3})(?:\s*-\s*(\d{3}))?$/.exec(text) ?? [];
  return from === '' ? [Number.NaN, Number.NaN] : [Number(from), Number(to)];
}

export function isStatus(status: number | string): boolean {
  const [from, to] = rangeOf(status);
  return from >= 100 && to <= 599 && from <= to;
}

function compileTest(test: Test): (value: Json) => boolean {
  if (isList(test)) {
    if (test.length === 0) return (value) => Array.isArray(value) && value.length === 0;
    const tests = test.map(compileTest);
    return (value) => tests.some((one) => one(value));
  }
  if (typeof test !== 'object') {
    const wanted = String(test);
    return (value) => scalar(value) === wanted;
  }
  if (Object.keys(test).length === 0) return (value) => isObject(value) && Object.keys(value).length === 0;
  const parts: ((value: Json) => boolean)[] = [];
  const { matches, exists, not } = test;
  if (matches !== undefined) {
    const pattern = compilePattern(matches);
    parts.push((value) => {
      const text = scalar(value);
      return text !== null && pattern.match(text) !== null;
    });
  }
  if (exists !== undefined) parts.push((value) => (value !== undefined && value !== null) === exists);
  if (not !== undefined) {
    const other = compileTest(not);
    parts.push((value) => !other(value));
  }
  return (value) => parts.every((part) => part(value));
}

/** A type guard that works for readonly lists, which `Array.isArray` is not. */
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

/** A text, number, or truth value as text; null for anything else. */
function scalar(value: Json): string | null {
  return typeof value === 'boolean'
    ? String(value)
    : typeof value === 'string'
      ? value.trim()
      : asText(value);
}

/** What stands at a path; undefined where nothing does. */
export function at(json: Json, path: JsonPath): Json {
  if (path === '') return json;
  let value = json;
  for (const part of path.split('.')) {
    if (Array.isArray(value)) value = /^\d{1,6}$/.test(part) ? value[Number(part)] : undefined;
    else if (isObject(value)) value = Object.hasOwn(value, part) ? value[part] : undefined;
    else return undefined;
  }
  return value;
}

/** The objects of the list at a path, or the one object there. */
function rowsAt(json: Json, path: JsonPath): readonly JsonObject[] {
  const value = at(json, path);
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

type Give = (answer: Answer, rows: readonly Json[]) => Verdict | null;

function verdictOf(rule: AnswerRule, explain: Explain): Give {
  const { verdict, id, message, mayStillArrive } = rule;
  const idOf = id === undefined ? () => null : whereOf(id);
  const ownWords = message === undefined ? null : whereOf(message);
  const words = ({ raw }: Answer, row: Json): string => {
    const own = ownWords?.(new Answer(raw), row) ?? null;
    return own === null ? said(raw, explain) : explain(own);
  };
  switch (verdict) {
    case 'created':
      return (answer, rows) => {
        const ids = new Set(rows.map((row) => idOf(answer, row)).filter((one) => one !== null));
        const [leadId] = ids;
        // Several ids for one lead do not tell which it is.
        return leadId === undefined || ids.size > 1 ? null : { kind: 'created', leadId };
      };
    case 'duplicate': {
      // A status alone may be a gateway's: then the id has to be there.
      const looksInside = rule.json !== undefined || rule.body !== undefined || rule.says !== undefined;
      return (answer, rows) => {
        const leadId = rows.map((row) => idOf(answer, row)).find((one) => one !== null) ?? null;
        if (leadId === null && id !== undefined && !looksInside) return null;
        const why = message === undefined ? 'The provider has this lead already.' : words(answer, rows[0]);
        return { kind: 'duplicate', leadId, message: why };
      };
    }
    case 'rejected':
    case 'unauthorized':
    case 'throttled':
    case 'retryable':
      return (answer, rows) => ({ kind: verdict, message: words(answer, rows[0]) });
    case 'indeterminate':
      return (answer, rows) => {
        const { status, body } = answer.raw;
        return {
          kind: 'indeterminate',
          message:
            message === undefined
              ? `The provider answered HTTP ${status} with ${whatIs(body)}, which does not tell whether it took the lead.`
              : words(answer, rows[0]),
          mayStillArrive: mayStillArrive ?? !(status === 500 || (status >= 200 && status < 300)),
        };
      };
  }
}

/** @throws PatternError */
export function whereOf(where: Where): (answer: Answer, row: Json) => string | null {
  if (typeof where === 'string') return (_, row) => asText(at(row, where));
  if ('text' in where) return () => where.text;
  const pattern = where.matches === undefined ? null : compilePattern(where.matches);
  if ('json' in where) return (_, row) => cut(asText(at(row, where.json)), pattern);
  const name = where.header.toLowerCase();
  return ({ raw }) => cut(asText(raw.headers[name]), pattern);
}

function cut(text: string | null, pattern: Pattern | null): string | null {
  if (text === null || pattern === null) return text;
  return asText(pattern.match(text)?.text);
}
