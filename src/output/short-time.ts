// Instants as the screen shows them.

/** `2026-11-20 14:30`, in an IANA zone. */
export function shortTime(instant: string, timeZone: string): string {
  return formatOf(timeZone).format(new Date(instant));
}

let last = { minute: '', zone: '', day: '' };

/** `2026-11-20`: most of those in a file are of one minute, that of an earlier run. */
export function shortDay(instant: string, zone: string): string {
  const minute = instant.slice(0, 16);
  if (last.minute !== minute || last.zone !== zone)
    last = { minute, zone, day: shortTime(instant, zone).slice(0, 10) };
  return last.day;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
    formats.set(timeZone, format);
  }
  return format;
}

/**
 * `14:05:10`, of this machine's zone; with the day where that is not the one of `now`.
 * @param ms Unix ms; never said too early
 */
export function clockTime(ms: number, now: number): string {
  const at = new Date(Math.ceil(ms / 1000) * 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  if (at.toDateString() === new Date(now).toDateString()) return time;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`;
}
