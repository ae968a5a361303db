// Who of several living runs may have how many requests to one endpoint in progress, and how many a second: a pure rule.
// Each run is given only what the others have given back, so that together they never exceed the limit.

/** What one run has of an endpoint's limits, and wants. `holder` is different for each. */
export interface Share {
  readonly holder: string;
  /** Requests that it could have in progress now. */
  readonly wanted: number;
  /** Requests that it may have in progress until it says otherwise. */
  readonly held: number;
  /** The most at once, and a second, that its own settings allow. */
  readonly limit: number;
  readonly rate: number | null;
}

export interface Allotment {
  /** It may let so many be in progress; what is in progress beyond that comes to its end. */
  readonly places: number;
  /** What counts as its own for the others. */
  readonly held: number;
  readonly rate: number | null;
  /** No other run is there. */
  readonly alone: boolean;
}

/** Where not all can have the same, another one is the first after so long. */
export const SLICE_MS = 4_000;

/**
 * @param mine `held` is what it has in progress, or may have
 * @param others of the same endpoint, of living runs
 * @param instant Unix ms, by a clock that all of them see
 */
export function allot(mine: Share, others: readonly Share[], instant: number): Allotment {
  const all = [mine, ...others];
  const total = all.reduce((least, { limit }) => Math.min(least, limit), mine.limit);
  const rates = all.flatMap(({ rate }) => rate ?? []);
  const rate = rates.length === 0 ? null : Math.min(...rates);
  if (others.length === 0) return { places: total, held: Math.max(total, mine.held), rate, alone: true };
  const free = total - others.reduce((sum, { held }) => sum + held, 0);
  const fair = fairPlaces(all, total, instant).get(mine.holder) ?? 0;
  const places = Math.max(0, Math.min(fair, free));
  return {
    places,
    held: Math.max(places, mine.held),
    // Where it has no place it sends nothing, at whatever rate.
    rate: rate === null ? null : (rate * Math.max(places, 1)) / total,
    alone: false,
  };
}

/** One place each in turn, first to those that want one; what nobody wants is handed out too, to be ready for more. */
export function fairPlaces(
  shares: readonly Share[],
  total: number,
  instant: number,
): ReadonlyMap<string, number> {
  const inOrder = [...shares].sort((a, b) => (a.holder < b.holder ? -1 : 1));
  const wanting = inOrder.filter(({ wanted }) => wanted > 0);
  const places = new Map(inOrder.map(({ holder }) => [holder, 0]));
  const slice = Math.floor(instant / SLICE_MS);
  let left = handOut(wanting, total, slice, places, ({ wanted }) => wanted);
  if (left > 0) left = handOut(inOrder, left, slice, places, () => total);
  return places;
}

/** @returns what is left */
function handOut(
  shares: readonly Share[],
  total: number,
  slice: number,
  places: Map<string, number>,
  most: (share: Share) => number,
): number {
  let left = total;
  for (let gave = true; gave && left > 0; ) {
    gave = false;
    for (let i = 0; i < shares.length && left > 0; i++) {
      const share = shares[(i + slice) % shares.length];
      if (share === undefined) continue;
      const has = places.get(share.holder) ?? 0;
      if (has >= most(share)) continue;
      places.set(share.holder, has + 1);
      left--;
      gave = true;
    }
  }
  return left;
}
