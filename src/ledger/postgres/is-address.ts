// What can be said of a ledger's address without reading it whole: asked at every start, so it loads nothing.

/** Whether it means a database and not a file: `postgresql://…` or `postgres://…`. */
export function isPostgresAddress(text: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(text);
}

/**
 * The address as it may be shown or proposed: its password has to come from somewhere else then. Also in
 * `--ledger=ADDRESS`; any other text stays as it is.
 */
export function withoutPassword(text: string): string {
  // Every word of every call is asked about, and making the pattern is a millisecond.
  if (!text.includes('://')) return text;
  return text.replace(
    /^(-\S*?=)?\s*(postgres(?:ql)?:\/\/.*)$/is,
    (_, option: string | undefined, address: string) => {
      const [, before = '', query] = /^([^?]*)(?:\?(.*))?$/s.exec(address) ?? [];
      // Up to the last @ before the path: a password may hold an @ that should have been written as %40.
      const place = before.replace(/^([a-z]+:\/\/)([^:/]*):(?:.*)@/is, '$1$2@');
      const rest = query?.split('&').filter((pair) => !/^password=/i.test(pair));
      return `${option ?? ''}${place}${rest === undefined || rest.length === 0 ? '' : `?${rest.join('&')}`}`;
    },
  );
}
