// Which of the names in a JSON record is the person's where a form or a deal around the person has one, too:
// `{"name": "Contact Form", "data": {"first_name": "Asha", "phone": …}}`.
import { distance, holderOf } from './header-path.ts';
import { type Claim, LEVEL } from './header-reader.ts';

/** @param names claims of the whole name @param first of the first name @param phone the best phone's header */
export function nearNames(names: readonly Claim[], first: readonly Claim[], phone: string): readonly Claim[] {
  const around = holderOf(phone);
  if (around === '' || first.length === 0) return names;
  const nearest = Math.min(...first.map(({ header }) => distance(header, around)));
  // What the user or a preset names is meant.
  return names.filter(({ header, level }) => level > LEVEL.alias || distance(header, around) <= nearest);
}
