// The run: reads records, hands each to every target's queue, and gives the results out in input order, each once the
// ledger knows it. One direction; at most WINDOW records are in progress.
import { setMaxListeners } from 'node:events';
import type { Lead } from '../lead/lead.ts';
import type { Completion } from '../ledger/ledger.ts';
import { counted } from '../util/counted.ts';
import type { Ending } from './ending.ts';
import { GroupCommit } from './group-commit.ts';
import { endingAfter } from './input-duplicate.ts';
import { Intake } from './intake.ts';
import { LeaseFence } from './lease-fence.ts';
import { emptyCounts, type Result, type Status, type TargetStop, wasTried } from './outcome.ts';
import { type PlannedLead, planSubmission } from './plan.ts';
import { ReorderBuffer } from './reorder-buffer.ts';
import { buildResult, buildSummary, countsAsFailure, resultOf } from './result.ts';
import type { InterruptReason, RunDeps, RunEnd, RunOptions, RunState } from './run-options.ts';
import type { SendEvent } from './send-state.ts';
import { SharedLimits } from './shared-limits.ts';
import { type LeadInput, newSubmission, type Submission, submissionIdOf, type Target } from './submission.ts';
import { isClaimed } from './submission-state.ts';
import { type QueueHost, TargetQueue } from './target-queue.ts';

/** Records in progress at most: enough that one that takes long does not block the others. */
const WINDOW = 4096;
/** Records that wait to be claimed at most: what is read too early only takes memory. */
const READY = 512;
/** Ends that the ledger does not hold yet at most: where most of a file is known, rows end faster than they are written. */
const UNWRITTEN = 512;
/** As "Not sent:" goes on; absent: in the words of every interruption. */
const WHY_INTERRUPTED: Partial<Record<InterruptReason, string>> = {
  SIGINT: 'the run was interrupted first (SIGINT).',
  SIGTERM: 'the run was interrupted first (SIGTERM).',
  SIGHUP: 'the run was interrupted first (SIGHUP).',
  TIME: 'the time for it was up.',
};

/** Sends every lead of `inputs` to every target. Resolves when each record has its results and all were emitted. */
export function runLeads<I extends LeadInput>(
  inputs: AsyncIterable<readonly I[]>,
  options: RunOptions,
  deps: RunDeps<I>,
): Promise<RunEnd> {
  return new DeliveryRun(options, deps).go(inputs);
}

class DeliveryRun<I extends LeadInput> {
  readonly #options: RunOptions;
  readonly #deps: RunDeps<I>;
  readonly #groupCommit: GroupCommit;
  readonly #fence: LeaseFence;
  readonly #queues: readonly TargetQueue[];
  readonly #limits: SharedLimits;
  readonly #intake: Intake<I>;
  readonly #counts: Record<Status, number>;
  /** Submissions that have not ended (or whose end is not durable yet), by key, over all queues. */
  readonly #active = new Map<string, Submission>();
  readonly #results: ReorderBuffer<I>;
  readonly #stops: TargetStop[] = [];
  readonly #over = new AbortController();
  #instant = { ms: Number.NaN, text: '' };
  #seq = 0;
  #records = 0;
  #done = 0;
  #failures = 0;
  #notSent = 0;
  #interrupted: InterruptReason | null = null;
  #readingOver = false;
  #finished: (() => void) | null = null;

