// Numbers as people read them: `1 row`, `10,000 rows`.

/** @param plural where it is not the noun with an s: `counted(2, 'try', 'tries')` */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** `10,000` */
export function grouped(count: number): string {
  // Without Intl, which takes some ms to load, where there is nothing to group.
  return count < 1000 ? String(count) : count.toLocaleString('en-US');
}
