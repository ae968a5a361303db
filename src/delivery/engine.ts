// The run: reads records, hands each to every target's lane, and gives the results out in input order, each once the
// ledger knows it. One direction; at most WINDOW records are under way.
import { setMaxListeners } from 'node:events';
import type { Problem } from '../lead/codes.ts';
import type { Lead } from '../lead/lead.ts';
import { Fence } from './fence.ts';
import { InOrder } from './in-order.ts';
import { Lane, type LaneHost } from './lane.ts';
import type { Completion } from './ledger.ts';
import { emptyCounts, type Result, type Status, type TargetStop } from './outcome.ts';
import { countsAsFailure, resultOf, type Unsent, unsentResult } from './result.ts';
import type { InterruptReason, RunDeps, RunEnd, RunOptions, RunState } from './run.ts';
import { Scribe } from './scribe.ts';
import {
  type Ending,
  identityOf,
  type LeadInput,
  type Submission,
  type Target,
  twinEnding,
} from './submission.ts';

export type { Emitted, InterruptReason, RunDeps, RunEnd, RunOptions, RunState } from './run.ts';

/** Records under way at most, so that one that is long in ending does not hold up the others at once. */
const WINDOW = 4096;
/** Records that wait to be claimed at most: what is read too early only grows old in memory. */
const READY = 512;

/** Sends every lead of `inputs` to every target. Resolves when each record has its results and all were emitted. */
export function runLeads<I extends LeadInput>(
  inputs: AsyncIterable<readonly I[]>,
  options: RunOptions,
  deps: RunDeps<I>,
): Promise<RunEnd> {
  return new Run(options, deps).go(inputs);
}

class Run<I extends LeadInput> {
  readonly #options: RunOptions;
  readonly #deps: RunDeps<I>;
  readonly #scribe: Scribe;
  readonly #fence: Fence;
  readonly #lanes: readonly Lane[];
  readonly #counts: Record<Status, number>;
  /** Submissions that have not ended (or whose end is not durable yet), by key, over all lanes. */
  readonly #active = new Map<string, Submission>();
  readonly #results: InOrder<I>;
  readonly #stops: TargetStop[] = [];
  #instant = { ms: Number.NaN, text: '' };
  #seq = 0;
  #records = 0;
  #done = 0;
  #failures = 0;
  #interrupted: InterruptReason | null = null;
  #readingOver = false;
  /** Ends a wait for the next record; only an interruption does. */
  #stopReading: (() => void) | null = null;
  /** Ends a wait for room among those under way. */
  #haveRoom: (() => void) | null = null;
  #finished: (() => void) | null = null;

