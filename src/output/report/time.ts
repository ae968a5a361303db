// Instants as a page shows them: in one time zone, which it names.
export interface LocalTime {
  readonly zone: string;
  /** `2026-10-05 14:00` */
  readonly stamp: (instant: string) => string;
  /** `14:00:05` */
  readonly clock: (instant: string) => string;
}

/** @param zone IANA name */
export function localTime(zone: string): LocalTime {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const partsOf = (instant: string) => {
    const ms = Date.parse(instant);
    if (Number.isNaN(ms)) return null;
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    return (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  };
  return {
    zone,
    stamp: (instant) => {
      const part = partsOf(instant);
      if (part === null) return instant;
      return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`;
    },
    clock: (instant) => {
      const part = partsOf(instant);
      return part === null ? instant : `${part('hour')}:${part('minute')}:${part('second')}`;
    },
  };
}
