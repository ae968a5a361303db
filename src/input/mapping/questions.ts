// Form questions as headers: `what_is_your_budget?`, `Which home are you looking for?`. Mapped only if the meaning is
// clear: a wrong guess would send a person's answer to the wrong field.
import { fieldByHeader } from '../../lead/fields.ts';
import type { FieldName } from '../../lead/lead.ts';

/** Openings that ask for a value. */
const ASKS =
  /^(?:what(?: is|'?s| are)?|which|how (?:many|much)|please|kindly|enter|provide|share|select|choose|type|tell us|can we (?:have|know)|may we (?:have|know)|your)\b/;

/** Openings that ask for yes or no. */
const YES_NO = /^(?:do|does|did|are|is|have|has|would|will|can|could|should)\b/;

/** `Hi there! What's your name?` */
const GREETING =
  /^(?:hi|hello|hey|namaste|welcome|great|thanks|thank you|okay|ok|first things first)(?: there)?\s*[,!.:-]+\s*/;

/** Filler words, removed until an alias is left: `please enter your | mobile number`. */
const FILLER =
  /^(?:please|kindly|enter|provide|share|select|choose|type|tell us|what(?: is|'?s| are)?|which|can we have|may we have|can we know|may we know|your|the|preferred|current|us)\s+/;

/** Words that clearly name a field, in the order in which they are tried. */
const TOPICS: readonly (readonly [RegExp, FieldName | 'budget'])[] = [
  [/\be-?mail\b/, 'email'],
  [/\bbudget\b/, 'budget'],
  [/\b(?:phone|mobile|whatsapp|contact) (?:number|no)\b|\b(?:phone|mobile|whatsapp)$/, 'phone'],
  [
    /\b(?:bhk|configurations?|bedrooms?|typology|(?:unit|flat|apartment|home|house) (?:type|size)s?|(?:type|kind|size) of (?:unit|flat|apartment|home|house))\b/,
    'apartmentTypes',
  ],
  [/^which (?:home|flat|apartment|unit) (?:are you|do you|would you)\b/, 'apartmentTypes'],
  [/\b(?:project|property) (?:are you|do you|would you)\b/, 'listingName'],
  [/^(?:which|what) city\b/, 'city'],
  [/\b(?:location|locality|area) (?:are you|do you|would you)\b/, 'locality'],
];

/** Fields whose header may have a note in brackets: `Contact number (WhatsApp preferred)`, `Create Date (GMT+5:30)`. */
const REMARKED: ReadonlySet<string> = new Set([
  ...['phone', 'altPhone', 'email', 'city', 'locality', 'budget', 'budgetMin', 'budgetMax', 'apartmentTypes'],
  ...['contactedAt', 'message', 'listingName'],
]);

/** `Phone (Secondary)`, `Mobile (alternate)`, `Phone (office)`. */
const SECOND = /\([^)]*\b(?:second(?:ary)?|alt|alternat(?:e|ive)|other|additional|office|landline|home|2)\b/i;

/** The longest header that is tried as a question. */
const MAX_LENGTH = 1000;

/** The question asks for something else: a time, a reason, permission, another person's name. */
const ELSEWHERE =
  /\b(?:when|why|how soon|time|timeline|reach you|call you|contact you|consent|agree|company|business|organi[sz]ation|agent'?s?|employer|spouse|job|monthly|income|rent|emi)\b/;

/**
 * The field that a question asks for; null if it is not a question or not clear.
 * @param header as in the file; Meta writes `_` for spaces
 */
export function questionField(header: string): FieldName | 'budget' | null {
  if (header.length > MAX_LENGTH) return null;
  const text = header
    .normalize('NFKC')
    .replace(/[_\s]+/g, ' ')
    .replace(/[’‘]/g, "'")
    .toLowerCase()
    .replace(/\s*\([^)]*\)\s*/g, ' ')
    .replace(/^[\s*\d.)#:-]+/, '')
    .replace(GREETING, '')
    .replace(/[\s?*:.!]+$/, '');
  if (text === '' || text.length > 120) return null;
  const remark = /\([^)]*\)/.test(header) ? fieldByHeader(text) : null;
  if (remark?.name === 'phone' && SECOND.test(header)) return 'altPhone';
  if (remark !== null && REMARKED.has(remark.name)) return remark.name;
  const asked = /\?[\s*:]*$/.test(header) || /\?\s*\(/.test(header);
  if (YES_NO.test(text)) return yesNoField(text);
  if (!asked && !ASKS.test(text)) return null;
  const alias = peeledAlias(text);
  if (alias !== null) return alias;
  if (ELSEWHERE.test(text)) return null;
  return TOPICS.find(([topic]) => topic.test(text))?.[1] ?? null;
}

function peeledAlias(text: string): FieldName | 'budget' | null {
  let rest = text;
  for (let step = 0; step < 6; step++) {
    const shorter = rest.replace(FILLER, '');
    if (shorter === rest) return null;
    rest = shorter;
    const field = fieldByHeader(rest);
    // `Your id`, `your source`: as a question to a person, they do not mean the field.
    if (field !== null && field.value !== 'id' && field.name !== 'source' && field.name !== 'contactedAt') {
      return field.name;
    }
  }
  return null;
}

function yesNoField(text: string): FieldName | null {
  if (/\b(?:home ?loan|housing loan)\b/.test(text)) return 'homeloanRequired';
  if (/^(?:are|is) .*\b(?:broker|dealer|channel partner|(?:real estate|property) agent)\b/.test(text))
    return 'broker';
  return null;
}
