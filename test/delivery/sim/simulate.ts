// One seed: a file of leads, a provider with faults, a process that dies and is started again, until a run ends by
// itself. Then the invariants (no lead lost, none sent twice without saying so) are checked against what the provider really took.
import { runLeads } from '../../../src/delivery/delivery-run.ts';
import type { Result, Summary } from '../../../src/delivery/outcome.ts';
import type { LeadInput, Target } from '../../../src/delivery/submission.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { anarock } from '../../../src/providers/anarock/provider.ts';
import { paramantra } from '../../../src/providers/paramantra/provider.ts';
import type { ProviderClient } from '../../../src/providers/provider.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import { Secret } from '../../../src/util/secret.ts';
import { declaredIn } from '../../providers/declare/declared.ts';
import { emptyDisk, type KeyRow, type ModelDisk, modelLedger } from './model-ledger.ts';
import { type Accepted, type Faults, MAX_CONNECTING_MS, SimProvider } from './provider.ts';
import { type SimProcess, World } from './world.ts';

/** Defects put in on purpose, to show that the simulation would notice them. */
export interface Defects {
  /** Requests leave before their intent is durable. */
  readonly intentAfterSend?: boolean;
  /** Lost answers are taken for "did not arrive" without asking. */
  readonly noReconciliation?: boolean;
  /** A run that was paused does not look at its lease before it sends. */
  readonly noFence?: boolean;
  /** A newcomer does not wait for the places that the others give back. */
  readonly noWaiting?: boolean;
  /** A phone that another run is sending is no reason to wait. */
  readonly noPhones?: boolean;
  /** A request that was reset is taken for one that was turned away, and given up. */
  readonly resetIsTurnedAway?: boolean;
}

export interface Outcome {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly runs: number;
  readonly accepted: number;
}

/** What a run came to that ended by itself. */
interface Ended {
  readonly results: readonly Result[];
  readonly summary: Summary;
}

type Kind = 'anarock' | 'paramantra' | 'declared';

const CAMPAIGNS = ['north', 'south'];

/** As somebody may declare one: asked about what was lost, and sent again where asking does not tell. */
const [{ provider: declared } = { provider: paramantra }] = declaredIn(`
providers:
  simulated:
    settings:
      account: { required: true, help: "The account." }
      token: { kind: secret, required: true, help: "The token." }
    environments: { production: "http://127.0.0.1:1" }
    account: [account]
    auth: { bearer: "{token}" }
    request: { path: /leads, body: form }
    payload: { phonefax: { field: phone, as: national }, ref: { text: "{submission}" } }
    answers:
      - { status: 200, each: "", json: { message: duplicate_entry }, verdict: duplicate, id: unique_id }
      - { status: 200, each: "", json: { status: success }, verdict: created, id: unique_id }
    lost: ask-or-resend
    lookup:
      path: /leads
      query: { phone: "{lead.phone:national}" }
      leads: response
      id: lead_id
      ours: extra_details.leadpush_id
      answers: [{ status: 200, json: { status: OK, response: { exists: false } }, verdict: absent }]
`);

