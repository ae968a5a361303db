// The run: reads records, hands each to every target's lane, and gives the results out in input order, each once the
// ledger knows it. One direction; at most WINDOW records are under way.
import { setMaxListeners } from 'node:events';
import type { Problem } from '../lead/codes.ts';
import type { Lead } from '../lead/lead.ts';
import type { Clock } from './clock.ts';
import { Lane, type LaneHost } from './lane.ts';
import type { Completion, Ledger } from './ledger.ts';
import {
  type Counts,
  emptyCounts,
  type Result,
  type Status,
  type Summary,
  type TargetStop,
} from './outcome.ts';
import { Scribe } from './scribe.ts';
import {
  type Ending,
  identityOf,
  type LeadInput,
  type Submission,
  type Target,
  twinEnding,
} from './submission.ts';

const WINDOW = 4096;
const RENEW_MS = 15_000;
const EMIT_MOST = 512;

export interface RunOptions {
  readonly run: string;
  readonly targets: readonly Target[];
  /** Send again what earlier runs created. */
  readonly resend: boolean;
  /** Send what stays unknown although asked. */
  readonly resendUnknown: boolean;
  /** Stop when this many leads were invalid, rejected, failed or unknown. */
  readonly maxFailures: number | null;
}

export type InterruptReason = Exclude<Summary['interrupted'], null>;

/** One result and the input record that it belongs to. */
export interface Emitted<I extends LeadInput> {
  readonly input: I;
  readonly result: Result;
}

/** What a progress line shows. */
export interface RunState {
  readonly records: number;
  /** Results, over all targets. */
  readonly done: number;
  /** Results expected; null while the input is still read. */
  readonly total: number | null;
  readonly counts: Counts;
  readonly underWay: number;
  readonly targets: readonly {
    readonly name: string;
    readonly underWay: number;
    /** The provider asks to wait so long. */
    readonly heldMs: number;
    readonly limit: number;
    readonly rate: number | null;
  }[];
}

export interface RunDeps<I extends LeadInput> {
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** Aborted with an InterruptReason: nothing more is read or sent, what is in flight finishes. */
  readonly drain: AbortSignal;
  /** Aborted: what is in flight ends as unknown. */
  readonly abort: AbortSignal;
  /** Takes results in order; the next batch waits for it. `gone`: nobody reads any more. */
  readonly emit: (batch: readonly Emitted<I>[]) => Promise<'gone' | undefined>;
  /** Called once with a way to look at the run while it goes on. */
  readonly watch?: (state: () => RunState) => void;
  readonly canary?: NonNullable<LaneHost['canary']>;
}

export interface RunEnd {
  readonly summary: Summary;
  /** What broke the input in the middle, or null; every record before it has its result. */
  readonly inputError: unknown;
  /** What `emit` threw, or null: from then on nothing more was sent or emitted, and the ledger alone has the results. */
  readonly emitError: unknown;
}

/** Sends every lead of `inputs` to every target. Resolves when each record has its results and all were emitted. */
export function runLeads<I extends LeadInput>(
  inputs: AsyncIterable<readonly I[]>,
  options: RunOptions,
  deps: RunDeps<I>,
): Promise<RunEnd> {
  return new Run(options, deps).go(inputs);
}

interface Slot<I> {
  readonly input: I;
  result: Result | null;
}

class Run<I extends LeadInput> {
  readonly #options: RunOptions;
  readonly #deps: RunDeps<I>;
  readonly #scribe: Scribe;
  readonly #lanes: readonly Lane[];
  readonly #counts: Record<Status, number>;
  /** Submissions that have not ended (or whose end is not durable yet), by key, over all lanes. */
  readonly #active = new Map<string, Submission>();
  readonly #slotOf = new Map<number, Slot<I>>();
  readonly #slots: Slot<I>[] = [];
  readonly #stops: TargetStop[] = [];
  #seq = 0;
  #records = 0;
  #done = 0;
  #failures = 0;
  #interrupted: InterruptReason | null = null;
  #readingOver = false;
  #emitting = false;
  #emitError: unknown = null;
  /** Ends a wait for the next record; only an interruption does. */
  #stopReading: (() => void) | null = null;
  /** Ends a wait for room among those under way. */
  #haveRoom: (() => void) | null = null;
  #finished: (() => void) | null = null;

