// Masks secrets in texts, in whatever spelling an answer may repeat them: as they are, percent-encoded, as JSON, as HTML, in
// hex, in base64 within a longer text, and these within each other.

export const MASK = '***';

/** A secret of at least this many characters is masked everywhere. */
const ANYWHERE = 6;
/** One of at least this many is masked as a whole word; a shorter one, which many words contain, only as the whole text. */
const ALONE = 4;
/** A shorter part of an encoded text may belong to anything. */
const MIN_CORE = 7;

/** Masks the secrets in a text. */
export type Hide = (text: string) => string;

/**
 * @param secrets that are `***` in what the function gives; texts without any come back as they are
 * @param isDigest whether a run of hex digits, in lower case, is a secret too
 */
export function hider(secrets: readonly string[], isDigest: (hex: string) => boolean = () => false): Hide {
  const known = [...new Set(secrets)].filter((secret) => secret !== '');
  const whole = new Set(known.map((secret) => secret.toLowerCase()));
  const needles = known.flatMap(needlesOf);
  // Most texts are ids, and shorter than any of them; decoding makes none longer.
  const shortest = Math.min(DIGEST_LENGTH, ...needles.map((needle) => needle.text.length));
  return (text) => {
    if (text.length <= 1024 && whole.has(text.trim().toLowerCase())) return MASK;
    if (text.length < shortest) return text;
    const found: Span[] = [];
    for (const layer of layersOf(text)) {
      for (const span of spansIn(layer.text, needles, isDigest)) found.push(sourceOf(span, layer));
    }
    return masked(text, found);
  };
}

/** A part of a text, by code units. */
interface Span {
  readonly from: number;
  readonly to: number;
}

interface Needle {
  /** As {@link folded} gives it. */
  readonly text: string;
  readonly kind: 'anywhere' | 'alone' | 'base64';
}

function needlesOf(secret: string): readonly Needle[] {
  const length = [...secret].length;
  if (length < ALONE) return [];
  const bytes = Buffer.from(secret);
  // UTF-8 is often read as Latin-1, and hex written in either case before it is encoded.
  const read = [secret, bytes.toString('latin1')];
  const written = /^[0-9a-f]{16,}$/i.test(secret) ? [secret.toLowerCase(), secret.toUpperCase()] : [secret];
  if (length < ANYWHERE) return read.map((text) => ({ text: folded(text), kind: 'alone' }));
  return [
    ...read.map((text): Needle => ({ text: folded(text), kind: 'anywhere' })),
    { text: bytes.toString('hex'), kind: 'anywhere' },
    ...[...written, ...wrapped(secret)]
      .map((text) => Buffer.from(text))
      .concat(Buffer.from(secret, 'utf16le'))
      .flatMap(base64Cores)
      .map((text): Needle => ({ text: base64Folded(folded(text)), kind: 'base64' })),
  ];
}

/** As it is in a body or an address that is encoded in base64 as a whole; also base64 within base64. */
function wrapped(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const percent = new URLSearchParams([['', secret]]).toString().slice(1);
  const texts = [JSON.stringify(secret).slice(1, -1), percent, percent.replaceAll('+', '%20')];
  return [...new Set([...texts.filter((text) => text !== secret), bytes.toString('base64')])];
}

/** In base64 at any position of a longer text: the part that does not depend on its neighbours. */
function base64Cores(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const core = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return core.length < MIN_CORE ? [] : [core];
  });
}

/** Without the difference of cases, and of a blank and the plus sign that stands for it in forms; as long as the text. */
function folded(text: string): string {
  const lower = text.toLowerCase();
  const same =
    lower.length === text.length ? lower : text.replace(/[a-z]/gi, (letter) => letter.toLowerCase());
  return same.replaceAll('+', ' ');
}

/** Without the difference of base64's two alphabets. */
function base64Folded(text: string): string {
  return text.replaceAll('-', ' ').replaceAll('_', '/');
}

/** The hex of SHA-1, and up to that of SHA-512. */
const DIGEST_LENGTH = 40;
const HEX = /[0-9a-f]{40,128}/g;
const LETTER = /[\p{L}\p{N}]/u;
const BASE64_LETTER = /[a-z0-9 /]/;

function spansIn(
  text: string,
  needles: readonly Needle[],
  isDigest: (hex: string) => boolean,
): readonly Span[] {
  const plain = folded(text);
  const base64 = base64Folded(plain);
  const spans: Span[] = [];
  for (const { text: needle, kind } of needles) {
    const hay = kind === 'base64' ? base64 : plain;
    for (let from = hay.indexOf(needle); from >= 0; from = hay.indexOf(needle, from + 1)) {
      const to = from + needle.length;
      if (kind === 'base64') spans.push(withEdges(base64, from, to));
      else if (kind === 'anywhere' || !(isLetter(plain[from - 1]) || isLetter(plain[to])))
        spans.push({ from, to });
    }
  }
  for (const { 0: run, index } of text.length < DIGEST_LENGTH ? [] : plain.matchAll(HEX)) {
    if (isDigest(run)) spans.push({ from: index, to: index + run.length });
  }
  return spans;
}

function isLetter(sign: string | undefined): boolean {
  return sign !== undefined && LETTER.test(sign);
}

