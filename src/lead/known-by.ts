// By what a provider knows a person, in words: how it is asked, or what tells two of its leads apart.

export const PERSON_WORDS = { phone: 'phone', email: 'e-mail address' } as const;

/** @param provider what the provider's own data says of it */
export function knownBy(provider: {
  readonly lookup: { readonly by: keyof typeof PERSON_WORDS } | null;
  readonly dedupe: readonly string[];
}): string {
  const byEmail = provider.lookup?.by === 'email' || provider.dedupe.includes('email');
  return PERSON_WORDS[byEmail ? 'email' : 'phone'];
}
