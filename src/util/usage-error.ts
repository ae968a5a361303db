// The one error that means: the user's call or configuration is wrong. Exit status 2, nothing sent.

/**
 * `message` says what is wrong and where, `hint` what to do next; each is one or more lines for stderr, without a prefix.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null) {
    super(message);
    this.hint = hint;
  }
}
