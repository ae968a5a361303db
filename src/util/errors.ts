// What an error of any kind says of itself.

/** The system's or the library's name of it, such as ENOENT; empty where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Its words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** For brackets behind a sentence of our own: its code, else its words. */
export function reasonOf(error: unknown): string {
  return codeOf(error) || messageOf(error);
}
