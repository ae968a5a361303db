// The code and the message of an error of any kind.

/** The system's or the library's name for it, such as ENOENT; empty if it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Its message. Node gives none where every address of a name failed, and keeps the failures within. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return [...new Set(error.errors.map(messageOf))].join(', ');
  }
  return error instanceof Error ? error.message : String(error);
}

/** For brackets after a sentence of our own: its code, else its message. */
export function reasonOf(error: unknown): string {
  return codeOf(error) || messageOf(error);
}
