// Reads a regular expression into what it is made of, and refuses what cannot be matched in linear time.

const MAX_DEPTH = 20;
const MAX_REPEAT = 100;

/** Why a pattern is refused, in words. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

export type Node =
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

const CLASSES: Readonly<Record<string, (char: string) => boolean>> = {
  d: (char) => char >= '0' && char <= '9',
  w: (char) => /^[A-Za-z0-9_]$/.test(char),
  s: (char) => /^\s$/.test(char),
};
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

export class Parser {
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