/** Plays one seed. @returns what broke, in words; empty where nothing did */
export async function simulate(seed: number, defects: Defects = {}): Promise<Outcome> {
  const world = new World(seed);
  const kind: Kind = world.chance(0.55) ? 'anarock' : world.chance(0.5) ? 'paramantra' : 'declared';
  const provider = new SimProvider(world, kind, drawFaults(world));
  const inputs = drawInputs(world, kind);
  const disk = emptyDisk();
  const problems: string[] = [];
  const processes = new Map<string, SimProcess>();
  const saidUnknown = new Set<string>();
  const endpoint = bind(kind, defects);
  const retries = defects.resetIsTurnedAway === true ? 0 : 6;
  const transportOf = (owner: SimProcess): Transport => {
    const transport = provider.transport(owner);
    return defects.resetIsTurnedAway === true ? withoutResets(transport) : transport;
  };
  const crashes = Math.floor(world.between(0, 4));
  let runs = 0;
  let last: Ended | null = null;

  const concurrency = world.chance(0.3) ? 1 : 4;
  provider.onCrowd = (atOnce, ofPhone) => {
    if (atOnce > concurrency) problems.push(`${atOnce} requests at once, where ${concurrency} are allowed`);
    if (ofPhone > 1) problems.push(`${ofPhone} leads of one phone at once`);
  };

  const begin = (owner: SimProcess, run: string, leads: readonly LeadInput[] = inputs): Playing => {
    processes.set(run, owner);
    const ledger = modelLedger({
      disk,
      isAlive: (id) => {
        const process = processes.get(id);
        if (process?.alive !== true || disk.runs.get(id)?.endedAt !== null) return false;
        return process.left ? 'silent' : true;
      },
      ms: () => world.now,
      wall: () => world.now + world.skew,
      io: () => world.wait(world.between(0, 3), owner),
      now: () => new Date(world.now).toISOString(),
      ...(defects.intentAfterSend === true ? { answerBeforeSync: true } : {}),
      ...(defects.noFence === true ? { unfenced: true } : {}),
      ...(defects.noWaiting === true ? { noWaiting: true } : {}),
      ...(defects.noPhones === true ? { noPhones: true } : {}),
    });
    provider.onPost = (phone, sender) => {
      const by = [...processes].find(([, process]) => process === sender)?.[0];
      const durable = [...disk.keys.values()].some(
        (row) => row.claim.phone.endsWith(phone) && (isHeld(row, by) || wasHeld(row, by, world.now)),
      );
      if (!durable) problems.push(`a request for …${phone.slice(-4)} left without a durable intent`);
    };
    const limits = { retries, concurrency };
    return beginRun(world, run, owner, ledger, endpoint, transportOf(owner), limits, leads, problems);
  };
  const start = (owner: SimProcess, run: string): Promise<Ended | null> =>
    untilEnd(world, run, owner, begin(owner, run), problems);
  // Runs that read the same leads in the same order hardly ever meet at one phone: the second waits for the first one's lead.
  const opposite = defects.noPhones === true ? inputs.toReversed() : null;
  const isBeside = world.chance(0.4) || opposite !== null;
  const beside = isBeside ? begin(bootBeside(world, inputs.length), 'BESIDE', opposite ?? inputs) : null;

  for (let crash = 0; last === null; crash++) {
    runs++;
    const dies = crash < crashes;
    const end = Math.floor(world.between(1, inputs.length * 5));
    // Some are not killed but frozen, mostly for longer than their lease, while the next run begins.
    const frozen = dies && world.chance(0.4);
    const pause = frozen ? { steps: end, ms: world.between(1_000, 240_000) } : null;
    const owner = world.boot(dies && !frozen ? end : null, pause);
    if (world.chance(0.2)) world.skew += world.between(-3_600_000, 3_600_000);
    last = await start(owner, `RUN${runs}`);
    if (runs > 20) problems.push('the runs never end');
    if (runs > 20) break;
  }
  await world.settle();
  // What failed is safe to send again: whoever does it, once the provider is well, delivers it.
  provider.heal();
  const again = last === null || problems.length > 0 ? null : await start(world.boot(null), 'AGAIN');
  for (const result of [...disk.results.values()].flat()) {
    if (result.status === 'unknown' && result.phone !== null) saidUnknown.add(result.phone);
  }
  for (const [run, { alive, left }] of processes) {
    if (left && alive && disk.runs.get(run)?.endedAt === null) problems.push(`the paused ${run} never ends`);
  }
  for (const ended of [last, beside?.ended ?? null]) {
    if (ended !== null) judgeResults(kind, provider, inputs, ended, problems);
  }
  if (again !== null) {
    judgeResults(kind, provider, inputs, again, problems);
    for (const { record, status } of again.results) {
      if (status === 'failed') problems.push(`record ${record} is failed also when it is sent again`);
    }
  }
  judgeTaken(kind, provider, inputs, disk.failed, saidUnknown, problems);
  return { seed, problems, runs, accepted: provider.accepted.length };
}

/** Another machine: only its lease tells of it. It may be paused, or die. */
function bootBeside(world: World, records: number): SimProcess {
  const end = Math.floor(world.between(1, records * 8));
  const fate = world.between(0, 3);
  const pause = { steps: end, ms: world.between(1_000, 240_000) };
  const owner = world.boot(fate < 1 ? end : null, fate > 2 ? pause : null);
  owner.left = true;
  return owner;
}

/** A run that goes on while the world's time passes. */
interface Playing {
  ended: Ended | null;
  failure: unknown;
}

