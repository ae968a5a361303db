// The simulated network and provider: takes the engine's real requests (made by the real provider code), accepts or
// refuses them, and plays the faults that its seed draws. What it accepted is the truth that runs are judged by.

import type { HttpAnswer, HttpRequest } from '../../../src/providers/provider.ts';
import type { Exchange, Transport } from '../../../src/transport/transport.ts';
import type { SimProcess, World } from './world.ts';

/** One lead that the provider took. */
export interface Accepted {
  readonly id: number;
  readonly phone: string;
  readonly submissionId: string | null;
  readonly campaign: string | null;
  /** When its request left, and when it was taken. */
  readonly left: number;
  readonly at: number;
}

export interface Faults {
  /** Connection refused before anything was written. */
  readonly connect: number;
  /** Reset before the request was taken. */
  readonly resetBefore: number;
  /** Taken, then reset. */
  readonly resetAfter: number;
  /** Taken, but no answer in time. */
  readonly timeoutTaken: number;
  /** Never taken, no answer in time. */
  readonly timeoutLost: number;
  readonly tooMany: number;
  readonly unavailable: number;
  /** 500, 502, 504, 408; taken or not. */
  readonly trouble: number;
  /** Taken, answered with what is no answer. */
  readonly garbage: number;
  readonly tooEarly: number;
  /** Faults of the question "did it arrive?". */
  readonly ask: number;
  /** It restarts: nobody can connect from one instant (ms of the world) to another; it may end before it does. */
  readonly restart: { readonly from: number; readonly until: number } | null;
}

const NO_FAULTS: Faults = {
  connect: 0,
  resetBefore: 0,
  resetAfter: 0,
  timeoutTaken: 0,
  timeoutLost: 0,
  tooMany: 0,
  unavailable: 0,
  trouble: 0,
  garbage: 0,
  tooEarly: 0,
  ask: 0,
  restart: null,
};

/** The longest that a request waits for its connection. */
export const MAX_CONNECTING_MS = 200;
/** The longest that a request may take before the provider takes or drops it. */
const TRANSIT_MS = 2_000;

interface InProgress {
  readonly phone: string;
  readonly owner: SimProcess;
  readonly at: number;
}

export class SimProvider {
  readonly accepted: Accepted[] = [];
  /** Requests that carried a lead, taken or not. */
  posts = 0;
  readonly #world: World;
  readonly #kind: 'anarock' | 'paramantra' | 'declared';
  #faults: Faults;
  /** Called for each lead request the moment it leaves, to see whether its intent is durable. */
  onPost: (phone: string, owner: SimProcess) => void = () => {};
  /** Called with it: how many requests are in progress, of processes that live and are not paused. */
  onCrowd: (atOnce: number, ofPhone: number) => void = () => {};
  readonly #inProgress = new Set<InProgress>();

  constructor(world: World, kind: 'anarock' | 'paramantra' | 'declared', faults: Faults) {
    this.#world = world;
    this.#kind = kind;
    this.#faults = faults;
  }

  /** From now on it takes and answers everything. */
  heal(): void {
    this.#faults = NO_FAULTS;
  }

  transport(owner: SimProcess): Transport {
    return {
      send: (request, timeoutMs, _, mayLeave) => this.#send(request, timeoutMs, mayLeave, owner),
      close: async () => {},
    };
  }

