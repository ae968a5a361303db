// What a person answered, as text: options by what was read, parts of a name in the order in which they are said.
import { isId, isName, optionsOf, optionText, type Question } from './questions.ts';
import { isMembers, type Members, textOf } from './value.ts';

/** @param where the member that holds it */
export function answerText(entry: Members, where: string, question: Question | null): string {
  const value = entry[where];
  const pretty = entry['prettyFormat'];
  if (isMembers(value) && isName(pretty)) return pretty;
  const options = [...optionsOf(entry), ...(question?.options ?? [])];
  return options.length === 0 ? spoken(value) : spoken(chosen(value, options));
}

/** Ids of options become their texts. */
function chosen(value: unknown, options: readonly Members[]): unknown {
  if (Array.isArray(value)) return value.map((one) => chosen(one, options));
  if (!isId(value)) return value;
  const id = textOf(value);
  const option = options.find((one) =>
    ['id', 'value', 'key', 'ref', 'uuid'].some((name) => isId(one[name]) && textOf(one[name]) === id),
  );
  const text = option === undefined ? undefined : optionText(option);
  return text ?? value;
}

/** `{"id": "c2", "label": "3 BHK"}`, `{"labels": […]}`, `{"first": …, "last": …}` as a person would say them. */
function spoken(value: unknown): string {
  if (Array.isArray(value))
    return value
      .map(spoken)
      .filter((text) => text !== '')
      .join(', ');
  if (!isMembers(value)) return textOf(value);
  const label = optionText(value);
  if (label !== undefined) return label;
  if (Array.isArray(value['labels']))
    return spoken([...value['labels'], ...(isName(value['other']) ? [value['other']] : [])]);
  if (isName(value['full'])) return value['full'];
  const parts = Object.keys(value).sort((one, other) => PARTS.indexOf(one) - PARTS.indexOf(other));
  if (parts.length <= 6 && parts.every((name) => !isMembers(value[name]) && !Array.isArray(value[name]))) {
    return parts
      .map((name) => textOf(value[name]))
      .filter((text) => text !== '')
      .join(' ');
  }
  return textOf(value);
}

/** Parts of a name or a number, in the order in which they are said. */
const PARTS: readonly string[] = ['prefix', 'first', 'middle', 'last', 'suffix', 'country', 'area', 'phone'];
