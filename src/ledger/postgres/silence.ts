// Says once of each run that is waited for that it has been silent: until its lease has run out nothing of it is taken over,
// and as results are printed in input order, this run may print nothing meanwhile.

/** A living run renews its lease four times in its length: one that has missed a renewal is worth a word. */
const SILENT_SHARE = 1 / 3;

export class Silence {
  readonly #tell: (line: string) => void;
  readonly #leaseMs: number;
  readonly #told = new Set<string>();

  /** @param tell for the user, a line at a time */
  constructor(tell: (line: string) => void, leaseMs: number) {
    this.#tell = tell;
    this.#leaseMs = leaseMs;
  }

  /** @param silentMs since the run that is waited for last renewed its lease */
  waitsFor(run: string, silentMs: number): void {
    if (silentMs < this.#leaseMs * SILENT_SHARE || this.#told.has(run)) return;
    this.#told.add(run);
    const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
    this.#tell(
      `waiting for run ${run}, last heard of ${seconds(silentMs)} ago. If it was killed, this run takes over after ${seconds(this.#leaseMs)}, and asks the provider about what was in progress, or sends it again where the provider cannot be asked.`,
    );
  }
}
