// The run: reads records, hands each to every target's queue, and gives the results out in input order, each once the
// ledger knows it. One direction; at most WINDOW records are under way.
import { setMaxListeners } from 'node:events';
import type { Problem } from '../lead/codes.ts';
import type { Lead } from '../lead/lead.ts';
import type { Completion } from '../ledger/ledger.ts';
import { GroupCommit } from './group-commit.ts';
import { LeaseFence } from './lease-fence.ts';
import { emptyCounts, type Result, type Status, type TargetStop } from './outcome.ts';
import { ReorderBuffer } from './reorder-buffer.ts';
import { countsAsFailure, resultOf, type Unsent, unsentResult } from './result.ts';
import type { InterruptReason, RunDeps, RunEnd, RunOptions, RunState } from './run-options.ts';
import {
  type Ending,
  identityOf,
  inputDuplicateEnding,
  type LeadInput,
  type Submission,
  type Target,
} from './submission.ts';
import { type QueueHost, TargetQueue } from './target-queue.ts';

export type { Emitted, InterruptReason, RunDeps, RunEnd, RunOptions, RunState } from './run-options.ts';

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
  readonly #groupCommit: GroupCommit;
  readonly #fence: LeaseFence;
  readonly #queues: readonly TargetQueue[];
  readonly #counts: Record<Status, number>;
  /** Submissions that have not ended (or whose end is not durable yet), by key, over all queues. */
  readonly #active = new Map<string, Submission>();
  readonly #results: ReorderBuffer<I>;
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
    this.#results = new ReorderBuffer({
      tell: deps.emit,
      ended: (why) => (why === 'gone' ? this.#interrupt('EPIPE') : this.#sendNoMore()),
      moved: () => this.#moved(),
    });
    this.#groupCommit = new GroupCommit(deps.ledger, options.run, deps.clock, () => this.#drainQueues());
    this.#fence = new LeaseFence(deps.ledger, options.run, deps.clock);
    const host: QueueHost = {
      run: options.run,
      clock: deps.clock,
      ledger: deps.ledger,
      groupCommit: this.#groupCommit,
      fence: this.#fence,
      resend: options.resend,
      resendUnknown: options.resendUnknown,
      abort: deps.abort,
      finish: (submission, queue, ending) => this.#finish(submission, queue, ending),
      stopped: (stop) => this.#stops.push(stop),
      onCapacity: () => this.#readOn(),
      ...(deps.canary === undefined ? {} : { canary: deps.canary }),
    };
    this.#queues = options.targets.map((target) => new TargetQueue(target, host));
  }

  async go(inputs: AsyncIterable<readonly I[]>): Promise<RunEnd> {
    const { clock, drain, abort, watch } = this.#deps;
    const started = clock.monotonic();
    const over = new AbortController();
    const onDrain = () => this.#interrupt(reasonOf(drain.reason));
    const onAbort = () => {
      for (const queue of this.#queues) queue.abort();
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
        ledgerFailure: this.#groupCommit.failure,
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
        for (const queue of this.#queues) queue.pump();
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
    for (const queue of this.#queues) queue.pump();
    while (this.#full() && !this.#readNoMore()) {
      await new Promise<void>((resolve) => {
        this.#haveRoom = resolve;
      });
    }
  }

  #accept(input: I): void {
    this.#records++;
    for (const queue of this.#queues) {
      if (input.only !== undefined && input.only !== queue.target.name) continue;
      const seq = this.#seq++;
      this.#results.add(seq, input);
      const found = input.result;
      switch (found.kind) {
        case 'invalid': {
          const { phone, errors, warnings } = found;
          this.#unsent(seq, queue, input, { status: 'invalid', phone, errors, warnings });
          break;
        }
        case 'skipped': {
          const { phone, reason } = found;
          this.#unsent(seq, queue, input, { status: 'skipped', phone, errors: [reason], warnings: [] });
          break;
        }
        case 'lead':
          this.#acceptLead(seq, queue, input, found.lead, found.warnings);
      }
    }
  }

  #acceptLead(seq: number, queue: TargetQueue, input: I, given: Lead, warnings: readonly Problem[]): void {
    const { target } = queue;
    const { lead, errors } = target.complete(given);
    if (errors.length > 0) {
      this.#unsent(seq, queue, input, { status: 'invalid', phone: lead.phone, errors, warnings });
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
      leadIdWatermark: null,
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
      claimedAhead: false,
      inputDuplicates: [],
      ended: null,
    };
    const first = this.#active.get(submission.key);
    if (first === undefined) this.#enter(submission, queue);
    else if (first.ended === null) first.inputDuplicates.push(submission);
    else this.#endInputDuplicate(submission, queue, first, first.ended);
  }

  #enter(submission: Submission, queue: TargetQueue): void {
    this.#active.set(submission.key, submission);
    queue.add(submission);
  }

  /** A submission ended: its result goes to the ledger and then out, and its duplicates learn of it. */
  #finish(submission: Submission, _lane: TargetQueue, ending: Ending): void {
    submission.ended = ending;
    const { lead } = submission;
    const ms = this.#deps.clock.monotonic() - submission.since;
    const result = resultOf(this.#options.run, submission, ending, ms);
    const keep = ending.status !== 'created' && ending.status !== 'duplicate';
    this.#record(result, submission.claimed ? submission.key : null, lead, keep, () => {
      if (this.#active.get(submission.key) === submission) this.#active.delete(submission.key);
    });
    const { inputDuplicates: duplicates } = submission;
    submission.inputDuplicates = [];
    for (const [i, duplicate] of duplicates.entries()) {
      const duplicateQueue = this.#queueOf(duplicate.target);
      if (ending.status === 'rejected') {
        // A rejected lead may be sent by its duplicate; the others wait for that one.
        duplicate.inputDuplicates.push(...duplicates.slice(i + 1));
        this.#enter(duplicate, duplicateQueue);
        duplicateQueue.pump();
        return;
      }
      this.#endInputDuplicate(duplicate, duplicateQueue, submission, ending);
    }
  }

  #queueOf(target: Target): TargetQueue {
    const queue = this.#queues.find((candidate) => candidate.target === target);
    if (queue === undefined) throw new Error(`target ${target.name} has no queue`);
    return queue;
  }

  #endInputDuplicate(duplicate: Submission, queue: TargetQueue, first: Submission, ending: Ending): void {
    const { file, record } = first.input;
    switch (ending.status) {
      case 'created':
      case 'duplicate': {
        // A duplicate of what an earlier run sent is itself what an earlier run sent.
        const duplicateOf =
          ending.duplicateOf !== null && ending.duplicateOf.by !== 'provider'
            ? ending.duplicateOf
            : { by: 'input' as const, at: this.#now(), run: this.#options.run, file, record };
        this.#finish(duplicate, queue, {
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
        this.#finish(duplicate, queue, inputDuplicateEnding(ending.status, file, record));
        return;
      case 'rejected':
        this.#enter(duplicate, queue);
        return;
      case 'invalid':
      case 'skipped':
        throw new Error(`a submission cannot end as ${ending.status}`);
    }
  }

  #unsent(seq: number, queue: TargetQueue, input: I, unsent: Unsent): void {
    const result = unsentResult(this.#options.run, seq, queue.target, input, unsent);
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
    this.#groupCommit.complete(completion, () => {
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
      this.#results.waiting >= WINDOW * this.#queues.length ||
      this.#queues.every((queue) => queue.waiting >= READY)
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
    this.#drainQueues();
  }

  #drainQueues(): void {
    for (const queue of this.#queues) queue.drain();
  }

  #maxFailuresReached(): boolean {
    return this.#options.maxFailures !== null && this.#failures >= this.#options.maxFailures;
  }

  #stopAll(): void {
    for (const queue of this.#queues) {
      queue.stop('MAX_FAILURES', `${this.#failures} leads failed, which is what --max-failures allows.`);
    }
  }

  async #renew(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await this.#deps.clock.sleep(this.#fence.renewEveryMs, over);
      if (over.aborted || this.#groupCommit.failure !== null) return;
      await this.#fence.renew();
    }
  }

  #state(): RunState {
    return {
      records: this.#records,
      done: this.#done,
      total: this.#readingOver ? this.#seq : null,
      counts: { ...this.#counts },
      inProgress: this.#queues.reduce((sum, queue) => sum + queue.inProgress, 0),
      targets: this.#queues.map(({ target, inProgress, pacer }) => ({
        name: target.name,
        inProgress,
        heldMs: pacer.heldMs,
        limit: pacer.limit,
        rate: pacer.rate,
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
