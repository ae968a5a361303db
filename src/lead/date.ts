// Dates in the spellings of exports. An offset in the text wins over the zone. The order of day and month is decided
// once per file, not here.
import { inEnglish } from './months.ts';
import { asciiDigits, oneLine } from './text.ts';
import { zoneNamed } from './zone.ts';

export type DateOrder = 'DMY' | 'MDY' | 'YMD';

/** Plausible years; anything else is a typing error or a database's zero. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2099;
/** Excel counts days from here (its 1900 system, which has a leap day that did not exist). */
const EXCEL_EPOCH = Date.UTC(1899, 11, 30);
/** A longer cell is a note. */
const MAX_LENGTH = 300;
const DAY_MS = 24 * 3600 * 1000;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

const TIME = String.raw`(?:(?:\s*,\s*(?:at\s+|@\s*)?|\s+(?:at\s+|@\s*|-\s+)?|t\s*)(\d{1,2})(?:[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?)?\s*([ap]\.?m\.?)?)?`;
const ZONE = String.raw`(?:\s*\(?(?:(?:gmt|utc)?\s*([-+−]\d{1,2}(?::?\d{2})?)|(z|[a-z]{2,4}))\)?(?:\s*[([][^)\]]*[)\]])?)?`;
const MONTH = String.raw`(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?`;
const WEEKDAY = String.raw`(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,?\s+)?`;

const YEAR_FIRST = rule(String.raw`(\d{4})([-/.])(\d{1,2})\2(\d{1,2})`);
const NUMERIC = rule(String.raw`(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})`);
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:[t ]?(\d{2})(\d{2})(\d{2})?)?(?:\s*([+-]\d{2}:?\d{2})|(z))?$/;
const DAY_MONTH = rule(
  String.raw`(\d{1,2})(?:st|nd|rd|th)?[-/.,\s]*(?:of\s+)?${MONTH}[-/.,\s]*['’]?(\d{4}|\d{2})`,
);
const MONTH_DAY = rule(
  String.raw`${MONTH}[-/.\s]*(\d{1,2})(?:st|nd|rd|th)?[-/.,\s]+['’]?(\d{4}|\d{2}(?![:.]))`,
);
const YEAR_MONTH = rule(String.raw`(\d{4})[-/.,\s]+${MONTH}[-/.,\s]*(\d{1,2})(?:st|nd|rd|th)?`);
/** The format of JavaScript and C: `Mon Oct 05 14:03:22 2026`. */
const YEAR_LAST = new RegExp(
  String.raw`^${WEEKDAY}${MONTH}\s+(\d{1,2})\s+(\d{1,2}):(\d{2}):(\d{2})\s+(?:(z|[a-z]{2,4})\s+)?(\d{4})$`,
);

/** Zone names with one clear offset; others are not guessed (`IST` is India's here). */
const ZONE_NAMES: Readonly<Record<string, number>> = {
  ...{
    z: 0,
    utc: 0,
    gmt: 0,
    wet: 0,
    ist: 330,
    gst: 240,
    sgt: 480,
    cet: 60,
    cest: 120,
    bst: 60,
    eet: 120,
    eest: 180,
  },
  ...{
    est: -300,
    edt: -240,
    cst: -360,
    cdt: -300,
    mst: -420,
    mdt: -360,
    pst: -480,
    pdt: -420,
    aest: 600,
    aedt: 660,
  },
};

interface Clock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly ms: number;
  /** Minutes east of Greenwich; null if the text has none. */
  readonly offset: number | null;
}

/**
 * Reads a date, with or without a time; a date alone means midnight.
 * @param order of day, month and year in texts such as `05-10-2026`; no other order is tried
 * @param timezone IANA zone of texts without an offset
 * @returns ISO 8601 in UTC, or null: `DATE_INVALID`
 * @throws RangeError for an unknown zone
 */
export function parseInstant(text: string, timezone: string, order: DateOrder): string | null {
  if (text.length > MAX_LENGTH) return null;
  const line = asciiDigits(oneLine(text)).toLowerCase();
  const ms = line.length > 80 ? null : (readNumber(line, timezone) ?? readClock(line, timezone, order));
  if (ms === null) return null;
  const year = new Date(ms).getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR ? new Date(ms).toISOString() : null;
}

/** Clocks of other zones and machines differ by less. */
const LEEWAY_MS = 36 * 3600 * 1000;
/** No lead is older. */
const FIRST_CONTACT = Date.UTC(2000, 0, 1);

/** @param instant ISO 8601 @param now Unix ms */
export function isFuture(instant: string, now: number): boolean {
  return Date.parse(instant) > now + LEEWAY_MS;
}

/** Why a person cannot have made contact then; null if they can. */
export function impossibleContact(instant: string, now: number): 'future' | 'past' | null {
  if (isFuture(instant, now)) return 'future';
  return Date.parse(instant) < FIRST_CONTACT ? 'past' : null;
}

const ORDERS: readonly DateOrder[] = ['DMY', 'MDY', 'YMD'];

/** Whether a date that is wrong as it was read would be right in another order of day and month. */
export function isGoodInOtherOrder(text: string, timezone: string, now: number): boolean {
  if (text.length > MAX_LENGTH || !NUMERIC.test(asciiDigits(oneLine(text)).toLowerCase())) return false;
  return ORDERS.some((order) => {
    const instant = parseInstant(text, timezone, order);
    return instant !== null && impossibleContact(instant, now) === null;
  });
}

