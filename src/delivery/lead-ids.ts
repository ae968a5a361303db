// What a target's lead ids say about age. If each new id is higher than all before it, a lead whose id is not above the
// highest one known when a request was written is older than that request.

export class LeadIds {
  /** The highest id that this run was given, as text. */
  #watermark: string | null = null;
  #highest = -1n;
  /** Each was higher than all that had been given before its request was written. */
  #grow = true;

  get watermark(): string | null {
    return this.#watermark;
  }

  /**
   * An id with which a request was answered, or that asking found.
   * @param watermark the highest known when that request was written; null where it is not known
   */
  add(leadId: string, watermark: string | null): void {
    if (!isNumber(leadId)) {
      this.#grow = false;
      return;
    }
    const id = BigInt(leadId);
    if (watermark !== null && isNumber(watermark) && id <= BigInt(watermark)) this.#grow = false;
    if (id <= this.#highest) return;
    this.#highest = id;
    this.#watermark = leadId;
  }

  /** A watermark as far as it can be relied on: null where ids do not grow here. */
  trusted(watermark: string | null): string | null {
    return this.#grow ? watermark : null;
  }
}

function isNumber(leadId: string): boolean {
  return /^\d+$/.test(leadId);
}
