// Instants as the screen shows them.

/** `2026-11-20 14:30`, in an IANA zone. */
export function shortTime(instant: string, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(
    new Date(instant),
  );
}