  constructor(options: RunOptions, deps: RunDeps<I>) {
    this.#options = options;
    this.#deps = deps;
    this.#counts = emptyCounts();
    this.#scribe = new Scribe(deps.ledger, options.run, deps.clock, () => this.#drainLanes());
    const host: LaneHost = {
      run: options.run,
      clock: deps.clock,
      ledger: deps.ledger,
      scribe: this.#scribe,
      resend: options.resend,
      resendUnknown: options.resendUnknown,
      abort: deps.abort,
      finish: (submission, lane, ending) => this.#finish(submission, lane, ending),
      stopped: (stop) => this.#stops.push(stop),
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
    this.#settleEnd();
    await finished;
    over.abort();
    await renewing;
    drain.removeEventListener('abort', onDrain);
    abort.removeEventListener('abort', onAbort);
    return {
      inputError,
      emitError: this.#emitError,
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
          if (this.#slots.length >= WINDOW * this.#lanes.length) await this.#room();
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
    return this.#interrupted !== null || this.#emitError !== null;
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
    while (this.#slots.length >= WINDOW * this.#lanes.length && !this.#readNoMore()) {
      await new Promise<void>((resolve) => {
        this.#haveRoom = resolve;
      });
    }
  }

  #accept(input: I): void {
    this.#records++;
    for (const lane of this.#lanes) {
      if (input.only !== undefined && input.only !== lane.target.name) continue;
      const slot: Slot<I> = { input, result: null };
      const seq = this.#seq++;
      this.#slots.push(slot);
      this.#slotOf.set(seq, slot);
      const found = input.result;
      switch (found.kind) {
        case 'invalid':
          this.#unsent(seq, lane, input, found.phone, 'invalid', found.errors, found.warnings);
          break;
        case 'skipped':
          this.#unsent(seq, lane, input, found.phone, 'skipped', [found.reason], []);
          break;
        case 'lead':
          this.#acceptLead(seq, lane, input, found.lead, found.warnings);
      }
    }
  }

  #acceptLead(seq: number, lane: Lane, input: I, given: Lead, warnings: readonly Problem[]): void {
    const { target } = lane;
    const { lead, errors } = target.complete(given);
    if (errors.length > 0) {
      this.#unsent(seq, lane, input, lead.phone, 'invalid', errors, warnings);
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
      takenOver: false,
      payload: null,
      attempts: 0,
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
  #finish(submission: Submission, lane: Lane, ending: Ending): void {
    submission.ended = ending;
    const { input, lead } = submission;
    const errors = ending.errors.map((problem) => named(problem, this.#options.run));
    const result: Result = {
      ...this.#common(submission.seq, lane, input),
      status: ending.status,
      phone: lead.phone,
      name: lead.name ?? null,
      leadId: ending.leadId,
      duplicateOf: this.#duplicateOf(ending),
      errors,
      warnings: [...submission.warnings, ...(submission.payload?.warnings ?? []), ...ending.warnings],
      attempts: submission.attempts,
      durationMs: Math.round(this.#deps.clock.monotonic() - submission.since),
    };
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

  #duplicateOf(ending: Ending): Result['duplicateOf'] {
    const { duplicateOf, leadId } = ending;
    if (duplicateOf === null) return null;
    if (duplicateOf.by === 'provider') {
      return { by: 'provider', leadId, at: null, run: null, file: null, record: null };
    }
    const { by, at, run, file, record } = duplicateOf;
    return { by, leadId, at, run, file, record };
  }

  /** A record that is never sent: invalid or skipped. */
  #unsent(
    seq: number,
    lane: Lane,
    input: I,
    phone: string | null,
    status: 'invalid' | 'skipped',
    errors: readonly Problem[],
    warnings: readonly Problem[],
  ): void {
    const result: Result = {
      ...this.#common(seq, lane, input),
      status,
      phone,
      name: null,
      leadId: null,
      duplicateOf: null,
      errors,
      warnings,
      attempts: 0,
      durationMs: 0,
    };
    this.#record(result, null, null, false, () => {});
  }

  #common(seq: number, lane: Lane, input: LeadInput) {
    return {
      run: this.#options.run,
      seq,
      file: input.file,
      record: input.record,
      line: input.line,
      target: lane.target.name,
      provider: lane.target.provider,
    };
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
      source: lead?.source ?? null,
      campaign: lead?.placement ?? lead?.campaignId ?? null,
      at: this.#now(),
    };
    this.#scribe.complete(completion, () => {
      durable();
      const slot = this.#slotOf.get(result.seq);
      this.#slotOf.delete(result.seq);
      if (slot !== undefined) slot.result = result;
      this.#emit();
    });
  }