  async #send(
    request: HttpRequest,
    timeoutMs: number,
    mayLeave: Parameters<Transport['send']>[3],
    owner: SimProcess,
  ): Promise<Exchange> {
    const world = this.#world;
    const { restart } = this.#faults;
    const isDown = restart !== null && world.now >= restart.from && world.now < restart.until;
    if (isDown || world.chance(this.#faults.connect)) {
      await world.wait(world.between(1, 50), owner);
      const kind = world.chance(0.2) ? 'local' : 'connect';
      return { ok: false, failure: { kind, message: 'no connection' } };
    }
    // Some wait for a connection first; the process may be frozen in it.
    if (world.chance(0.2)) await world.wait(world.between(1, MAX_CONNECTING_MS), owner);
    if (mayLeave?.() === false) {
      return { ok: false, failure: { kind: 'withheld', message: 'it was not to leave any more' } };
    }
    if (request.method === 'GET') return this.#ask(request, owner);
    const form = new URLSearchParams(request.body ?? '');
    const phone = form.get('phone') ?? form.get('phonefax') ?? '';
    const mine = { phone, owner, at: world.now };
    this.#inProgress.add(mine);
    const seen = [...this.#inProgress].filter(
      ({ owner: { alive, pausedUntil }, at }) => alive && pausedUntil <= world.now && at >= pausedUntil,
    );
    this.onCrowd(seen.length, seen.filter((one) => one.phone === phone).length);
    try {
      return await this.#post(form, timeoutMs, owner);
    } finally {
      this.#inProgress.delete(mine);
    }
  }

  async #post(form: URLSearchParams, timeoutMs: number, owner: SimProcess): Promise<Exchange> {
    const world = this.#world;
    const faults = this.#faults;
    this.posts++;
    this.onPost(form.get('phone') ?? form.get('phonefax') ?? '', owner);
    const there = world.between(1, 40);
    const back = world.chance(0.05) ? world.between(100, 5000) : world.between(1, 40);
    const draw = world.random();
    let limit = 0;
    const falls = (rate: number) => {
      limit += rate;
      return draw < limit;
    };
    if (falls(faults.resetBefore)) return this.#reset(there, owner);
    if (falls(faults.timeoutLost)) return this.#timeout(timeoutMs, owner);
    if (falls(faults.tooMany)) return this.#answer(there + back, this.#throttled(429), owner);
    if (falls(faults.unavailable)) return this.#answer(there + back, this.#throttled(503), owner);
    if (falls(faults.tooEarly)) return this.#answer(there + back, answer(425, 'too early'), owner);
    if (falls(faults.trouble)) {
      const status = [500, 502, 504, 408][Math.floor(world.random() * 4)] ?? 500;
      // A gateway may answer before the provider behind it has taken the lead; a 500 comes from the provider itself.
      if (world.chance(0.5)) this.#takeLater(form, status === 500 ? there : world.between(1, TRANSIT_MS));
      return this.#answer(there + back, answer(status, '<html>trouble</html>'), owner);
    }
    // Taken from here on, even if the sender dies while the request is in progress.
    const slow = world.chance(0.1) ? world.between(1, TRANSIT_MS) : there;
    if (falls(faults.resetAfter)) {
      this.#takeLater(form, slow);
      return this.#reset(world.between(1, slow), owner);
    }
    if (falls(faults.timeoutTaken)) {
      this.#takeLater(form, slow);
      return this.#timeout(timeoutMs, owner);
    }
    if (falls(faults.garbage)) {
      this.#takeLater(form, there);
      return this.#answer(there + back, answer(200, world.chance(0.5) ? '' : '<html>ok</html>'), owner);
    }
    const left = world.now;
    return new Promise((resolve) => {
      world.schedule(there, () => {
        const taken = this.#take(form, left);
        void world.wait(back, owner).then(() => resolve({ ok: true, answer: taken }));
      });
    });
  }

  #takeLater(form: URLSearchParams, ms: number): void {
    const left = this.#world.now;
    this.#world.schedule(ms, () => this.#take(form, left));
  }

  #take(form: URLSearchParams, left: number): HttpAnswer {
    const id = 1000 + this.accepted.length;
    const at = this.#world.now;
    if (this.#kind === 'anarock') {
      const extra: unknown = JSON.parse(form.get('extra_details') ?? '{}');
      const submissionId =
        typeof extra === 'object' && extra !== null && 'leadpush_id' in extra
          ? String(extra.leadpush_id)
          : null;
      this.accepted.push({
        id,
        phone: form.get('phone') ?? '',
        submissionId,
        campaign: form.get('campaign_id'),
        left,
        at,
      });
      return answer(200, JSON.stringify({ status: 'OK', message: 'success', response: { lead_id: id } }));
    }
    const phone = form.get('phonefax') ?? '';
    const before = this.accepted.find((lead) => lead.phone === phone);
    if (before !== undefined) {
      return answer(
        200,
        JSON.stringify([
          {
            contact_number: phone,
            status: 'failed',
            message: 'duplicate_entry',
            unique_id: String(before.id),
          },
        ]),
      );
    }
    this.accepted.push({ id, phone, submissionId: form.get('ref'), campaign: null, left, at });
    return answer(
      200,
      JSON.stringify([
        { contact_number: phone, message: 'contact_number_added' },
        { contact_number: phone, unique_id: id, status: 'success' },
      ]),
    );
  }

  async #ask(request: HttpRequest, owner: SimProcess): Promise<Exchange> {
    const world = this.#world;
    const wait = world.between(2, 80);
    if (world.chance(this.#faults.ask)) {
      const draw = world.random();
      if (draw < 0.3) return this.#answer(wait, this.#throttled(503), owner);
      if (draw < 0.6) return this.#reset(wait, owner);
      if (draw < 0.8) return this.#answer(wait, answer(500, 'oops'), owner);
      return this.#answer(wait, answer(200, '<html>maintenance</html>'), owner);
    }
    const phone = new URL(request.url).searchParams.get('phone') ?? '';
    return new Promise((resolve) => {
      world.schedule(wait / 2, () => {
        const last = this.accepted.findLast((lead) => lead.phone === phone);
        const text =
          last === undefined
            ? JSON.stringify({ status: 'OK', message: 'success', response: null })
            : JSON.stringify({
                status: 'OK',
                message: 'success',
                response: { lead_id: last.id, phone, extra_details: { leadpush_id: last.submissionId } },
              });
        void world.wait(wait / 2, owner).then(() => resolve({ ok: true, answer: answer(200, text) }));
      });
    });
  }

  #throttled(status: number): HttpAnswer {
    const world = this.#world;
    return world.chance(0.5)
      ? answer(status, 'slow down')
      : answer(status, 'slow down', { 'retry-after': String(Math.ceil(world.between(0, 20))) });
  }

  async #answer(ms: number, what: HttpAnswer, owner: SimProcess): Promise<Exchange> {
    await this.#world.wait(ms, owner);
    return { ok: true, answer: what };
  }

  async #reset(ms: number, owner: SimProcess): Promise<Exchange> {
    await this.#world.wait(ms, owner);
    return { ok: false, failure: { kind: 'reset', message: 'connection reset' } };
  }

  async #timeout(ms: number, owner: SimProcess): Promise<Exchange> {
    await this.#world.wait(ms, owner);
    return { ok: false, failure: { kind: 'timeout', message: 'no answer in time' } };
  }
}

function answer(status: number, body: string, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers, body };
}