/** What one date cell says about its file's order: a number above 12 must be the day; null if both may be. */
export function dayOrderVote(text: string): 'DMY' | 'MDY' | null {
  if (text.length > MAX_LENGTH) return null;
  const match = NUMERIC.exec(asciiDigits(oneLine(text)).toLowerCase());
  if (match === null) return null;
  const [first, second] = [Number(match[1]), Number(match[3])];
  if (first > 12 && first <= 31 && second >= 1 && second <= 12) return 'DMY';
  if (second > 12 && second <= 31 && first >= 1 && first <= 12) return 'MDY';
  return null;
}

/** A pattern for a date of this form, followed by time and zone. */
function rule(date: string): RegExp {
  return new RegExp(`^${WEEKDAY}${date}${TIME}${ZONE}$`);
}

/** `/Date(1728117196000+0530)/`: milliseconds, as .NET writes them; the offset only says how they were shown. */
const DOT_NET = /^\/date\((\d{12,13})(?:[-+]\d{4})?\)\/$/;

/** Unix seconds (10 digits), Unix milliseconds (13), Excel serials (5, with the time as a fraction). */
function readNumber(line: string, timezone: string): number | null {
  const dotNet = DOT_NET.exec(line)?.[1];
  if (dotNet !== undefined) return Number(dotNet);
  const match = /^(\d{5}|\d{10}|\d{13})([.,]\d+)?$/.exec(line);
  if (match === null) return null;
  const value = Number(line.replace(',', '.'));
  if (match[1]?.length === 13) return Math.floor(value);
  if (match[1]?.length === 10) return Math.floor(value * 1000);
  // Fractions of a day have rounding errors; spreadsheets show whole seconds.
  const wall = EXCEL_EPOCH + Math.round((value * DAY_MS) / 1000) * 1000;
  return zoneNamed(timezone).instant(wall);
}

function readClock(line: string, timezone: string, order: DateOrder): number | null {
  const clock = readParts(line, order) ?? readForeign(line, order);
  if (clock === null) return null;
  const { year, month, day, ms, offset } = clock;
  const midnight = Date.UTC(year, month - 1, day);
  const back = new Date(midnight);
  // Date.UTC rolls 31 Feb and month 13 over; such dates are refused.
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || year < 1900) return null;
  return offset === null ? zoneNamed(timezone).instant(midnight + ms) : midnight + ms - offset * 60_000;
}

/** `25. Oktober 2024`, `25 de octubre de 2024`: only tried where no English date was found. */
function readForeign(line: string, order: DateOrder): Clock | null {
  const text = inEnglish(line);
  return text === null ? null : readParts(text, order);
}

function readParts(line: string, order: DateOrder): Clock | null {
  let m = YEAR_FIRST.exec(line);
  if (m !== null) return clockOf(m[1], m[3], m[4], m, 5);
  m = NUMERIC.exec(line);
  if (m !== null) {
    if (order === 'DMY') return clockOf(m[4], m[3], m[1], m, 5);
    if (order === 'MDY') return clockOf(m[4], m[1], m[3], m, 5);
    // A four-digit year at the end: the text is not in YMD order.
    return m[4]?.length === 2 ? clockOf(m[1], m[3], m[4], m, 5) : null;
  }
  m = DAY_MONTH.exec(line);
  if (m !== null) return clockOf(m[3], m[2], m[1], m, 4);
  m = MONTH_DAY.exec(line);
  if (m !== null) return clockOf(m[3], m[1], m[2], m, 4);
  m = YEAR_MONTH.exec(line);
  if (m !== null) return clockOf(m[1], m[2], m[3], m, 4);
  m = COMPACT.exec(line);
  if (m !== null) return clockOf(m[1], m[2], m[3], ['', m[4], m[5], m[6], '', '', m[7], m[8]], 1);
  m = YEAR_LAST.exec(line);
  if (m !== null) return clockOf(m[7], m[1], m[2], ['', m[3], m[4], m[5], '', '', '', m[6]], 1);
  return null;
}

type Parts = readonly (string | undefined)[];

/** @param at where hour, minute, second, fraction, half of day, offset and zone name start in `parts` */
function clockOf(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  parts: Parts,
  at: number,
): Clock | null {
  const [hour, minute, second, fraction, half, offset, zone] = parts.slice(at, at + 7);
  const ms = readTime(hour, minute, second, fraction, half);
  const minutes = readOffset(offset, zone);
  if (ms === null || minutes === undefined || year === undefined || month === undefined) return null;
  const named = MONTHS.indexOf(month.slice(0, 3));
  return {
    year: year.length === 2 ? 2000 + Number(year) : Number(year),
    month: named >= 0 ? named + 1 : Number(month),
    day: Number(day),
    ms,
    offset: minutes,
  };
}

/** Milliseconds since midnight; null for an impossible time. */
function readTime(
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  fraction: string | undefined,
  half: string | undefined,
): number | null {
  if (!hour) return 0;
  // `14` alone is not a time; `2 pm` is.
  if (!minute && !half) return null;
  let hours = Number(hour);
  const minutes = Number(minute ?? 0);
  const seconds = Number(second || 0);
  if (half?.startsWith('p') && hours < 12) hours += 12;
  if (half?.startsWith('a')) {
    if (hours > 12) return null;
    hours %= 12;
  }
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const millis = fraction ? Number(fraction.slice(0, 3).padEnd(3, '0')) : 0;
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis;
}

/** Minutes east of Greenwich; null without an offset, undefined if it is not understood. */
function readOffset(offset: string | undefined, zone: string | undefined): number | null | undefined {
  if (offset) {
    const digits = offset.replace(/\D/g, '');
    const hours = Number(digits.length > 2 ? digits.slice(0, -2) : digits);
    const minutes = digits.length > 2 ? Number(digits.slice(-2)) : 0;
    if (hours > 14 || minutes > 59) return undefined;
    return (offset.startsWith('+') ? 1 : -1) * (hours * 60 + minutes);
  }
  return zone ? ZONE_NAMES[zone] : null;
}