  #emit(): void {
    if (this.#emitting) return;
    this.#emitting = true;
    void this.#emitReady();
  }

  async #emitReady(): Promise<void> {
    for (;;) {
      const batch: Emitted<I>[] = [];
      for (const { input, result } of this.#slots) {
        if (result === null || batch.length === EMIT_MOST) break;
        batch.push({ input, result });
      }
      if (batch.length === 0) break;
      const told = await this.#tell(batch);
      this.#slots.splice(0, batch.length);
      if (told === 'gone') this.#interrupt('EPIPE');
      if (this.#slots.length < WINDOW * this.#lanes.length) this.#haveRoom?.();
    }
    this.#emitting = false;
    this.#settleEnd();
  }

  /** A view that fails (a full disk under a results file) ends the sending, not the process: what is in flight finishes. */
  async #tell(batch: readonly Emitted<I>[]): Promise<'gone' | undefined> {
    if (this.#emitError !== null) return undefined;
    try {
      return await this.#deps.emit(batch);
    } catch (error) {
      this.#emitError = error ?? new Error('the results could not be told');
      this.#stopReading?.();
      this.#haveRoom?.();
      this.#drainLanes();
      return undefined;
    }
  }

  #settleEnd(): void {
    if (this.#readingOver && this.#slots.length === 0 && !this.#emitting) this.#finished?.();
  }

  #interrupt(reason: InterruptReason): void {
    if (this.#interrupted !== null) return;
    this.#interrupted = reason;
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
      await this.#deps.clock.sleep(RENEW_MS, over);
      if (over.aborted || this.#scribe.failure !== null) return;
      try {
        await this.#deps.ledger.renew(this.#options.run);
      } catch {
        // The next claim meets the same fault and stops the run; a lease lasts four renewals.
      }
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

  #now(): string {
    return new Date(this.#deps.clock.now()).toISOString();
  }
}

/** What was only not sent because something else failed is not one more failure. */
function countsAsFailure(result: Result): boolean {
  switch (result.status) {
    case 'invalid':
    case 'rejected':
    case 'unknown':
      return true;
    case 'failed':
      return result.errors[0]?.code !== 'NOT_SENT';
    case 'created':
    case 'duplicate':
    case 'skipped':
      return false;
  }
}

function reasonOf(reason: unknown): InterruptReason {
  return reason === 'SIGTERM' || reason === 'SIGHUP' || reason === 'EPIPE' ? reason : 'SIGINT';
}

/** Messages are written before the run is known to them; the command that they name needs its id. */
function named(problem: Problem, run: string): Problem {
  return problem.message.includes('retry RUN')
    ? { ...problem, message: problem.message.replace('retry RUN', `retry ${run}`) }
    : problem;
}
