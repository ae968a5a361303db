// Names in JSON, as data: what holds a phone or an e-mail, whose a phone is, which lists are the records and which belong
// to one record, and where a text is JSON itself.
import { fieldByHeader } from '../../lead/fields.ts';
import { memo } from '../../lead/memo.ts';

/** Answers are kept: the same few names come with each record. */
type Rule = (name: string) => boolean;

/** `mobileNumber`, `SENDER_MOBILE`, `q4_phone` -> words in lower case. */
function wordsOf(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();
}

const PHONE =
  /(?:phone|mobile|whats ?app|telefon|telephone|tel[eé]fono|celular|msisdn|\bcell\b|\bmob\b|\btel\b|\bwa id\b|\bph(?: no)?\b|(?:contact|caller|calling|customer|lead|buyer) (?:no|num|number)s?\b)/u;
/** Beside a phone, and none itself. */
const ABOUT_PHONE =
  /\b(?:verified|verification|type|country|code|prefix|extension|ext|dnc|label|kind|status|valid|consent|model|clicks?|count|total|id)s?$|^(?:is|has|dnc|display)\b/;
const EMAIL = /\be ?-?mails?\b|^mail$/;
/** Numbers and lists of somebody else than the lead. */
const OTHERS =
  /^(?:(?:agents?|owners?|executives?|assignees?|assigned(?: to| user| agent)?|receivers?|called|dial+ed|virtual(?: numbers?)?|agenc(?:y|ies)|compan(?:y|ies)|accounts? managers?|managers?|brokers?|staff|employees?|team(?: members?)?|sales ?(?:person|people|persons|team|reps?)?|reps?|listings?|propert(?:y|ies)|projects?|offices|branch(?:es)?|developers?|builders?|crm users?|advertisers?|organi[sz]ers?|coordinators?|assistants?|supervisors?|co ?(?:applicants?|buyers?|owners?)|(?:created|updated|modified|edited|added|uploaded|attended|handled|managed|answered|taken|posted|listed|published|verified|approved) by)\b)/;

/** Whether a member of this name may hold a phone, the lead's or not. */
export const namesPhone: Rule = memo((name) => {
  const words = wordsOf(name);
  if (words.length > 200) return false;
  if (PHONE.test(words)) return !ABOUT_PHONE.test(words) || words === 'wa id';
  const field = fieldByHeader(name)?.name;
  return field === 'phone' || field === 'altPhone';
});

export const namesEmail: Rule = memo((name) => EMAIL.test(wordsOf(name.slice(0, 200))));

/** Whether what lies under this name is about somebody else than the lead. */
export const namesOther: Rule = memo((name) => OTHERS.test(wordsOf(name.slice(0, 200))));

/** `+91 90001 00001`, `9000100001`, `919000100001@c.us`: a text that is a whole phone. */
const PHONE_VALUE =
  /^\s*(?:\+\d[\d\s().-]{7,18}\d|(?:0|(?:00)?91[\s-]?)?[6-9]\d{4}[\s-]?\d{5}|\d{10,15}@(?:c\.us|s\.whatsapp\.net))\s*$/;
/** Numbers of such a name are ids, amounts and times, whatever they look like. */
const COUNTED =
  /(?:\b(?:id|ref|code|count|total|time|date|at|on|stamp|amount|price|budget|value|size|key|token|pin|zip)\b|id$)/;

const namesCounted: Rule = memo((name) => COUNTED.test(wordsOf(name.slice(0, 200))));

/** `display_phone_number`: what is known to be no number of a lead, whatever it looks like. */
const namesAboutPhone: Rule = memo((name) => {
  const words = wordsOf(name.slice(0, 200));
  return PHONE.test(words) && ABOUT_PHONE.test(words);
});

/** Whether a scalar member is a phone by its value. */
export function isPhoneValue(name: string, text: string): boolean {
  if (text.length > 40 || !PHONE_VALUE.test(text) || namesAboutPhone(name)) return false;
  return text.trim().startsWith('+') || !namesCounted(name);
}

/** Lists of these names are records, also where they hold no phone. */
const RECORDS =
  /^(?:data|leads?(?: ?(?:list|data|details))?|results?|records|items|rows|contacts?|people|persons|entries|responses?|submissions?|value|values|objects|list|enquir(?:y|ies)|inquir(?:y|ies)|quer(?:y|ies)|customers|prospects|clients|buyers|users|callbacks|hits|edges|nodes|docs|documents|content|payload|requests|registrations|form responses|elements)$/;

export const namesRecords: Rule = memo((name) => RECORDS.test(wordsOf(name.slice(0, 200))));

/** Lists of these names are part of one lead, where that lead has a phone of its own. */
const PARTS =
  /^(?:co ?(?:applicants?|buyers?|owners?)|applicants?|family(?: members)?|friends|relatives|spouse|nominees?|references?|referrals?|referred|guarantors?|emergency contacts?|alternate contacts?|other contacts|activit(?:y|ies)|calls?(?: ?logs?)?|call(?: ?history)|sms(?: ?logs?)?|messages|conversations?|notes?|comments?|remarks|histor(?:y|ies)|events?|timeline|logs?|visits?|site visits|follow ?ups?|tasks?|attachments?|documents|tags|products?|line ?items?|order ?items?|units|interests|interested(?: ?in)?|addresses|deals|tickets|orders|bookings|payments|assignments?|participants|numbers)$/;

export const namesPart: Rule = memo((name) => PARTS.test(wordsOf(name.slice(0, 200))));

/** Members that a person has and the sender of an envelope has not. */
const OF_A_PERSON: ReadonlySet<string> = new Set([
  ...['firstName', 'lastName', 'message', 'budget', 'budgetMin', 'budgetMax', 'apartmentTypes'],
  ...['otpVerified', 'homeloanRequired', 'listingName', 'listingId'],
]);

export const namesPerson: Rule = memo(
  (name) =>
    /^(?:full|customer|lead|buyer|client) ?name$/.test(wordsOf(name.slice(0, 200))) ||
    OF_A_PERSON.has(fieldByHeader(name)?.name ?? ''),
);

/** A text under one of these names may be JSON itself. */
const OPENED =
  /^(?:body|payload|data|raw|raw ?(?:body|data|request|json|payload)|json|content|message|request|post ?data|event|record|response|form ?data|fields|lead|details|extra ?data|meta ?data|text|value)$/;

export const namesOpened: Rule = memo((name) => OPENED.test(wordsOf(name.slice(0, 200))));

/** Lists of answers under these names may hold more in each answer than is known here. */
const ANSWERS =
  /^(?:fields|answers|questions|field data|user column data|(?:custom|lead|extra|additional|profile) ?fields(?: ?values)?|custom ?(?:answers|responses)|questions? ?answers|qn?a|form ?fields|form ?data|responses?|inputs|columns|questions ?and ?answers|values|properties|attributes|custom ?questions)$/;

export const namesAnswers: Rule = memo((name) => ANSWERS.test(wordsOf(name.slice(0, 200))));