function beginRun(
  world: World,
  run: string,
  owner: SimProcess,
  ledger: Ledger,
  endpoint: ProviderClient,
  transport: Transport,
  limits: Pick<Target, 'retries' | 'concurrency'>,
  inputs: readonly LeadInput[],
  problems: string[],
): Playing {
  const results: Result[] = [];
  const playing: Playing = { ended: null, failure: null };
  const clock = world.clock(owner);
  const target: Target = {
    name: 'sim',
    provider: endpoint.identity,
    endpoint,
    transport,
    complete: (lead) => ({ lead, errors: [] }),
    own: {},
    dedupe: endpoint.dedupe,
    rate: null,
    timeoutMs: 30_000,
    ...limits,
    settleAfterMs: 5_000,
    knownSince: null,
    keySuffix: '',
  };
  const go = async () => {
    await ledger.openRun({
      id: run,
      command: 'send',
      startedAt: new Date(clock.now()).toISOString(),
      files: ['sim.csv'],
      targets: ['sim'],
      parent: null,
    });
    const { summary } = await runLeads(
      batches(inputs, world, owner),
      { run, targets: [target], resend: false, resendUnknown: false, maxFailures: null },
      {
        clock,
        ledger,
        drain: new AbortController().signal,
        abort: new AbortController().signal,
        emit: async (batch) => {
          await world.wait(1, owner);
          results.push(...batch.map((emitted) => emitted.result));
          return undefined;
        },
      },
    );
    await ledger.closeRun(run, summary, 0, new Date(clock.now()).toISOString());
    playing.ended = { results, summary };
  };
  go().catch((error: unknown) => {
    playing.failure = error;
    if (owner.left)
      problems.push(`the paused run broke: ${error instanceof Error ? error.stack : String(error)}`);
  });
  return playing;
}

async function untilEnd(
  world: World,
  run: string,
  owner: SimProcess,
  playing: Playing,
  problems: string[],
): Promise<Ended | null> {
  const how = await world.runUntil(() => playing.ended !== null || playing.failure !== null, owner);
  const { failure } = playing;
  if (how !== 'paused') owner.alive = false;
  if (failure !== null) {
    problems.push(
      `the run broke: ${failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)}`,
    );
    return { results: [], summary: emptySummary(run) };
  }
  if (how === 'stuck') {
    problems.push('the run hangs: nothing more can happen');
    return { results: [], summary: emptySummary(run) };
  }
  return playing.ended;
}

async function* batches(inputs: readonly LeadInput[], world: World, owner: SimProcess) {
  for (let i = 0; i < inputs.length; i += 8) {
    await world.wait(1, owner);
    yield inputs.slice(i, i + 8);
  }
}

/** The invariants over the results of one run that ended by itself. */
function judgeResults(
  kind: Kind,
  provider: SimProvider,
  inputs: readonly LeadInput[],
  { results, summary }: Ended,
  problems: string[],
): void {
  const total = Object.values(summary.counts).reduce((sum, n) => sum + n, 0);
  if (results.length !== inputs.length || total !== inputs.length) {
    problems.push(`${inputs.length} records came to ${results.length} results and counts of ${total}`);
  }
  results.forEach((result, i) => {
    if (result.record !== i + 1) problems.push(`result ${i + 1} is of record ${result.record}`);
  });
  const taken = new Set(provider.accepted.map((lead) => takenAs(kind, lead)));
  for (const { record, status } of results) {
    const key = keyOfRecord(kind, inputs, record);
    if ((status === 'created' || status === 'duplicate') && !taken.has(key)) {
      problems.push(`record ${record} is ${status}, but the provider never took it`);
    }
  }
}

/** The invariants over what the provider took, from all runs of one seed. */
function judgeTaken(
  kind: Kind,
  provider: SimProvider,
  inputs: readonly LeadInput[],
  failed: ModelDisk['failed'],
  saidUnknown: ReadonlySet<string>,
  problems: string[],
): void {
  const taken = new Map<string, Accepted[]>();
  for (const lead of provider.accepted) {
    const key = takenAs(kind, lead);
    taken.set(key, [...(taken.get(key) ?? []), lead]);
  }
  for (const [key, { length }] of taken) {
    const [phone = ''] = key.split('|');
    const unknown = [...saidUnknown].some((one) => one.endsWith(phone));
    if (length > 1 && !unknown) problems.push(`${key} was taken ${length} times, and no run said unknown`);
  }
  // Whoever has the claim speaks for all requests before. That another run, which was paused, sends the lead later with a
  // claim of its own is no contradiction: neither is it one where the run that failed was told that the other has the claim.
  for (const { claim, at } of failed) {
    const key = keyOfRecord(kind, inputs, claim.record);
    if (taken.get(key)?.some((lead) => lead.left < at) === true) {
      problems.push(
        `record ${claim.record} was failed ("safe to send again"), but the provider took it from a request before`,
      );
    }
  }
}

