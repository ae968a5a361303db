// The bodies with which a target answered leads without a lead id. If it answers a look-up with the same body, that
// proves nothing: a gateway that answers every request with the same text does not know whether a lead is there.

/** How many different ones are remembered, the newest; a gateway has a few. */
const MAX_REMEMBERED = 256;
/** An answer that says "no such lead" is short; the rest of a long one is not compared. */
const MAX_LENGTH = 2_048;
/** Numbers, times and request ids, which differ from answer to answer. */
const VARYING = /[\w-]*\d[\w-]*/g;
/** A text beside what says whether there is a lead: `"requestId": "KqZxTabc"`. */
const BESIDE = /"(?!(?:status|response|data|message|errors?)")(\w+)":"(?:[^"\\]|\\.)*"/g;

export class PostBodies {
  readonly #known = new Set<string>();

  add(body: string): void {
    const text = comparable(body);
    // Put at the end again, so that the oldest is forgotten first.
    this.#known.delete(text);
    this.#known.add(text);
    if (this.#known.size > MAX_REMEMBERED) {
      const [oldest] = this.#known;
      if (oldest !== undefined) this.#known.delete(oldest);
    }
  }

  has(body: string): boolean {
    return this.#known.has(comparable(body));
  }
}

function comparable(body: string): string {
  return body.slice(0, MAX_LENGTH).replace(/\s+/g, '').replace(BESIDE, '"$1":"#"').replace(VARYING, '#');
}
