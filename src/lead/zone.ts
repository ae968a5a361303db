// Local time in an IANA zone -> instant. Intl is slow, so each zone's offsets are cached per week.

const WEEK_MS = 7 * 24 * 3600 * 1000;

/** Instants of one time zone. */
export interface Zone {
  /**
   * @param wall local time as if it were UTC, in ms
   * @returns Unix ms. Of a time that occurs twice (clocks set back), the first; a time that does not occur is moved
   * forward.
   */
  readonly instant: (wall: number) => number;
}

const zones = new Map<string, Zone>();

/** @throws RangeError for a name that is not an IANA time zone */
export function zoneNamed(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const offsetAt = offsetReader(name);
  // Null: the offset changes within the week.
  const weeks = new Map<number, number | null>();
  const offset = (instant: number): number => {
    const week = Math.floor(instant / WEEK_MS);
    let kept = weeks.get(week);
    if (kept === undefined) {
      const first = offsetAt(week * WEEK_MS);
      kept = first === offsetAt((week + 1) * WEEK_MS - 1) ? first : null;
      weeks.set(week, kept);
    }
    return kept ?? offsetAt(instant);
  };
  const zone: Zone = {
    instant: (wall) => {
      const before = offset(wall - 24 * 3600 * 1000);
      const first = wall - before;
      if (offset(first) === before) return first;
      const after = wall - offset(wall + 24 * 3600 * 1000);
      // In a gap neither is right; the earlier offset moves the time forward.
      return wall - offset(after) === after ? after : first;
    },
  };
  zones.set(name, zone);
  return zone;
}

/** Zones that every system has: asking Intl takes 30 ms, which a call without dates does not need. */
const SURE = new Set(['Asia/Kolkata', 'UTC']);

/** Whether {@link zoneNamed} accepts this name. */
export function isTimeZone(name: string): boolean {
  if (SURE.has(name)) return true;
  try {
    zoneNamed(name);
    return true;
  } catch {
    return false;
  }
}

function offsetReader(name: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of format.formatToParts(instant)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
  };
}