function takenAs(kind: Kind, { phone, campaign }: Accepted): string {
  return `${phone}|${kind === 'anarock' ? campaign : ''}`;
}

function keyOfRecord(kind: Kind, inputs: readonly LeadInput[], record: number): string {
  const found = inputs[record - 1]?.result;
  if (found?.kind !== 'lead') throw new Error(`record ${record} is no lead`);
  const { phone, campaignId } = found.lead;
  return `${phone.slice(3)}|${kind === 'anarock' ? campaignId : ''}`;
}

function bind(kind: Kind, defects: Defects): ProviderClient {
  const endpoint =
    kind === 'anarock'
      ? anarock.bind({ environment: 'staging', channel: 'sim', key: new Secret('sim') }, {})
      : kind === 'paramantra'
        ? paramantra.bind({ apiKey: new Secret('sim'), appName: 'sim' }, { baseUrl: 'http://127.0.0.1:1' })
        : declared.bind({ account: 'sim', token: new Secret('simulated') }, {});
  const { reconciliation } = endpoint;
  if (defects.noReconciliation !== true || reconciliation.kind !== 'ask') return endpoint;
  return { ...endpoint, reconciliation: { ...reconciliation, read: () => ({ kind: 'absent' }) } };
}

function isHeld(row: KeyRow, run: string | undefined): boolean {
  return row.state === 'sending' && row.run === run;
}

/** Between the answer to a claim and the request that it allows, another run may write that it was answered long ago. */
function wasHeld({ before }: KeyRow, run: string | undefined, now: number): boolean {
  return before !== undefined && before.run === run && now - before.at < MAX_CONNECTING_MS + 5;
}

function withoutResets(transport: Transport): Transport {
  return {
    send: async (...given) => {
      const exchange = await transport.send(...given);
      return exchange.ok || exchange.failure.kind !== 'reset'
        ? exchange
        : { ok: true, answer: { status: 425, headers: {}, body: '' } };
    },
    close: () => transport.close(),
  };
}

function drawFaults(world: World): Faults {
  const level = world.chance(0.2) ? 0 : world.between(0, 0.05);
  const draw = () => (world.chance(0.5) ? world.between(0, level) : level);
  return {
    connect: draw() / 2,
    resetBefore: draw(),
    resetAfter: draw(),
    timeoutTaken: draw(),
    timeoutLost: draw(),
    tooMany: draw() * 2,
    unavailable: draw() * 2,
    trouble: draw() * 2,
    garbage: draw(),
    tooEarly: draw() / 2,
    ask: draw() * 2,
    restart: world.chance(0.3) ? drawRestart(world) : null,
  };
}

/** Of a moment, or of longer than anybody waits for it. */
function drawRestart(world: World): NonNullable<Faults['restart']> {
  const from = world.now + world.between(0, 1_000);
  return {
    from,
    until: from + (world.chance(0.8) ? world.between(100, 5_000) : world.between(5_000, 60_000)),
  };
}

/** A few dozen leads, with duplicates, and with phones that stand under two campaigns. */
function drawInputs(world: World, kind: Kind): LeadInput[] {
  const count = Math.floor(world.between(3, 40));
  const phones = Math.max(2, Math.floor(count * world.between(0.5, 1.2)));
  return Array.from({ length: count }, (_, i) => {
    const phone = `+9190000${String(10_000 + Math.floor(world.random() * phones))}`;
    const campaignId = CAMPAIGNS[world.chance(0.2) ? 1 : 0] ?? 'north';
    const common = { phone, country: 'IN', name: `Lead ${i}` };
    const lead =
      kind === 'anarock'
        ? { ...common, campaignId, sourceId: '1', subSourceId: '8' }
        : { ...common, channelId: 'c', subject: 's', repId: 'r' };
    return {
      file: 'sim.csv',
      record: i + 1,
      line: i + 2,
      result: { kind: 'lead', lead, warnings: [] },
    };
  });
}

function emptySummary(run: string): Summary {
  return {
    run,
    records: 0,
    targets: [],
    counts: { created: 0, duplicate: 0, skipped: 0, invalid: 0, rejected: 0, failed: 0, unknown: 0 },
    durationMs: 0,
    interrupted: null,
    stops: [],
    ledgerFailure: null,
    maxFailuresReached: false,
    dryRun: null,
  };
}
