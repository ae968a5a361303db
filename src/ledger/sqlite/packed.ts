// Rows as this engine stores them: states as numbers, a run and a seq as one number, and bodies that name what their run
// repeats (its files, targets, sources) by number. They take a third of the room of the same rows as texts.
import type { DuplicateOf, Status } from '../../delivery/outcome.ts';
import type { Claim, Completion } from '../ledger.ts';
import { damaged, type FlightBody, type ResultBody } from '../rows.ts';
import type { KeyState } from '../rules.ts';
import { CODE, CODES, placeOf, type State } from './codes.ts';

export function stateOf(code: unknown): State {
  const state = typeof code === 'number' ? CODES[code] : undefined;
  if (state === undefined) throw damaged();
  return state;
}

export function statusOfCode(code: unknown): Status {
  const state = stateOf(code);
  if (state === 'sending') throw damaged();
  return state;
}

export function keyStateOf(code: unknown): KeyState {
  const state = stateOf(code);
  if (state === 'invalid' || state === 'skipped') throw damaged();
  return state;
}

/** What a text is: `file` is forgotten by name, `about` (source, campaign) whole, `name` (target, provider) never. */
export type TextKind = 'file' | 'name' | 'about';
export type TextRow = readonly [n: number, kind: TextKind, text: string];

/** Of each kind; in a run with more, the others are written out. */
const MOST_TEXTS = 100;

