// One phone that a person or a configuration gives, as the number that a provider is asked for.
import { createPhoneParser } from '../lead/phone.ts';

export type GivenPhone =
  | { readonly ok: true; readonly phone: string }
  | { readonly ok: false; readonly problem: string };

export async function givenPhone(given: string, region: string): Promise<GivenPhone> {
  const phones = createPhoneParser();
  await phones.load();
  const parsed = phones.parse(given, { region, country: null });
  if (parsed === 'needs-library') return { ok: false, problem: 'it cannot be read' };
  return parsed.kind === 'bad' ? { ok: false, problem: parsed.message } : { ok: true, phone: parsed.phone };
}
