// Whether a ledger's name means a database: asked at every start, so it loads nothing.

/** `postgresql://…` or `postgres://…`. */
export function isPostgresAddress(text: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(text);
}
