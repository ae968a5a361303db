// The members of one list within a JSON document, cut from the text as it streams by; all else is passed over.
import type { Path } from './choose.ts';
import { endOfString } from './rewriter.ts';
import type { Frame, Step, WalkHandler } from './walker.ts';
import { JsonWalker } from './walker.ts';

export interface Member {
  /** If it is too long, its beginning. */
  readonly text: string;
  readonly tooLong: boolean;
  /** Its name, where the list is an object of ids. */
  readonly id: string | null;
  /** Why this is no member: the list breaks here. */
  readonly broken: string | null;
  /** It stands where the list should be, or after its end. */
  readonly alone?: true;
}

/** Cuts the members of the list at a path out of values that begin at the top. */
export class MemberCutter implements WalkHandler {
  readonly #path: Path;
  readonly #ids: boolean;
  #found: Member[] = [];

  constructor(path: Path, ids: boolean) {
    this.#path = path;
    this.#ids = ids;
  }

  /** Those since the last call. */
  take(): readonly Member[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  begin(frames: readonly Frame[], first: string): Step {
    const level = frames.length;
    const most = this.#path.length;
    if (level > most) return 'keep';
    const frame = frames.at(-1);
    if (frame !== undefined) {
      const wanted = this.#path[level - 1];
      if (wanted === null ? !frame.array : frame.array || frame.key !== wanted) return 'pass';
    }
    if (level < most) return 'into';
    return first === '[' || (first === '{' && this.#ids) ? 'into' : 'keep';
  }

  kept(frames: readonly Frame[], text: string, tooLong: boolean): void {
    const isMember = frames.length > this.#path.length;
    const id = isMember && this.#ids ? (frames.at(-1)?.key ?? null) : null;
    this.#found.push({ text, tooLong, id, broken: null, ...(isMember ? {} : { alone: true }) });
  }

  end(): void {}

  broken(frames: readonly Frame[], why: string, rest: string): void {
    // Breaks around the list do not cost its members.
    if (frames.length === this.#path.length + 1)
      this.#found.push({ text: rest, tooLong: false, id: null, broken: why });
  }
}

/** Members of all values of a complete text. */
export function membersOf(text: string, path: Path, ids: boolean): readonly Member[] {
  const cutter = new MemberCutter(path, ids);
  const walker = new JsonWalker(cutter);
  walker.add(text);
  const why = walker.end();
  const found = [...cutter.take()];
  if (walker.open !== '') found.push({ text: walker.open, tooLong: false, id: null, broken: why });
  return found;
}

const BETWEEN = /\}\s*,\s*\{/g;

/**
 * A missing quote or brace makes a member take in those after it. The beginning of the next one, if it can be told.
 * @param place where the text breaks, from 1
 */
export function nextMember(text: string, place: number): number | null {
  const closed = isBalanced(text);
  // The text breaks at a member that begins where a name should.
  if (
    !closed &&
    text[place - 1] === '{' &&
    /\}\s{0,100},\s{0,100}$/.test(text.slice(Math.max(0, place - 202), place - 1))
  )
    return place - 1;
  BETWEEN.lastIndex = Math.max(0, place - 1);
  for (let match = BETWEEN.exec(text); match !== null; match = BETWEEN.exec(text)) {
    // In a member that is balanced, only a text that holds it shows that the quotes are out of step.
    if (!closed || inString(text, match.index)) return match.index + match[0].length - 1;
  }
  return null;
}

function inString(text: string, at: number): boolean {
  let end = 0;
  for (let start = text.indexOf('"'); start >= 0 && start < at; start = text.indexOf('"', end)) {
    end = endOfString(text, start);
    if (end > at) return true;
  }
  return false;
}

/** As many brackets are closed as opened, outside texts. */
function isBalanced(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at) - 1;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
  }
  return depth === 0;
}
