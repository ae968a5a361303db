// Numbers and lists as people read them: `1 row`, `10,000 rows`, `a, b or c`.

/** @param plural if it is not the noun with an s: `counted(2, 'try', 'tries')` */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** `a`, `a or b`, `a, b or c`. */
export function listed(words: readonly string[], last: 'or' | 'and'): string {
  const [end = '', ...before] = [...words].reverse();
  return before.length === 0 ? end : `${before.reverse().join(', ')} ${last} ${end}`;
}

/** `10,000` */
export function grouped(count: number): string {
  // Small numbers need no grouping, and Intl takes some ms to load.
  return count < 1000 ? String(count) : count.toLocaleString('en-US');
}
