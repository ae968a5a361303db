// Dates of a sample that depend on today, and how they are written into it.

/** `{{now+20h|YYYY-MM-DD HH:mm}}`, `{{tomorrow|M/D/YYYY}}`, `{{flip1|DD/MM/YYYY}}`: texts that depend on today. */
export function filledIn(text: string, now: Date, zone: string): string {
  return text.replace(/\{\{([^|}]+)\|([^}]+)\}\}/g, (whole, what: string, form: string) => {
    const instant = instantOf(what.trim(), now, zone);
    return instant === null ? whole : written(instant, form, zone);
  });
}

const HOUR = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: HOUR, d: 24 * HOUR };

function instantOf(what: string, now: Date, zone: string): Date | null {
  const shifted = /^now\s*(?:([-+])\s*(\d+)\s*([mhd]))?$/.exec(what);
  if (shifted !== null) {
    const [, sign = '+', count = '0', unit = 'h'] = shifted;
    return new Date(now.getTime() + (sign === '-' ? -1 : 1) * Number(count) * (UNITS[unit] ?? HOUR));
  }
  if (what === 'tomorrow') return new Date(now.getTime() + 24 * HOUR);
  if (what === 'yesterday') return new Date(now.getTime() - 24 * HOUR);
  const flip = /^flip(\d+)$/.exec(what);
  return flip === null ? null : flipped(now, zone, Number(flip[1]));
}

/** The nth past day of this year which, day and month changed over, lies ahead of now. */
function flipped(now: Date, zone: string, nth: number): Date | null {
  const { YYYY = '' } = partsOf(now, zone);
  let left = nth;
  for (let month = 1; month <= 12; month++) {
    for (let day = 1; day <= 12; day++) {
      const noon = (m: number, d: number) => Date.UTC(Number(YYYY), m - 1, d, 12);
      if (noon(month, day) > now.getTime() - 48 * HOUR || noon(day, month) < now.getTime() + 72 * HOUR)
        continue;
      left--;
      if (left === 0) return new Date(noon(month, day));
    }
  }
  return null;
}

function partsOf(instant: Date, zone: string): Readonly<Record<string, string>> {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(instant);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const two = { MM: of('month'), DD: of('day'), HH: of('hour'), mm: of('minute'), ss: of('second') };
  return { YYYY: of('year'), ...two, M: String(Number(two.MM)), D: String(Number(two.DD)) };
}

function written(instant: Date, form: string, zone: string): string {
  if (/^(?:epoch|X)$/.test(form)) return String(Math.floor(instant.getTime() / 1000));
  const parts = partsOf(instant, zone);
  return form.replace(/YYYY|MM|DD|HH|mm|ss|M|D/g, (part) => parts[part] ?? part);
}