/** With the letters beside it, which hold a part of the first and the last byte, and the padding. */
function withEdges(text: string, from: number, to: number): Span {
  const isPart = (at: number) => text[at] !== ' ' && BASE64_LETTER.test(text[at] ?? '');
  let end = isPart(to) ? to + 1 : to;
  while (text[end] === '=' && end < to + 3) end++;
  return { from: from > 0 && isPart(from - 1) ? from - 1 : from, to: end };
}

/** A text after some decoding, and where in the source each of its code units began and ended; null: where it stands. */
interface Layer {
  readonly text: string;
  readonly places: { readonly from: readonly number[]; readonly to: readonly number[] } | null;
}

/** How often a text is decoded, by its length: long ones are written by programs, encoded once or twice. */
const DEPTHS: readonly (readonly [length: number, depth: number])[] = [
  [4_096, 4],
  [65_536, 3],
  [262_144, 2],
];

/** The text, and what it may mean: decoded in each way, and the results decoded too. */
function layersOf(text: string): readonly Layer[] {
  const whole: Layer = { text, places: null };
  const layers: Layer[] = [whole, ...LISTS.map((code) => decoded(whole, code)).filter((it) => it !== whole)];
  if (!/[%\\&]/.test(text)) return layers;
  const seen = new Set([text]);
  const depth = DEPTHS.find(([length]) => text.length < length)?.[1] ?? 1;
  let last: readonly Layer[] = [whole];
  for (let i = 0; i < depth && last.length > 0; i++) {
    last = last
      .flatMap((layer) => CODES.map((code) => decoded(layer, code)))
      .filter((layer) => {
        const isNew = !seen.has(layer.text);
        seen.add(layer.text);
        return isNew;
      });
    layers.push(...last);
  }
  return layers;
}

interface Code {
  readonly token: RegExp;
  /** What a token says. */
  readonly read: (groups: readonly (string | undefined)[]) => string;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const CODES: readonly Code[] = [
  {
    token: /(?:%[0-9a-f]{2})+/gi,
    read: ([run = '']) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('latin1'),
  },
  {
    // JSON, JavaScript (its escape() too) and shells.
    token:
      /[\\%]u([0-9a-f]{4})|\\u\{([0-9a-f]{1,6})\}|\\x([0-9a-f]{2})|\\([0-3][0-7]{2})|\\([!-/:-@[-`{-~ ])/gi,
    read: ([, unit, point, byte, octal, sign]) =>
      sign ??
      charOf(
        octal === undefined ? Number.parseInt(unit ?? point ?? byte ?? '', 16) : Number.parseInt(octal, 8),
      ),
  },
  {
    token: /&#(\d{1,8});?|&#x([0-9a-f]{1,7});?|&(amp|lt|gt|quot|apos);?/gi,
    read: ([, decimal, hex, name]) =>
      name !== undefined
        ? (NAMED[name.toLowerCase()] ?? '')
        : charOf(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)),
  },
];

function charOf(code: number): string {
  return code > 0x10_ff_ff ? ' ' : String.fromCodePoint(code);
}

/** How programs print bytes (`<Buffer 70 40>`, `70:40`, `[112,64]`), and mail breaks lines: for the text as it came. */
const LISTS: readonly Code[] = [
  {
    token: /(?<![0-9a-z])[0-9a-f]{2}(?:[ :,-] ?[0-9a-f]{2}){5,}(?![0-9a-z])/gi,
    read: ([run = '']) => Buffer.from(run.replace(/[^0-9a-f]/gi, ''), 'hex').toString('latin1'),
  },
  {
    token: /(?<![0-9])[0-9]{1,3}(?:, ?[0-9]{1,3}){5,}(?![0-9])/g,
    read: ([run = '']) => Buffer.from(run.split(',').map(Number)).toString('latin1'),
  },
  { token: /(?<=[a-z0-9+/_-]{4})\r?\n *(?=[a-z0-9+/_-])/gi, read: () => '' },
];

function decoded(layer: Layer, { token, read }: Code): Layer {
  const { text } = layer;
  const parts: string[] = [];
  const [froms, tos]: [number[], number[]] = [[], []];
  let done = 0;
  const add = (part: string, from: number, to: number) => {
    const place = sourceOf({ from, to }, layer);
    for (let i = 0; i < part.length; i++) {
      froms.push(place.from);
      tos.push(place.to);
    }
    parts.push(part);
  };
  const copy = (until: number) => {
    for (; done < until; done++) add(text[done] ?? '', done, done + 1);
  };
  for (const found of text.matchAll(token)) {
    copy(found.index);
    const said = read(found);
    done = found.index + found[0].length;
    // Each byte of a run of %XX has its own place; any other token is one place.
    if (!/^%[^u]/i.test(found[0])) add(said, found.index, done);
    else
      for (let i = 0; i < said.length; i++)
        add(said[i] ?? '', found.index + 3 * i, found.index + 3 * (i + 1));
  }
  if (parts.length === 0) return layer;
  copy(text.length);
  return { text: parts.join(''), places: { from: froms, to: tos } };
}

function sourceOf({ from, to }: Span, { places }: Layer): Span {
  return places === null ? { from, to } : { from: places.from[from] ?? from, to: places.to[to - 1] ?? to };
}

function masked(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  let out = '';
  let end = -1;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    if (from > end) out += text.slice(Math.max(0, end), from) + MASK;
    end = Math.max(end, to);
  }
  return out + text.slice(end);
}