  constructor(options: RunOptions, deps: RunDeps<I>) {
    this.#options = options;
    this.#deps = deps;
    this.#counts = emptyCounts();
    this.#results = new ReorderBuffer({
      emit: deps.emit,
      ended: (why) => (why === 'gone' ? this.#interrupt('EPIPE') : this.#sendNoMore()),
      moved: () => this.#moved(),
    });
    this.#intake = new Intake({
      accept: (input) => this.#accept(input),
      accepted: () => {
        for (const queue of this.#queues) queue.pump();
      },
      isFull: (share) => this.#isFull(share),
      isOver: () => this.#interrupted !== null || this.#results.error !== null,
    });
    this.#groupCommit = new GroupCommit(deps.ledger, options.run, deps.clock, (message) =>
      this.#ledgerFailed(message),
    );
    this.#fence = new LeaseFence(deps.ledger, options.run, deps.clock, () => this.#limits.lapsed());
    const host: QueueHost = {
      run: options.run,
      clock: deps.clock,
      ledger: deps.ledger,
      groupCommit: this.#groupCommit,
      fence: this.#fence,
      resend: options.resend,
      resendUnknown: options.resendUnknown,
      askOnly: options.askOnly === true,
      patient: options.patient === true,
      abort: deps.abort,
      finish: (submission, ending) => this.#finish(submission, ending),
      stopped: (stop) => this.#stops.push(stop),
      over: this.#over.signal,
      onCapacity: () => this.#intake.readOn(),
      ...(deps.canary === undefined ? {} : { canary: deps.canary }),
    };
    this.#queues = options.targets.map((target) => new TargetQueue(target, host));
    this.#limits = new SharedLimits(deps.ledger, options.run, deps.clock, this.#queues);
  }

  async go(inputs: AsyncIterable<readonly I[]>): Promise<RunEnd> {
    const { clock, drain, abort, watch } = this.#deps;
    const started = clock.monotonic();
    const over = this.#over;
    const onDrain = () => this.#interrupt(reasonOf(drain.reason));
    const onAbort = () => {
      this.#applyToAll({ kind: 'abort' });
      this.#deps.ledger.hurry?.();
    };
    // Every lead that waits listens for it.
    setMaxListeners(0, abort);
    drain.addEventListener('abort', onDrain, { once: true });
    abort.addEventListener('abort', onAbort, { once: true });
    if (drain.aborted) onDrain();
    if (abort.aborted) onAbort();
    watch?.(() => this.#state());
    const renewing = Promise.all([this.#renew(over.signal), this.#limits.keep(over.signal)]);
    const finished = new Promise<void>((resolve) => {
      this.#finished = resolve;
    });
    const inputError = await this.#intake.read(inputs);
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
      summary: buildSummary(this.#options.run, this.#options.targets, {
        records: this.#records,
        counts: { ...this.#counts },
        notSent: this.#notSent,
        durationMs: clock.monotonic() - started,
        interrupted: this.#interrupted,
        stops: this.#stops,
        ledgerFailure: this.#groupCommit.failure,
        maxFailuresReached: this.#maxFailuresReached(),
        unread: !this.#intake.readAll && inputError === null,
      }),
    };
  }

  #accept(input: I): void {
    this.#records++;
    for (const queue of this.#queues) {
      if (input.only !== undefined && input.only !== queue.target.name) continue;
      const seq = this.#seq++;
      this.#results.add(seq, input);
      const plan = planSubmission(input, queue.target);
      if (plan.kind === 'unsent') {
        const { run } = this.#options;
        const result = buildResult({ run, seq, target: queue.target, input }, plan.unsent);
        this.#record(result, null, null, null, () => {});
      } else this.#acceptLead(seq, queue, input, plan);
    }
  }

  #acceptLead(seq: number, queue: TargetQueue, input: I, planned: PlannedLead): void {
    const { target } = queue;
    const { ledger, clock } = this.#deps;
    const { lead, identity, otherIdentities, warnings } = planned;
    const otherKeys = otherIdentities.map((other) => ledger.digest(other));
    const submission = newSubmission(
      {
        seq,
        target,
        input,
        lead,
        warnings,
        key: ledger.digest(identity),
        otherKeys,
        since: clock.monotonic(),
      },
      submissionIdOf(this.#options.run, seq),
    );
    const first = this.#active.get(submission.key);
    if (first === undefined) this.#enter(submission);
    else if (first.state.kind === 'ended') this.#follow(submission, first, first.state.ending);
    else follows(first, [submission]);
  }

  #enter(submission: Submission): void {
    // Until the ledger knows how it ended, so that every duplicate is answered.
    this.#active.set(submission.key, submission);
    this.#queueOf(submission.target).add(submission);
  }

  /** A submission ended: its result goes to the ledger and then out, and its duplicates learn of it. */
  #finish(submission: Submission, ending: Ending): void {
    const key = isClaimed(submission.state) ? submission.key : null;
    submission.state = { kind: 'ended', ending };
    const { lead } = submission;
    const ms = this.#deps.clock.monotonic() - submission.since;
    const result = resultOf(this.#options, submission, ending, ms);
    const kept = ending.status !== 'created' && ending.status !== 'duplicate' ? lead : null;
    this.#record(result, key, submission.key, kept, () => {
      if (this.#active.get(submission.key) === submission) this.#active.delete(submission.key);
    });
    const { inputDuplicates: duplicates } = submission;
    if (duplicates === null) return;
    submission.inputDuplicates = null;
    for (const [i, duplicate] of duplicates.entries()) {
      if (this.#follow(duplicate, submission, ending)) continue;
      // A rejected lead may be sent by its duplicate; the others wait for that one.
      follows(duplicate, duplicates.slice(i + 1));
      this.#queueOf(duplicate.target).pump();
      return;
    }
  }

  #queueOf(target: Target): TargetQueue {
    const queue = this.#queues.find((candidate) => candidate.target === target);
    if (queue === undefined) throw new Error(`target ${target.name} has no queue`);
    return queue;
  }

  /** Ends a duplicate as its first record did, or lets it be sent. @returns whether it ended */
  #follow(duplicate: Submission, { input, target }: Submission, first: Ending): boolean {
    const { file, record, line } = input;
    const isOwn = duplicate.input === input && duplicate.target !== target;
    const { run } = this.#options;
    const ending = endingAfter({ run, file, record, line, ending: first }, isOwn, this.#now());
    if (ending === null) this.#enter(duplicate);
    else this.#finish(duplicate, ending);
    return ending !== null;
  }

  /** @param kept the lead, where a retry needs it */
  #record(
    result: Result,
    key: string | null,
    identity: string | null,
    kept: Lead | null,
    durable: () => void,
  ): void {
    this.#counts[result.status]++;
    this.#done++;
    if (!wasTried(result)) this.#notSent++;
    if (countsAsFailure(result)) {
      this.#failures++;
      if (this.#maxFailuresReached()) this.#stopAll();
    }
    const completion: Completion = {
      key,
      identity,
      result,
      lead: kept === null ? null : JSON.stringify(kept),
      source: result.source,
      campaign: result.campaign,
      at: this.#now(),
    };
    this.#groupCommit.complete(completion, () => {
      durable();
      this.#results.fill(result);
      this.#intake.readOn();
    });
  }

  /** Results were emitted: there may be room for more, or all may be done. */
  #moved(): void {
    this.#intake.readOn();
    if (this.#readingOver && this.#results.idle) this.#finished?.();
  }

  #isFull(share: number): boolean {
    if (this.#results.waiting >= WINDOW * this.#queues.length) return true;
    if (this.#groupCommit.unwritten >= UNWRITTEN * share) return true;
    for (const { waiting } of this.#queues) if (waiting < READY * share) return false;
    return true;
  }

  #interrupt(reason: InterruptReason): void {
    if (this.#interrupted !== null) return;
    this.#interrupted = reason;
    this.#sendNoMore(WHY_INTERRUPTED[reason]);
  }

  #sendNoMore(why?: string): void {
    this.#intake.interrupt();
    this.#applyToAll({ kind: 'interrupted', ...(why === undefined ? {} : { why }) });
  }

  #applyToAll(event: Exclude<SendEvent, { kind: 'stop' }>): void {
    for (const queue of this.#queues) queue.apply(event);
  }

  #ledgerFailed(message: string): void {
    this.#applyToAll({ kind: 'ledgerFailed', message });
    this.#limits.unshared();
  }

  #maxFailuresReached(): boolean {
    return this.#options.maxFailures !== null && this.#failures >= this.#options.maxFailures;
  }

  #stopAll(): void {
    for (const queue of this.#queues) {
      queue.stop(
        'MAX_FAILURES',
        `${counted(this.#failures, 'lead')} failed, which is what --max-failures allows.`,
      );
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
      targets: this.#queues.map(({ target, inProgress, pacer, slowDowns, waits, patience }) => ({
        name: target.name,
        inProgress,
        requests: pacer.inProgress,
        slowDowns,
        ...waits,
        heldMs: pacer.heldMs,
        patience,
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

/** Those wait for this one. */
function follows(first: Submission, duplicates: readonly Submission[]): void {
  first.inputDuplicates ??= [];
  first.inputDuplicates.push(...duplicates);
}

function reasonOf(reason: unknown): InterruptReason {
  switch (reason) {
    case 'SIGTERM':
    case 'SIGHUP':
    case 'EPIPE':
    case 'TIME':
      return reason;
    default:
      return 'SIGINT';
  }
}
