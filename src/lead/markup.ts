// Text that a web form has encoded for HTML: character references (`&amp;` `&#039;`) are decoded and `<br>` is a line
// break. Other markup stays as it is, and so does a URL, whose `&copy=` is a parameter.

/** HTML 4's names for U+00A0 to U+00FF, in order. */
const LATIN_1 =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro ' +
  'para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
  'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
  'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute ' +
  'thorn yuml';

const NAMED: ReadonlyMap<string, string> = new Map([
  ...LATIN_1.split(' ').map((name, i): [string, string] => [name, String.fromCharCode(0xa0 + i)]),
  ...Object.entries({
    ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", AMP: '&', LT: '<', GT: '>', QUOT: '"' },
    ...{ ndash: '–', mdash: '—', lsquo: '‘', rsquo: '’', sbquo: '‚', ldquo: '“', rdquo: '”', bdquo: '„' },
    ...{ hellip: '…', bull: '•', prime: '′', Prime: '″', lsaquo: '‹', rsaquo: '›', dagger: '†', permil: '‰' },
    ...{ euro: '€', trade: '™', larr: '←', rarr: '→', minus: '−', le: '≤', ge: '≥', ne: '≠', asymp: '≈' },
    ...{ ensp: ' ', emsp: ' ', thinsp: ' ', zwj: '\u200d', zwnj: '\u200c', lrm: '\u200e', rlm: '\u200f' },
    ...{ OElig: 'Œ', oelig: 'œ', Scaron: 'Š', scaron: 'š', Yuml: 'Ÿ', fnof: 'ƒ', circ: 'ˆ', tilde: '˜' },
    ...{
      inr: '₹',
      num: '#',
      excl: '!',
      comma: ',',
      period: '.',
      colon: ':',
      semi: ';',
      lpar: '(',
      rpar: ')',
    },
    ...{ commat: '@', sol: '/', bsol: '\\', lowbar: '_', percnt: '%', plus: '+', equals: '=', quest: '?' },
    ...{ ast: '*', dollar: '$', NewLine: '\n', Tab: '\t', hyphen: '‐', lbrack: '[', rbrack: ']' },
  }),
]);

/** Windows' characters, which many programs write as the references of U+0080 to U+009F. */
const WINDOWS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z][a-z0-9]{1,7}));/gi;
const BREAK = /<br(?:\s[^<>]{0,100})?\s*\/?>(?:\r?\n)?/gi;
const URL = /((?:\bhttps?:\/\/|\bwww\.)[^\s<>"]+)/i;

/** The text as a person wrote it. */
export function withoutMarkup(text: string): string {
  const references = text.includes('&') && text.includes(';');
  if (!references && !text.includes('<')) return text;
  return text
    .split(URL)
    .map((part, i) => (i % 2 === 1 ? part : unmarked(part, references)))
    .join('');
}

function unmarked(text: string, references: boolean): string {
  const decoded = references ? text.replace(REFERENCE, reference) : text;
  return decoded.includes('<') ? decoded.replace(BREAK, '\n') : decoded;
}

/** A reference that means nothing stays as it is. */
function reference(whole: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return NAMED.get(name) ?? whole;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  if (code >= 0x80 && code <= 0x9f) return WINDOWS[code - 0x80] ?? whole;
  const known = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return known ? String.fromCodePoint(code) : whole;
}
