// One lead of a phone at a time: a provider's answer about a phone tells which lead is meant only if no other is in
// progress.

export class PhoneGate<T> {
  /** By phone, those that wait for the one in progress; null while none does. */
  readonly #waiting = new Map<string, T[] | null>();

  /** @returns whether it may go now; else it waits */
  enter(phone: string, item: T): boolean {
    const waiting = this.#waiting.get(phone);
    if (waiting === undefined) {
      this.#waiting.set(phone, null);
      return true;
    }
    if (waiting === null) this.#waiting.set(phone, [item]);
    else waiting.push(item);
    return false;
  }

  /** The one in progress ended. @returns the next one of its phone, which may go now; null if none waits */
  leave(phone: string): T | null {
    const next = this.#waiting.get(phone)?.shift();
    if (next === undefined) this.#waiting.delete(phone);
    return next ?? null;
  }
}
