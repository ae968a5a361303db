// Regular expressions of a declaration, matched in linear time: all ways through the pattern are followed at once, so that no
// text can make one slow (Thompson's construction, with the first group kept). Anything that would need to look back is refused.

/** Longer ones, deeper ones, and those that repeat into more steps are refused. */
const MAX_LENGTH = 500;
const MAX_DEPTH = 20;
const MAX_STEPS = 1_000;
/** How much of a text is looked at. */
const MAX_TEXT = 16_384;
const MAX_REPEAT = 100;

export interface Match {
  /** What the first group matches; without one, all that the pattern matches. */
  readonly text: string;
}

export interface Pattern {
  readonly match: (text: string) => Match | null;
}

/** Why a pattern is refused, in words. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** @throws PatternError */
export function compilePattern(source: string): Pattern {
  if (source.length > MAX_LENGTH) throw new PatternError(`is longer than ${MAX_LENGTH} characters`);
  const anyCase = source.startsWith('(?i)');
  const node = new Parser([...(anyCase ? source.slice(4) : source)], anyCase).whole();
  const steps: Step[] = [];
  emit(node, steps);
  steps.push({ op: 'match' });
  // Most answers say the same in the same place, so the last one is remembered.
  let last: { readonly text: string; readonly match: Match | null } | null = null;
  return {
    match: (text) => {
      if (last?.text !== text) last = { text, match: run(steps, [...text.slice(0, MAX_TEXT)]) };
      return last.match;
    },
  };
}

type Node =
  | { readonly kind: 'one'; readonly test: (char: string) => boolean }
  | { readonly kind: 'place'; readonly place: 'start' | 'end' | 'word' | 'inside' }
  | { readonly kind: 'all'; readonly parts: readonly Node[] }
  | { readonly kind: 'any'; readonly options: readonly Node[] }
  /** The first group of the pattern, which is kept. */
  | { readonly kind: 'group'; readonly node: Node }
  | {
      readonly kind: 'repeat';
      readonly node: Node;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
    };

type Step =
  | { readonly op: 'one'; readonly test: (char: string) => boolean }
  | { readonly op: 'place'; readonly place: 'start' | 'end' | 'word' | 'inside' }
  | { op: 'split'; first: number; second: number }
  | { op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: 1 | 2 }
  | { readonly op: 'match' };

const CLASSES: Readonly<Record<string, (char: string) => boolean>> = {
  d: (char) => char >= '0' && char <= '9',
  w: (char) => /^[A-Za-z0-9_]$/.test(char),
  s: (char) => /^\s$/.test(char),
};
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

class Parser {
  readonly #chars: readonly string[];
  readonly #anyCase: boolean;
  #at = 0;
  #depth = 0;
  #hasGroup = false;

  constructor(chars: readonly string[], anyCase: boolean) {
    this.#chars = chars;
    this.#anyCase = anyCase;
  }

  whole(): Node {
    const node = this.#options();
    if (this.#at < this.#chars.length) throw new PatternError('closes a group that is not open');
    return node;
  }

  #options(): Node {
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    return options.length === 1 && options[0] !== undefined ? options[0] : { kind: 'any', options };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    for (;;) {
      const char = this.#chars[this.#at];
      if (char === undefined || char === '|' || char === ')') return { kind: 'all', parts };
      parts.push(this.#repeated(this.#atom()));
    }
  }

  #repeated(node: Node): Node {
    const [least, most] = this.#count() ?? [1, 1];
    if (least === 1 && most === 1) return node;
    const lazy = this.#take('?');
    if (this.#count() !== null) throw new PatternError('repeats a repetition; put the inner one into ( )');
    return { kind: 'repeat', node, least, most, lazy };
  }

  /** What a quantifier allows; null where none stands. */
  #count(): readonly [number, number] | null {
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#take('?')) return [0, 1];
    const rest = this.#chars.slice(this.#at, this.#at + 12).join('');
    const found = /^\{(\d{1,4})(,?)(\d{0,4})\}/.exec(rest);
    if (found === null) return null;
    this.#at += found[0].length;
    const least = Number(found[1]);
    const open = found[2] === ',' && found[3] === '';
    const most = found[2] === '' ? least : open ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (most < least) throw new PatternError('has a repetition whose end is before its beginning');
    if (least > MAX_REPEAT || (!open && most > MAX_REPEAT))
      throw new PatternError(`repeats more than ${MAX_REPEAT} times`);
    return [least, most];
  }

