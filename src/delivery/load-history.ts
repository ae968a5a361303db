// What the pacer remembers of the last requests: how many a second, how many were refused, and at which number at once.

/** This many refusals among this many requests may be chance. */
const CHANCE = 5;
const REMEMBERED = 50;
/** A level that failed often is tried again at most sixteen times less often. */
const MAX_CAUTION = 4;

/** Counts what happened in about the last second, in tenths. */
export class LastSecond {
  readonly #tenths = new Float64Array(10);
  #newest = 0;

  add(now: number): void {
    this.#advance(now);
    const at = this.#newest % 10;
    this.#tenths[at] = (this.#tenths[at] ?? 0) + 1;
  }

  count(now: number): number {
    this.#advance(now);
    return this.#tenths.reduce((sum, n) => sum + n, 0);
  }

  /** In the current tenth and the one before: between 100 and 200 ms. */
  recent(now: number): number {
    this.#advance(now);
    return (this.#tenths[this.#newest % 10] ?? 0) + (this.#tenths[(this.#newest + 9) % 10] ?? 0);
  }

  #advance(now: number): void {
    const tenth = Math.floor(now / 100);
    if (tenth - this.#newest >= 10) this.#tenths.fill(0);
    else for (let i = this.#newest + 1; i <= tenth; i++) this.#tenths[i % 10] = 0;
    this.#newest = Math.max(this.#newest, tenth);
  }
}

/** How many of the last requests were refused (or timed out). One alone may be chance; many show a limit. */
export class LastRequests {
  readonly #refused: boolean[] = [];
  #count = 0;

  add(refused: boolean): void {
    this.#refused.push(refused);
    if (refused) this.#count++;
    if (this.#refused.length > REMEMBERED && this.#refused.shift() === true) this.#count--;
  }

  /** More than a tenth of the last fifty. */
  get many(): boolean {
    return this.#count > CHANCE;
  }
}

/** For each number of requests at once, how many were lately reset or refused, and how many answered. */
export class Levels {
  readonly #broken: number[] = [];
  readonly #answered: number[] = [];

  add(level: number, broken: boolean): void {
    const counts = broken ? this.#broken : this.#answered;
    counts[level] = (counts[level] ?? 0) + 1;
    if ((this.#broken[level] ?? 0) + (this.#answered[level] ?? 0) <= REMEMBERED) return;
    this.#broken[level] = (this.#broken[level] ?? 0) / 2;
    this.#answered[level] = (this.#answered[level] ?? 0) / 2;
  }

  /** More than chance: about a third of those at this level broke. */
  isTooMuch(level: number): boolean {
    const broken = this.#broken[level] ?? 0;
    return broken * 2 > (this.#answered[level] ?? 0) + 1;
  }

  /** Doubles with each time that this level broke. */
  caution(level: number): number {
    return 2 ** Math.min(MAX_CAUTION, this.#broken[level] ?? 0);
  }
}
