// One result on one line of a terminal. Where it is narrow, the name goes first, then the folder and the start of the file's
// name; phone, ids and what became of the lead stay, on a second line if need be.
import { cutTo, widthOf } from '../util/text.ts';
import { visibleWidth } from '../util/wrap.ts';

export interface LineParts {
  /** `leads.csv:12` */
  readonly place: string;
  /** Coloured. */
  readonly state: string;
  /** Empty where there is only one. */
  readonly target: string;
  readonly name: string | null;
  /** Empty: not understood. */
  readonly phone: string;
  /** What stays: ids, what became of it. */
  readonly more: readonly string[];
}

const GAP = '  ';
/** A shorter part of a name says nothing. */
const MIN_NAME = 4;
const INDENT = '    ';

/** @param width null: not cut */
export function fitLine(parts: LineParts, width: number | null): readonly string[] {
  const { place, state, target, name, phone } = parts;
  const more = parts.more.filter((part) => part !== '');
  const line = (where: string, who: string | null, rest: readonly string[]) =>
    [where, state, target, [who, phone].filter(Boolean).join(' ') || '(no phone)', ...rest]
      .filter((part) => part !== '')
      .join(GAP);
  const whole = line(place, name, more);
  const over = (text: string) => (width === null ? 0 : visibleWidth(text) - width);
  if (over(whole) <= 0) return [whole];
  const left = name === null ? 0 : widthOf(name) - over(whole);
  if (name !== null && left >= MIN_NAME) return [line(place, cutTo(name, left), more)];
  const nameless = line(place, null, more);
  if (over(nameless) <= 0) return [nameless];
  const short = shortPlace(place, over(nameless));
  const shortest = line(short, null, more);
  if (over(shortest) <= 0) return [shortest];
  return [line(short, null, []), ...more.map((part) => `${INDENT}${part}`)];
}

/** Without its beginning; the line's number stays. */
function shortPlace(place: string, over: number): string {
  const number = /[:#]\d+$/.exec(place)?.[0] ?? '';
  const keep = Math.max(number.length, place.length - over - 1);
  return keep >= place.length ? place : `…${place.slice(place.length - keep)}`;
}