  constructor(options: RunOptions, deps: RunDeps<I>) {
    this.#options = options;
    this.#deps = deps;
    this.#counts = emptyCounts();
    this.#results = new InOrder({
      tell: deps.emit,
      ended: (why) => (why === 'gone' ? this.#interrupt('EPIPE') : this.#sendNoMore()),
      moved: () => this.#moved(),
    });
    this.#scribe = new Scribe(deps.ledger, options.run, deps.clock, () => this.#drainLanes());
    this.#fence = new Fence(deps.ledger, options.run, deps.clock);
    const host: LaneHost = {
      run: options.run,
      clock: deps.clock,
      ledger: deps.ledger,
      scribe: this.#scribe,
      fence: this.#fence,
      resend: options.resend,
      resendUnknown: options.resendUnknown,
      abort: deps.abort,
      finish: (submission, lane, ending) => this.#finish(submission, lane, ending),
      stopped: (stop) => this.#stops.push(stop),
      hungry: () => this.#readOn(),
      ...(deps.canary === undefined ? {} : { canary: deps.canary }),
    };
    this.#lanes = options.targets.map((target) => new Lane(target, host));
  }

  async go(inputs: AsyncIterable<readonly I[]>): Promise<RunEnd> {
    const { clock, drain, abort, watch } = this.#deps;
    const started = clock.monotonic();
    const over = new AbortController();
    const onDrain = () => this.#interrupt(reasonOf(drain.reason));
    const onAbort = () => {
      for (const lane of this.#lanes) lane.abort();
    };
    // Every lead that waits listens for it.
    setMaxListeners(0, abort);
    drain.addEventListener('abort', onDrain, { once: true });
    abort.addEventListener('abort', onAbort, { once: true });
    if (drain.aborted) onDrain();
    watch?.(() => this.#state());
    const renewing = this.#renew(over.signal);
    const finished = new Promise<void>((resolve) => {
      this.#finished = resolve;
    });
    const inputError = await this.#read(inputs);
    this.#readingOver = true;
    this.#moved();
    await finished;
    over.abort();
    await renewing;
    drain.removeEventListener('abort', onDrain);
    abort.removeEventListener('abort', onAbort);
    return {
      inputError,
      emitError: this.#results.error,
      summary: {
        run: this.#options.run,
        records: this.#records,
        targets: this.#options.targets.map((target) => target.name),
        counts: { ...this.#counts },
        durationMs: Math.round(clock.monotonic() - started),
        interrupted: this.#interrupted,
        stops: this.#stops,
        ledgerFailure: this.#scribe.failure,
        maxFailuresReached: this.#maxFailuresReached(),
        dryRun: null,
      },
    };
  }

  /** Reads to the end, to an interruption, or to what breaks the input, which it gives back. */
  async #read(inputs: AsyncIterable<readonly I[]>): Promise<unknown> {
    const reader = inputs[Symbol.asyncIterator]();
    try {
      while (!this.#readNoMore()) {
        const next = await this.#unlessInterrupted(reader.next());
        if (next === null || next.done === true) break;
        for (const input of next.value) {
          if (this.#readNoMore()) break;
          this.#accept(input);
          if (this.#full()) await this.#room();
        }
        for (const lane of this.#lanes) lane.pump();
      }
      // Not awaited: a reader that waits for its terminal would never answer.
      if (this.#readNoMore()) void reader.return?.();
      return null;
    } catch (error) {
      return error;
    }
  }

  #readNoMore(): boolean {
    return this.#interrupted !== null || this.#results.error !== null;
  }

  /** The value, or null when an interruption comes first. */
  #unlessInterrupted<T>(value: Promise<T>): Promise<T | null> {
    return new Promise((resolve, reject) => {
      this.#stopReading = () => resolve(null);
      value.then(resolve, reject);
    });
  }

  async #room(): Promise<void> {
    for (const lane of this.#lanes) lane.pump();
    while (this.#full() && !this.#readNoMore()) {
      await new Promise<void>((resolve) => {
        this.#haveRoom = resolve;
      });
    }
  }

  #accept(input: I): void {
    this.#records++;
    for (const lane of this.#lanes) {
      if (input.only !== undefined && input.only !== lane.target.name) continue;
      const seq = this.#seq++;
      this.#results.add(seq, input);
      const found = input.result;
      switch (found.kind) {
        case 'invalid': {
          const { phone, errors, warnings } = found;
          this.#unsent(seq, lane, input, { status: 'invalid', phone, errors, warnings });
          break;
        }
        case 'skipped': {
          const { phone, reason } = found;
          this.#unsent(seq, lane, input, { status: 'skipped', phone, errors: [reason], warnings: [] });
          break;
        }
        case 'lead':
          this.#acceptLead(seq, lane, input, found.lead, found.warnings);
      }
    }
  }

  #acceptLead(seq: number, lane: Lane, input: I, given: Lead, warnings: readonly Problem[]): void {
    const { target } = lane;
    const { lead, errors } = target.complete(given);
    if (errors.length > 0) {
      this.#unsent(seq, lane, input, { status: 'invalid', phone: lead.phone, errors, warnings });
      return;
    }
    const { ledger, clock } = this.#deps;
    const submission: Submission = {
      seq,
      target,
      input,
      lead,
      warnings,
      key: ledger.digest(identityOf(target.endpoint.identity, lead, target.dedupe, target.keySuffix)),
      submissionId: `${this.#options.run}-${seq}`,
      floor: null,
      claimed: false,
      term: null,
      contested: false,
      takenOver: false,
      payload: null,
      attempts: 0,
      failures: 0,
      throttled: 0,
      shortage: null,
      since: clock.monotonic(),
      ahead: false,
      twins: [],
      ended: null,
    };
    const first = this.#active.get(submission.key);
    if (first === undefined) this.#enter(submission, lane);
    else if (first.ended === null) first.twins.push(submission);
    else this.#endTwin(submission, lane, first, first.ended);
  }

  #enter(submission: Submission, lane: Lane): void {
    this.#active.set(submission.key, submission);
    lane.add(submission);
  }

  /** A submission ended: its result goes to the ledger and then out, and its twins learn of it. */
  #finish(submission: Submission, _lane: Lane, ending: Ending): void {
    submission.ended = ending;
    const { lead } = submission;
    const ms = this.#deps.clock.monotonic() - submission.since;
    const result = resultOf(this.#options.run, submission, ending, ms);
    const keep = ending.status !== 'created' && ending.status !== 'duplicate';
    this.#record(result, submission.claimed ? submission.key : null, lead, keep, () => {
      if (this.#active.get(submission.key) === submission) this.#active.delete(submission.key);
    });
    const { twins } = submission;
    submission.twins = [];
    for (const [i, twin] of twins.entries()) {
      const twinLane = this.#laneOf(twin.target);
      if (ending.status === 'rejected') {
        // A rejected lead may be sent by its twin; the others wait for that one.
        twin.twins.push(...twins.slice(i + 1));
        this.#enter(twin, twinLane);
        twinLane.pump();
        return;
      }
      this.#endTwin(twin, twinLane, submission, ending);
    }
  }

  #laneOf(target: Target): Lane {
    const lane = this.#lanes.find((candidate) => candidate.target === target);
    if (lane === undefined) throw new Error(`target ${target.name} has no lane`);
    return lane;
  }

  #endTwin(twin: Submission, lane: Lane, first: Submission, ending: Ending): void {
    const { file, record } = first.input;
    switch (ending.status) {
      case 'created':
      case 'duplicate': {
        // A twin of what an earlier run sent is itself what an earlier run sent.
        const duplicateOf =
          ending.duplicateOf !== null && ending.duplicateOf.by !== 'provider'
            ? ending.duplicateOf
            : { by: 'input' as const, at: this.#now(), run: this.#options.run, file, record };
        this.#finish(twin, lane, {
          status: 'duplicate',
          leadId: ending.leadId,
          duplicateOf,
          errors: [],
          warnings: [],
        });
        return;
      }
      case 'failed':
      case 'unknown':
        this.#finish(twin, lane, twinEnding(ending.status, file, record));
        return;
      case 'rejected':
        this.#enter(twin, lane);
        return;
      case 'invalid':
      case 'skipped':
        throw new Error(`a submission cannot end as ${ending.status}`);
    }
  }

  #unsent(seq: number, lane: Lane, input: I, unsent: Unsent): void {
    const result = unsentResult(this.#options.run, seq, lane.target, input, unsent);
    this.#record(result, null, null, false, () => {});
  }

  #record(result: Result, key: string | null, lead: Lead | null, keep: boolean, durable: () => void): void {
    this.#counts[result.status]++;
    this.#done++;
    if (countsAsFailure(result)) {
      this.#failures++;
      if (this.#maxFailuresReached()) this.#stopAll();
    }
    const completion: Completion = {
      key,
      result,
      lead: keep && lead !== null ? JSON.stringify(lead) : null,
      source: sourceOf(lead),
      campaign: lead?.placement ?? lead?.campaignId ?? null,
      at: this.#now(),
    };
    this.#scribe.complete(completion, () => {
      durable();
      this.#results.fill(result);
    });
  }

  /** Results were told: there may be room for more, or all may be done. */
  #moved(): void {
    this.#readOn();
    if (this.#readingOver && this.#results.idle) this.#finished?.();
  }

  #readOn(): void {
    if (!this.#full()) this.#haveRoom?.();
  }

  #full(): boolean {
    return (
      this.#results.waiting >= WINDOW * this.#lanes.length ||
      this.#lanes.every((lane) => lane.waiting >= READY)
    );
  }

  #interrupt(reason: InterruptReason): void {
    if (this.#interrupted !== null) return;
    this.#interrupted = reason;
    this.#sendNoMore();
  }

  #sendNoMore(): void {
    this.#stopReading?.();
    this.#haveRoom?.();
    this.#drainLanes();
  }

  #drainLanes(): void {
    for (const lane of this.#lanes) lane.drain();
  }

  #maxFailuresReached(): boolean {
    return this.#options.maxFailures !== null && this.#failures >= this.#options.maxFailures;
  }

  #stopAll(): void {
    for (const lane of this.#lanes) {
      lane.stop('MAX_FAILURES', `${this.#failures} leads failed, which is what --max-failures allows.`);
    }
  }

  async #renew(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await this.#deps.clock.sleep(this.#fence.renewEveryMs, over);
      if (over.aborted || this.#scribe.failure !== null) return;
      await this.#fence.renew();
    }
  }

  #state(): RunState {
    return {
      records: this.#records,
      done: this.#done,
      total: this.#readingOver ? this.#seq : null,
      counts: { ...this.#counts },
      underWay: this.#lanes.reduce((sum, lane) => sum + lane.underWay, 0),
      targets: this.#lanes.map(({ target, underWay, pace }) => ({
        name: target.name,
        underWay,
        heldMs: pace.heldMs,
        limit: pace.limit,
        rate: pace.rate,
      })),
    };
  }

  /** ISO 8601; many leads end in one millisecond. */
  #now(): string {
    const now = this.#deps.clock.now();
    if (now !== this.#instant.ms) this.#instant = { ms: now, text: new Date(now).toISOString() };
    return this.#instant.text;
  }
}

function reasonOf(reason: unknown): InterruptReason {
  return reason === 'SIGTERM' || reason === 'SIGHUP' || reason === 'EPIPE' ? reason : 'SIGINT';
}

/** What a report groups by: the source's name, else the number or channel that the provider files it under. */
function sourceOf(lead: Lead | null): string | null {
  if (lead === null) return null;
  const { source, sourceId, channelId } = lead;
  return source ?? (sourceId === undefined ? (channelId ?? null) : `source ${sourceId}`);
}
