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