/** The texts that the bodies of one run repeat. */
export class Texts {
  readonly #numbers: Readonly<Record<TextKind, Map<string, number>>> = {
    file: new Map(),
    name: new Map(),
    about: new Map(),
  };
  readonly #texts: string[] = [];
  readonly #unsaved: TextRow[] = [];

  constructor(saved: readonly TextRow[]) {
    for (const [n, kind, text] of saved) {
      this.#texts[n] = text;
      this.#numbers[kind].set(text, n);
    }
  }

  /** Those that no transaction has kept yet. */
  get unsaved(): readonly TextRow[] {
    return [...this.#unsaved];
  }

  /** @param count so many of the {@link unsaved} are kept now */
  saved(count: number): void {
    if (count > 0) this.#unsaved.splice(0, count);
  }

  /** Its number, or the text itself. */
  pack(kind: TextKind, text: string): string | number;
  pack(kind: TextKind, text: string | null): string | number | null;
  pack(kind: TextKind, text: string | null): string | number | null {
    if (text === null) return null;
    const numbers = this.#numbers[kind];
    const known = numbers.get(text);
    if (known !== undefined) return known;
    if (numbers.size >= MOST_TEXTS) return text;
    const n = this.#texts.length;
    this.#texts.push(text);
    numbers.set(text, n);
    this.#unsaved.push([n, kind, text]);
    return n;
  }

  unpack(packed: string | number): string;
  unpack(packed: string | number | null): string | null;
  unpack(packed: string | number | null): string | null {
    return typeof packed === 'number' ? (this.#texts[packed] ?? null) : packed;
  }
}

type PackedText = string | number;
type PackedOrigin = readonly [
  by: DuplicateOf['by'],
  leadId: string | null,
  at: number | null,
  run: string | null,
  file: PackedText | null,
  record: number | null,
];

/** As {@link ResultBody}, position by position. Before version 6, texts were never numbers, and instants texts. */
export type PackedBody = readonly [
  file: PackedText | null,
  record: number,
  line: number | null,
  target: PackedText,
  provider: PackedText,
  phone: string | null,
  name: string | null,
  leadId: string | null,
  duplicateOf: PackedOrigin | DuplicateOf | null,
  errors: ResultBody[9],
  warnings: ResultBody[10],
  attempts: number,
  durationMs: number,
  source: PackedText | null,
  campaign: PackedText | null,
  at: number | string,
  /** From here on left out where all that follows is null. */
  lead?: string | null,
  externalId?: string | null,
  cell?: string | null,
  identity?: string | null,
];

/** A row for `results`: place, status, key, body. */
export function packResult(run: number, completion: Completion, texts: Texts): readonly unknown[] {
  const { result, key, identity, source, campaign, at, lead } = completion;
  const { externalId, cell } = result;
  const body: PackedBody = [
    texts.pack('file', result.file),
    result.record,
    result.line,
    texts.pack('name', result.target),
    texts.pack('name', result.provider),
    result.phone,
    result.name,
    result.leadId,
    result.duplicateOf === null ? null : packOrigin(result.duplicateOf, texts),
    result.errors,
    result.warnings,
    result.attempts,
    result.durationMs,
    texts.pack('about', source),
    texts.pack('about', campaign),
    millisOf(at),
    ...rest(lead, externalId, cell, key === null ? identity : null),
  ];
  return [placeOf(run, result.seq), CODE[result.status], key, body];
}

function rest(
  lead: string | null,
  externalId: string | null,
  cell: string | null,
  identity: string | null,
): readonly [] | readonly [string | null, string | null, string | null, string | null] {
  return lead === null && externalId === null && cell === null && identity === null
    ? []
    : [lead, externalId, cell, identity];
}

function packOrigin({ by, leadId, at, run, file, record }: DuplicateOf, texts: Texts): PackedOrigin {
  return [by, leadId, at === null ? null : originMillisOf(at), run, texts.pack('file', file), record];
}

/** @param texts of its run */
export function unpackBody(packed: PackedBody, texts: Texts): ResultBody {
  if (!Array.isArray(packed)) throw damaged();
  const [file, record, line, target, provider, phone, name, leadId, origin, ...rest] = packed;
  const [errors, warnings, attempts, durationMs, source, campaign, at, lead, externalId, cell, identity] =
    rest;
  return [
    texts.unpack(file),
    record,
    line,
    texts.unpack(target),
    texts.unpack(provider),
    phone,
    name,
    leadId,
    origin === null ? null : unpackOrigin(origin, texts),
    errors,
    warnings,
    attempts,
    durationMs,
    texts.unpack(source),
    texts.unpack(campaign),
    instantOf(at),
    lead ?? null,
    externalId ?? null,
    cell ?? null,
    identity ?? null,
  ];
}

function unpackOrigin(origin: PackedOrigin | DuplicateOf, texts: Texts): DuplicateOf {
  if (!isPacked(origin)) return { ...origin, file: texts.unpack(origin.file) };
  const [by, leadId, at, run, file, record] = origin;
  return { by, leadId, at: at === null ? null : instantOf(at), run, file: texts.unpack(file), record };
}

function isPacked(origin: PackedOrigin | DuplicateOf): origin is PackedOrigin {
  return Array.isArray(origin);
}

/** Keeps the last answer: rows that were written together have one instant, and come together. */
function remembering<A, B>(make: (given: A) => B): (given: A) => B {
  let last: { readonly given: A; readonly made: B } | null = null;
  return (given) => {
    if (last === null || last.given !== given) last = { given, made: make(given) };
    return last.made;
  };
}

const isoOf = remembering((millis: number) => new Date(millis).toISOString());
const millisOf = remembering((iso: string) => Date.parse(iso));
const originMillisOf = remembering((iso: string) => Date.parse(iso));

/** ISO 8601 */
export function instantOf(at: number | string): string {
  return typeof at === 'number' ? isoOf(at) : at;
}

/** The end of a key: key, place, state, lead id, Unix ms. */
export function packEnd(run: number, { key, result, at }: Completion): readonly unknown[] {
  return [key, placeOf(run, result.seq), CODE[result.status], result.leadId, millisOf(at)];
}

/** A claim: key, place, submission id (null: the usual one), leadIdWatermark, digest of the phone. */
export function packClaim(run: number, claim: Claim, usual: string): readonly unknown[] {
  const { key, seq, submissionId, leadIdWatermark, phoneKey } = claim;
  return [
    key,
    placeOf(run, seq),
    submissionId === `${usual}-${seq}` ? null : submissionId,
    leadIdWatermark,
    phoneKey,
  ];
}

/** A row for `flights`, and the key that it is for: place, body, phone, key. */
export function packFlight(run: number, claim: Claim): readonly unknown[] {
  const { seq, target, file, record, line, lead, timeoutMs, phoneKey, key } = claim;
  const body: FlightBody = [target, file, record, line, lead, timeoutMs];
  return [placeOf(run, seq), body, phoneKey, key];
}
