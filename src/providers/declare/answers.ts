// Answer rules: which of them holds, and the verdict that it gives.
import { type Explain, refusesCredentials, saysNo } from '../error-body.ts';
import { said, sentence, unclear, verdictOfStatus } from '../http-status.ts';
import { asText, isObject, type Json, type JsonObject, parseJson, whatIs } from '../json.ts';
import type { HttpAnswer, Verdict } from '../provider.ts';
import type { AnswerRule, Condition, JsonPath, Test, Where } from './declaration.ts';
import { compilePattern, type Pattern } from './pattern.ts';

/** An answer, and its body as JSON, read once. */
export class Answer {
  readonly raw: HttpAnswer;
  #whole: readonly [Json] | null = null;

  constructor(raw: HttpAnswer) {
    this.raw = raw;
  }

  /** Undefined where it is not JSON. */
  get json(): Json {
    return this.whole[0];
  }

  /** The same as the only row of a rule that looks at all of it. */
  get whole(): readonly [Json] {
    this.#whole ??= [parseJson(this.raw.body)];
    return this.#whole;
  }
}

type Holds = (answer: Answer, row: Json) => boolean;

interface Compiled {
  /** What the rule looks at: the answer as a whole, or the rows in it. */
  readonly rowsOf: (answer: Answer) => readonly Json[];
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
    let rule = 0;
    for (const { rowsOf, holds, give } of compiled) {
      const rows = rowsThat(holds, answer, rowsOf(answer));
      const verdict = rows.length === 0 ? null : give(answer, rows);
      if (verdict !== null) return { rule, verdict };
      rule++;
    }
    return null;
  };
}

/** Nearly every rule looks at one row, the answer as a whole. */
function rowsThat(holds: Holds, answer: Answer, rows: readonly Json[]): readonly Json[] {
  if (rows.length !== 1) return rows.filter((row) => holds(answer, row));
  return holds(answer, rows[0]) ? rows : NO_ROWS;
}

const NO_ROWS: readonly Json[] = [];

/** Whether a condition holds for an answer. @throws PatternError */
export function conditionOf(condition: Condition): (answer: Answer) => boolean {
  const { rowsOf, holds } = compileRule(condition);
  return (answer) => rowsOf(answer).some((row) => holds(answer, row));
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
    const isWhole = path.startsWith('$.');
    const found = finder(isWhole ? path.slice(2) : path);
    tests.push((answer, row) => isIt(found(isWhole ? answer.json : row)));
  }
  if (says !== undefined) {
    const isIt = says === 'no' ? saysNo : refusesCredentials;
    tests.push((_, row) => isObject(row) && isIt(row));
  }
  if (not !== undefined) {
    const { rowsOf, holds } = compileRule(not);
    tests.push(
      not.each === undefined
        ? (answer, row) => !holds(answer, row)
        : (answer) => !rowsOf(answer).some((one) => holds(answer, one)),
    );
  }
  const rows = each === undefined ? null : rowFinder(each);
  return {
    rowsOf: rows === null ? (answer) => answer.whole : (answer) => rows(answer.json),
    holds: (answer, row) => {
      for (const test of tests) if (!test(answer, row)) return false;
      return true;
    },
  };
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

/** Finds what stands at a path; undefined where nothing does. */
function finder(path: JsonPath): (json: Json) => Json {
  if (path === '') return (json) => json;
  const parts = path
    .split('.')
    .map((name) => ({ name, index: /^\d{1,6}$/.test(name) ? Number(name) : null }));
  return (json) => {
    let value = json;
    for (const { name, index } of parts) {
      if (Array.isArray(value)) value = index === null ? undefined : value[index];
      else if (isObject(value)) value = Object.hasOwn(value, name) ? value[name] : undefined;
      else return undefined;
    }
    return value;
  };
}

/** What stands at a path; undefined where nothing does. */
export function at(json: Json, path: JsonPath): Json {
  return finder(path)(json);
}

/** Finds the objects of the list at a path, or the one object there. */
function rowFinder(path: JsonPath): (json: Json) => readonly JsonObject[] {
  const found = finder(path);
  return (json) => {
    const value = found(json);
    if (Array.isArray(value)) return value.filter(isObject);
    return isObject(value) ? [value] : [];
  };
}

type Give = (answer: Answer, rows: readonly Json[]) => Verdict | null;

function verdictOf(rule: AnswerRule, explain: Explain): Give {
  const { verdict, id, message, mayStillArrive } = rule;
  const idOf = id === undefined ? () => null : whereOf(id);
  const ownWords = message === undefined ? null : whereOf(message);
  const words = ({ raw }: Answer, row: Json): string => {
    const own = ownWords?.(new Answer(raw), row) ?? null;
    const quoted = own === null ? '' : explain(own);
    return quoted === '' ? said(raw, explain) : sentence(quoted);
  };
  switch (verdict) {
    case 'created':
      return (answer, rows) => {
        let leadId: string | null = null;
        for (const row of rows) {
          const id = idOf(answer, row);
          // Several ids for one lead do not tell which it is.
          if (id !== null && leadId !== null && id !== leadId) return null;
          leadId = id ?? leadId;
        }
        return leadId === null ? null : { kind: 'created', leadId };
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
  if (typeof where === 'string') {
    const found = finder(where);
    return (_, row) => asText(found(row));
  }
  if ('text' in where) return () => where.text;
  const pattern = where.matches === undefined ? null : compilePattern(where.matches);
  if ('json' in where) {
    const found = finder(where.json);
    return (_, row) => cut(asText(found(row)), pattern);
  }
  const name = where.header.toLowerCase();
  return ({ raw }) => cut(asText(raw.headers[name]), pattern);
}

function cut(text: string | null, pattern: Pattern | null): string | null {
  if (text === null || pattern === null) return text;
  return asText(pattern.match(text)?.text);
}
