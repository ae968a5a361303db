// The error for a wrong call or configuration. Exit status 2; nothing was sent.

/**
 * `message` says what is wrong and where, `hint` what to do next; each is one or more lines for stderr, without a
 * prefix.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null) {
    super(message);
    this.hint = hint;
  }
}

/** Several of them told in one go; each hint once. */
export function usageErrors(errors: readonly UsageError[]): UsageError {
  const [first] = errors;
  if (errors.length === 1 && first !== undefined) return first;
  const hints = new Set(errors.flatMap((error) => (error.hint === null ? [] : [error.hint])));
  return new UsageError(errors.map((error) => error.message).join('\n'), [...hints].join('\n') || null);
}