  #atom(): Node {
    const char = this.#next();
    switch (char) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'one', test: this.#set() };
      case '.':
        return { kind: 'one', test: (other) => other !== '\n' };
      case '^':
        return { kind: 'place', place: 'start' };
      case '$':
        return { kind: 'place', place: 'end' };
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        throw new PatternError(`has a "${char}" with nothing before it to repeat`);
      default:
        return { kind: 'one', test: this.#same(char) };
    }
  }

  #group(): Node {
    if (++this.#depth > MAX_DEPTH) throw new PatternError(`has groups nested more than ${MAX_DEPTH} deep`);
    let kept = false;
    if (this.#take('?')) {
      if (!this.#take(':'))
        throw new PatternError('has a "(?": look-around and named groups are not supported, only (?: )');
    } else {
      kept = !this.#hasGroup;
      this.#hasGroup = true;
    }
    const node = this.#options();
    if (!this.#take(')')) throw new PatternError('has a group that is not closed');
    this.#depth--;
    return kept ? { kind: 'group', node } : node;
  }

  #escape(): Node {
    const char = this.#next();
    if (char === 'b') return { kind: 'place', place: 'word' };
    if (char === 'B') return { kind: 'place', place: 'inside' };
    return { kind: 'one', test: this.#escaped(char) };
  }

  #escaped(char: string): (char: string) => boolean {
    const known = CLASSES[char];
    if (known !== undefined) return known;
    const opposite = /^[DWS]$/.test(char) ? CLASSES[char.toLowerCase()] : undefined;
    if (opposite !== undefined) return (other) => !opposite(other);
    const control = CONTROLS[char];
    if (control !== undefined) return (other) => other === control;
    if (/^[A-Za-z0-9]$/.test(char)) throw new PatternError(`has "\\${char}", which is not supported`);
    return this.#same(char);
  }

  /** `[a-z_]`, behind its opening bracket. */
  #set(): (char: string) => boolean {
    const negated = this.#take('^');
    const tests: ((char: string) => boolean)[] = [];
    for (let first = true; first || this.#chars[this.#at] !== ']'; first = false) {
      const char = this.#next('a set "[" that is not closed');
      if (char === '\\') {
        tests.push(this.#escaped(this.#next()));
        continue;
      }
      const until = this.#chars[this.#at + 1];
      if (this.#chars[this.#at] === '-' && until !== undefined && until !== ']') {
        this.#at += 2;
        if (until === '\\' || until < char) throw new PatternError('has a range that does not go up');
        tests.push(this.#range(char, until));
      } else tests.push(this.#same(char));
    }
    this.#at++;
    return (char) => tests.some((test) => test(char)) !== negated;
  }

  #range(from: string, to: string): (char: string) => boolean {
    const isIn = (char: string) => char >= from && char <= to;
    return this.#anyCase ? (char) => isIn(char.toLowerCase()) || isIn(char.toUpperCase()) : isIn;
  }

  #same(char: string): (char: string) => boolean {
    if (!this.#anyCase) return (other) => other === char;
    const lower = char.toLowerCase();
    return (other) => other.toLowerCase() === lower;
  }

  #take(char: string): boolean {
    if (this.#chars[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #next(otherwise = 'a "\\" at its end'): string {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw new PatternError(`has ${otherwise}`);
    return char;
  }
}

function emit(node: Node, steps: Step[]): void {
  if (steps.length > MAX_STEPS) throw new PatternError(`has more than ${MAX_STEPS} steps; repeat less`);
  switch (node.kind) {
    case 'one':
      steps.push({ op: 'one', test: node.test });
      return;
    case 'place':
      steps.push({ op: 'place', place: node.place });
      return;
    case 'all':
      for (const part of node.parts) emit(part, steps);
      return;
    case 'group':
      steps.push({ op: 'save', slot: 1 });
      emit(node.node, steps);
      steps.push({ op: 'save', slot: 2 });
      return;
    case 'any': {
      const jumps: { op: 'jump'; to: number }[] = [];
      for (const [index, option] of node.options.entries()) {
        if (index === node.options.length - 1) {
          emit(option, steps);
          break;
        }
        const split: Step = { op: 'split', first: steps.length + 1, second: 0 };
        steps.push(split);
        emit(option, steps);
        const jump: Step = { op: 'jump', to: 0 };
        jumps.push(jump);
        steps.push(jump);
        split.second = steps.length;
      }
      for (const jump of jumps) jump.to = steps.length;
      return;
    }
    case 'repeat':
      emitRepeat(node, steps);
  }
}

function emitRepeat({ node, least, most, lazy }: Extract<Node, { kind: 'repeat' }>, steps: Step[]): void {
  for (let count = 0; count < least; count++) emit(node, steps);
  const splits: { split: { op: 'split'; first: number; second: number }; inside: number }[] = [];
  const fork = () => {
    const split = { op: 'split' as const, first: 0, second: 0 };
    steps.push(split);
    splits.push({ split, inside: steps.length });
  };
  if (most === Number.POSITIVE_INFINITY) {
    const start = steps.length;
    fork();
    emit(node, steps);
    steps.push({ op: 'jump', to: start });
  } else {
    for (let count = least; count < most; count++) {
      fork();
      emit(node, steps);
    }
  }
  for (const { split, inside } of splits) {
    split.first = lazy ? steps.length : inside;
    split.second = lazy ? inside : steps.length;
  }
}

interface Thread {
  readonly step: number;
  /** Where the match, its group, and the end of its group are. */
  readonly from: number;
  readonly open: number;
  readonly close: number;
}

function run(steps: readonly Step[], chars: readonly string[]): Match | null {
  let threads: Thread[] = [];
  let best: { readonly from: number; readonly to: number } | null = null;
  for (let at = 0; at <= chars.length; at++) {
    const seen = new Set<number>();
    const here: Thread[] = [];
    for (const thread of threads) follow(thread, at);
    // The leftmost match wins, so nothing new begins once there is one.
    if (best === null) follow({ step: 0, from: at, open: -1, close: -1 }, at);
    threads = [];
    const char = chars[at];
    for (const thread of here) {
      const step = steps[thread.step];
      if (step?.op === 'match') {
        const { from, open, close } = thread;
        best = open >= 0 && close >= 0 ? { from: open, to: close } : { from, to: at };
        // Those behind it are less wanted.
        break;
      }
      if (step?.op === 'one' && char !== undefined && step.test(char))
        threads.push({ ...thread, step: thread.step + 1 });
    }
    if (threads.length === 0 && best !== null) break;

    function follow(thread: Thread, position: number): void {
      const waiting = [thread];
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        if (seen.has(next.step)) continue;
        seen.add(next.step);
        const step = steps[next.step];
        switch (step?.op) {
          case 'jump':
            waiting.push({ ...next, step: step.to });
            break;
          case 'split':
            waiting.push({ ...next, step: step.second }, { ...next, step: step.first });
            break;
          case 'save': {
            const where = step.slot === 1 ? { open: position } : { close: position };
            waiting.push({ ...next, ...where, step: next.step + 1 });
            break;
          }
          case 'place':
            if (isAt(step.place, chars, position)) waiting.push({ ...next, step: next.step + 1 });
            break;
          case 'one':
          case 'match':
            here.push(next);
            break;
        }
      }
    }
  }
  return best === null ? null : { text: chars.slice(best.from, best.to).join('') };
}

function isAt(place: 'start' | 'end' | 'word' | 'inside', chars: readonly string[], at: number): boolean {
  if (place === 'start') return at === 0;
  if (place === 'end') return at === chars.length;
  const isWord = (char: string | undefined) => char !== undefined && /^[A-Za-z0-9_]$/.test(char);
  return (isWord(chars[at - 1]) !== isWord(chars[at])) === (place === 'word');
}
