// One phone that a person or a configuration gives, as the number that a provider is asked for.
import { LEAD_PHONE } from '../lead/example-phones.ts';
import { createPhoneParser } from '../lead/phone.ts';

export type GivenPhone =
  | { readonly ok: true; readonly phone: string }
  /** `wrong`: one sentence. */
  | { readonly ok: false; readonly wrong: string };

/** What to type in place of a number that is wrong: it belongs to no lead that could be sent again. */
export const GIVE_NUMBER = `Give the whole number with + and the country code, such as --phone '${LEAD_PHONE}'.`;

/** The same of the number that a target has for tests. */
export const CORRECT_TEST_PHONE = 'Correct it: the whole number, with + and the country code.';

export async function givenPhone(given: string, region: string): Promise<GivenPhone> {
  const phones = createPhoneParser();
  await phones.load();
  const parsed = phones.parse(given, { region, country: null });
  if (parsed === 'needs-library') return { ok: false, wrong: 'It cannot be read.' };
  return parsed.kind === 'bad' ? { ok: false, wrong: parsed.wrong } : { ok: true, phone: parsed.phone };
}
