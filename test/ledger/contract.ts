// What every ledger must keep of its promise (src/ledger/ledger.ts), whatever stands behind it. Processes are the
// world's to start and to kill; a run belongs to the process whose ledger opened it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result, Status, Summary } from '../../src/delivery/outcome.ts';
import type {
  Claim,
  ClaimAnswer,
  ClaimRules,
  Completion,
  Ledger,
  RunStart,
  SentTo,
  ShareRequest,
  StoredResult,
  Unfinished,
} from '../../src/ledger/ledger.ts';

export interface LedgerProcess {
  readonly ledger: Ledger;
  /** As by kill -9: its runs are dead from now on. */
  readonly die: () => Promise<void>;
}

export interface LedgerWorld {
  /** A new process on the same store. */
  readonly boot: () => Promise<LedgerProcess>;
  readonly end: () => Promise<void>;
}

export interface LedgerKind {
  /** Several processes can open one store. */
  readonly shared: boolean;
  /** `unfinished` leaves out what other runs have taken and follows retries of retries. */
  readonly followsKeys: boolean;
}

const RULES: ClaimRules = { resend: false, knownSince: null };
/** Every completion of this suite ends here, unless it says otherwise. */
export const ENDED_AT = '2026-11-20T10:00:00.000Z';
const BEFORE = '2026-11-20T09:59:59.999Z';
const AFTER = '2026-11-20T10:00:00.001Z';

export function claimOf(seq: number, given: Partial<Claim> = {}): Claim {
  return {
    key: `key-${seq}`,
    submissionId: `id-${seq}`,
    seq,
    target: 'crm',
    file: 'leads.csv',
    record: seq + 1,
    line: seq + 2,
    lead: `{"phone":"+9199000${10_000 + seq}"}`,
    phone: `+9199000${10_000 + seq}`,
    phoneKey: `phone of ${given.key ?? seq}`,
    timeoutMs: 30_000,
    leadIdWatermark: null,
    ...given,
  };
}

export function completionOf(
  run: string,
  claim: Claim,
  status: Status,
  given: Partial<Result> = {},
  keyed = true,
): Completion {
  const { seq, file, record, line, target, phone, lead } = claim;
  return {
    key: keyed ? claim.key : null,
    identity: status === 'invalid' ? null : claim.key,
    result: {
      run,
      seq,
      file,
      record,
      line,
      target,
      provider: 'anarock',
      status,
      phone,
      name: 'Rahul Kumar',
      externalId: null,
      source: 'google',
      campaign: 'greens-2026',
      cell: null,
      leadId: status === 'created' ? `lead-${seq}` : null,
      duplicateOf: null,
      errors: [],
      warnings: [],
      attempts: 1,
      durationMs: 12,
      ...given,
    },
    lead: status === 'created' || status === 'duplicate' || status === 'invalid' ? null : lead,
    source: 'google',
    campaign: 'greens-2026',
    at: ENDED_AT,
  };
}

export function summaryOf(run: string): Summary {
  return {
    run,
    records: 1,
    targets: ['crm'],
    counts: { created: 1, duplicate: 0, skipped: 0, invalid: 0, rejected: 0, failed: 0, unknown: 0 },
    durationMs: 5,
    interrupted: null,
    stops: [],
    ledgerFailure: null,
    maxFailuresReached: false,
    dryRun: null,
  };
}

const START: Omit<RunStart, 'id'> = {
  command: 'send',
  startedAt: '2026-11-20T09:00:00.000Z',
  files: ['leads.csv'],
  targets: ['crm'],
  parent: null,
};

export async function open(ledger: Ledger, id: string, parent: string | null = null): Promise<void> {
  await ledger.openRun({
    ...START,
    id,
    command: parent === null ? 'send' : 'retry',
    parent,
  });
}

export async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const rows: T[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

const EVERY: readonly Unfinished['status'][] = ['failed', 'rejected', 'unknown', 'sending'];

/** Where a run sent to its one target. */
const PLACE: SentTo = {
  name: 'crm',
  origin: 'https://crm.example',
  identity: 'anarock|staging|c',
  config: '/c.yaml',
  found: false,
};

/** Before the claim: what run ONE made of the key, and what then became of its process. */
type Past = 'nothing' | 'sending' | 'created' | 'duplicate' | 'failed' | 'rejected' | 'unknown';
type Owner = 'same run' | 'living' | 'dead' | 'ended';

const CLAIMS: readonly (readonly [
  Past,
  Owner,
  Partial<ClaimRules>,
  Exclude<ClaimAnswer['kind'], 'taken'>,
])[] = [
  ['nothing', 'living', {}, 'ours'],
  ['created', 'living', {}, 'known'],
  ['created', 'ended', {}, 'known'],
  ['created', 'dead', {}, 'known'],
  ['created', 'ended', { resend: true }, 'ours'],
  ['created', 'ended', { knownSince: BEFORE }, 'known'],
  ['created', 'ended', { knownSince: ENDED_AT }, 'known'],
  ['created', 'ended', { knownSince: AFTER }, 'ours'],
  ['created', 'same run', { resend: true }, 'known'],
  ['created', 'same run', { knownSince: AFTER }, 'known'],
  ['duplicate', 'ended', {}, 'known'],
  ['duplicate', 'ended', { resend: true }, 'ours'],
  ['failed', 'ended', {}, 'ours'],
  ['failed', 'living', {}, 'ours'],
  ['failed', 'same run', {}, 'ended'],
  ['rejected', 'ended', {}, 'ours'],
  ['rejected', 'same run', {}, 'ours'],
  ['unknown', 'ended', {}, 'unsettled'],
  ['unknown', 'ended', { resend: true }, 'unsettled'],
  ['unknown', 'dead', {}, 'unsettled'],
  ['unknown', 'same run', {}, 'ended'],
  ['sending', 'same run', {}, 'busy'],
  ['sending', 'living', {}, 'busy'],
  ['sending', 'living', { resend: true }, 'busy'],
  ['sending', 'dead', {}, 'unsettled'],
  ['sending', 'dead', { resend: true }, 'unsettled'],
  ['sending', 'ended', {}, 'unsettled'],
];

export function ledgerContract(name: string, make: () => Promise<LedgerWorld>, kind: LedgerKind): void {
  describe(`the ledger's promise: ${name}`, () => {
    let world: LedgerWorld;
    let first: LedgerProcess;
    let ledger: Ledger;
    /** Another process where the store can be shared, else the same. */
    let other: Ledger;

    beforeEach(async () => {
      world = await make();
      first = await world.boot();
      ledger = first.ledger;
      other = kind.shared ? (await world.boot()).ledger : ledger;
    });
    afterEach(() => world.end());

    const claim = async (
      by: Ledger,
      run: string,
      claims: readonly Claim[],
      rules: Partial<ClaimRules> = {},
    ) => by.commit(run, [], claims, { ...RULES, ...rules });
    const complete = async (by: Ledger, run: string, ...completions: Completion[]) => {
      await by.commit(run, completions, [], RULES);
    };

    describe('a claim', () => {
      const cases = CLAIMS.filter(([, owner]) => kind.shared || owner !== 'dead');
      it.each(cases)(
        'of what is %s, by a run that is %s, under %j: %s',
        async (past, owner, rules, expected) => {
          await open(ledger, 'RUN1');
          const one = claimOf(4, { submissionId: 'first', leadIdWatermark: '77' });
          if (past !== 'nothing') await claim(ledger, 'RUN1', [one]);
          if (past !== 'nothing' && past !== 'sending') {
            await complete(ledger, 'RUN1', completionOf('RUN1', one, past));
          }
          if (owner === 'dead') await first.die();
          if (owner === 'ended') await ledger.closeRun('RUN1', summaryOf('RUN1'), 0, ENDED_AT);
          const run = owner === 'same run' ? 'RUN1' : 'RUN2';
          const by = owner === 'same run' ? ledger : other;
          if (run === 'RUN2') await open(by, run);
          const two = claimOf(4, { seq: 9, record: 10, submissionId: 'second', leadIdWatermark: '99' });

          const found = await by.lookUp([two.key], { ...RULES, ...rules });
          expect(await by.holds([two.key, 'never-claimed'])).toEqual([past !== 'nothing', false]);
          const [answer] = await claim(by, run, [two], rules);

          expect(answer).toMatchObject(
            {
              ours: { kind: 'ours' },
              known: {
                kind: 'known',
                status: past,
                leadId: past === 'created' ? 'lead-4' : null,
                run: 'RUN1',
                file: 'leads.csv',
                record: 5,
                at: ENDED_AT,
              },
              ended: { kind: 'ended', status: past, file: 'leads.csv', record: 5 },
              busy: { kind: 'busy', run: 'RUN1', on: 'key-4' },
              unsettled: { kind: 'unsettled', submissionId: 'first', leadIdWatermark: '77', run: 'RUN1' },
            }[expected],
          );
          if (expected === 'known' && owner !== 'same run') {
            expect(found).toMatchObject([
              { by: 'ledger', run: 'RUN1', file: 'leads.csv', record: 5, at: ENDED_AT },
            ]);
          } else if (owner !== 'same run') expect(found).toEqual([null]);
          // What was answered is so for everybody else, too.
          await open(other, 'RUN3');
          const [third] = await claim(other, 'RUN3', [claimOf(4)]);
          if (expected === 'ours' || expected === 'unsettled')
            expect(third).toEqual({ kind: 'busy', run, on: 'key-4' });
          if (expected === 'known') expect(third).toMatchObject({ kind: 'known', run: 'RUN1' });
        },
      );

      it('is answered in the order of the call, whatever the mixture', async () => {
        await open(ledger, 'RUN1');
        await claim(ledger, 'RUN1', [claimOf(0), claimOf(1), claimOf(2)]);
        await complete(
          ledger,
          'RUN1',
          completionOf('RUN1', claimOf(0), 'created'),
          completionOf('RUN1', claimOf(1), 'failed'),
        );
        await open(other, 'RUN2');
        const answers = await claim(
          other,
          'RUN2',
          [3, 2, 1, 0, 4].map((seq) => claimOf(seq)),
        );
        expect(answers.map((answer) => answer.kind)).toEqual(['ours', 'busy', 'ours', 'known', 'ours']);
      });

      it('in one turn with the end of its key finds that end', async () => {
        await open(ledger, 'RUN1');
        await claim(ledger, 'RUN1', [claimOf(0)]);
        const answers = await ledger.commit(
          'RUN1',
          [completionOf('RUN1', claimOf(0), 'created')],
          [claimOf(0, { seq: 1, record: 2 }), claimOf(2)],
          RULES,
        );
        expect(answers).toMatchObject([{ kind: 'known', run: 'RUN1', record: 1 }, { kind: 'ours' }]);
      });

      it('keeps text that is hard to keep', async () => {
        await open(ledger, 'RUN1');
        const lead = JSON.stringify({ name: 'José "O\'Neil" 😀 \\u0000', message: 'a\nb\t\u2028\ud800' });
        const hard = claimOf(0, { lead, file: 'Leads "März" \\ 😀.csv' });
        await claim(ledger, 'RUN1', [hard]);
        await complete(ledger, 'RUN1', completionOf('RUN1', hard, 'failed', { name: 'José 😀' }));
        expect(await all(ledger.results('RUN1'))).toMatchObject([{ lead, file: hard.file, name: 'José 😀' }]);
      });
    });

    describe('a takeover', () => {
      it.runIf(kind.shared)(
        'is had by exactly one of several, and keeps the first id each time',
        async () => {
          await open(ledger, 'RUN1');
          await claim(ledger, 'RUN1', [claimOf(0, { submissionId: 'first', leadIdWatermark: '5' })]);
          await first.die();
          await open(other, 'RUN2');
          const third = await world.boot();
          await open(third.ledger, 'RUN3');
          const answers = await Promise.all([
            claim(other, 'RUN2', [claimOf(0, { submissionId: 'second' })]),
            claim(third.ledger, 'RUN3', [claimOf(0, { submissionId: 'third' })]),
          ]);
          expect(
            answers
              .flat()
              .map((answer) => answer.kind)
              .sort(),
          ).toEqual(['busy', 'unsettled']);
          const winner = answers[0]?.[0]?.kind === 'unsettled' ? 'RUN2' : 'RUN3';
          await (winner === 'RUN2' ? other : third.ledger).closeRun(winner, summaryOf(winner), 0, ENDED_AT);
          const loser = winner === 'RUN2' ? 'RUN3' : 'RUN2';
          const [again] = await claim(other, loser, [
            claimOf(0, { submissionId: 'fourth', leadIdWatermark: '9' }),
          ]);
          expect(again).toMatchObject({
            kind: 'unsettled',
            submissionId: 'first',
            leadIdWatermark: '5',
            run: winner,
          });
        },
      );

      it.runIf(kind.shared)('is not undone by the end that its first owner reports late', async () => {
        await open(ledger, 'RUN1');
        await claim(ledger, 'RUN1', [claimOf(0)]);
        await ledger.closeRun('RUN1', summaryOf('RUN1'), 0, ENDED_AT);
        await open(other, 'RUN2');
        expect(await claim(other, 'RUN2', [claimOf(0)])).toMatchObject([{ kind: 'unsettled' }]);
        await complete(ledger, 'RUN1', completionOf('RUN1', claimOf(0), 'failed'));
        await open(other, 'RUN3');
        expect(await claim(other, 'RUN3', [claimOf(0)])).toEqual([
          { kind: 'busy', run: 'RUN2', on: 'key-0' },
        ]);
        expect(await all(ledger.results('RUN1'))).toMatchObject([{ status: 'failed' }]);
        await complete(other, 'RUN2', completionOf('RUN2', claimOf(0), 'created'));
        expect(await claim(other, 'RUN3', [claimOf(0)])).toMatchObject([{ kind: 'known', run: 'RUN2' }]);
      });
    });

    describe('a phone', () => {
      const one = claimOf(0, { phoneKey: 'phone' });
      const same = claimOf(9, { phoneKey: 'phone' });

      it('is had by one lead at a time, whatever its key', async () => {
        await open(ledger, 'RUN1');
        await open(other, 'RUN2');
        expect(await claim(ledger, 'RUN1', [one])).toEqual([{ kind: 'ours' }]);
        const busy = { kind: 'busy', run: 'RUN1', on: 'phone' };
        expect(await claim(other, 'RUN2', [claimOf(8), same])).toEqual([{ kind: 'ours' }, busy]);
        expect(await claim(ledger, 'RUN1', [{ ...one, held: true }])).toEqual([{ kind: 'ours' }]);
        await complete(ledger, 'RUN1', completionOf('RUN1', one, 'failed'));
        expect(await claim(other, 'RUN2', [same])).toEqual([{ kind: 'ours' }]);
      });

      it('is had by one lead at a time where its key was there before', async () => {
        await open(ledger, 'RUN1');
        await open(other, 'RUN2');
        await claim(other, 'RUN2', [same]);
        await complete(other, 'RUN2', completionOf('RUN2', same, 'failed'));
        await claim(ledger, 'RUN1', [one]);
        expect(await claim(other, 'RUN2', [{ ...same, seq: 10 }])).toMatchObject([{ kind: 'ended' }]);
        await open(other, 'RUN3');
        expect(await claim(other, 'RUN3', [same])).toEqual([{ kind: 'busy', run: 'RUN1', on: 'phone' }]);
        await complete(ledger, 'RUN1', completionOf('RUN1', one, 'created'));
        expect(await claim(other, 'RUN3', [same])).toEqual([{ kind: 'ours' }]);
      });

      it('is had by exactly one of several that ask at once', async () => {
        await open(ledger, 'RUN1');
        await open(other, 'RUN2');
        for (let i = 0; i < 20; i++) {
          const phoneKey = `phone ${i}`;
          const [a, b] = [claimOf(2 * i, { phoneKey }), claimOf(2 * i + 1, { phoneKey })];
          const answers = await Promise.all([claim(ledger, 'RUN1', [a]), claim(other, 'RUN2', [b])]);
          expect(
            answers
              .flat()
              .map(({ kind }) => kind)
              .sort(),
          ).toEqual(['busy', 'ours']);
        }
      });

      it.runIf(kind.shared)(
        'of a dead run is free, and that run has to wait for it should it come back',
        async () => {
          await open(ledger, 'RUN1');
          await claim(ledger, 'RUN1', [one]);
          await first.die();
          await open(other, 'RUN2');
          expect(await claim(other, 'RUN2', [same])).toEqual([{ kind: 'ours' }]);
          const held = { ...one, held: true };
          expect(await claim(ledger, 'RUN1', [held])).toEqual([{ kind: 'busy', run: 'RUN2', on: 'phone' }]);
          expect(await claim(other, 'RUN2', [{ ...same, held: true }])).toEqual([{ kind: 'ours' }]);
          await complete(other, 'RUN2', completionOf('RUN2', same, 'created'));
          expect(await claim(ledger, 'RUN1', [held])).toEqual([{ kind: 'ours' }]);
        },
      );

      it.runIf(kind.shared)('stays with a run whose sending another has ended, until it knows', async () => {
        await open(ledger, 'RUN1');
        await claim(ledger, 'RUN1', [one]);
        await first.die();
        await open(other, 'RUN2');
        await claim(other, 'RUN2', [one]);
        await complete(ledger, 'RUN1', completionOf('RUN1', one, 'created'));
        await open(other, 'RUN3');
        expect(await claim(other, 'RUN3', [same])).toEqual([{ kind: 'busy', run: 'RUN2', on: 'phone' }]);
        await complete(other, 'RUN2', completionOf('RUN2', one, 'duplicate'));
        expect(await claim(other, 'RUN3', [same])).toEqual([{ kind: 'ours' }]);
      });

      it.runIf(kind.shared)('goes with a key that is taken over', async () => {
        await open(ledger, 'RUN1');
        await claim(ledger, 'RUN1', [one]);
        await first.die();
        await open(other, 'RUN2');
        expect(await claim(other, 'RUN2', [one])).toMatchObject([{ kind: 'unsettled' }]);
        await open(other, 'RUN3');
        expect(await claim(other, 'RUN3', [same])).toEqual([{ kind: 'busy', run: 'RUN2', on: 'phone' }]);
      });
    });

    describe('the limits of a target', () => {
      const request = (given: Partial<ShareRequest> = {}): ShareRequest => ({
        ...{ endpoint: 'crm', target: 'crm', wanted: 100, held: 0, limit: 16, rate: 8 },
        ...given,
      });
      const share = async (by: Ledger, run: string, given: Partial<ShareRequest> = {}) =>
        (await by.share(run, [request(given)]))[0];

      it('are all of a run that is alone', async () => {
        await open(ledger, 'RUN1');
        expect(await share(ledger, 'RUN1')).toEqual({ places: 16, held: 16, rate: 8, alone: true });
        expect(await share(ledger, 'RUN1', { held: 16, wanted: 0 })).toMatchObject({
          places: 16,
          alone: true,
        });
      });

      it.runIf(kind.shared)('are shared by those that live, as they give back', async () => {
        await open(ledger, 'RUN1');
        await share(ledger, 'RUN1');
        await open(other, 'RUN2');
        expect(await share(other, 'RUN2')).toMatchObject({ places: 0, alone: false });
        expect(await share(ledger, 'RUN1', { held: 16 })).toMatchObject({ places: 8, held: 16, rate: 4 });
        expect(await share(other, 'RUN2')).toMatchObject({ places: 0 });
        expect(await share(ledger, 'RUN1', { held: 12 })).toMatchObject({ places: 8, held: 12 });
        expect(await share(other, 'RUN2')).toMatchObject({ places: 4, rate: 2 });
        expect(await share(other, 'RUN2', { target: 'another name' })).toMatchObject({ places: 0 });
        expect(await share(other, 'RUN2', { endpoint: 'elsewhere' })).toMatchObject({
          places: 16,
          alone: true,
        });
      });

      it.runIf(kind.shared)('come back from a run that ended, and from one that died', async () => {
        await open(ledger, 'RUN1');
        await open(ledger, 'RUN2');
        await share(ledger, 'RUN1');
        await open(other, 'RUN3');
        expect(await share(other, 'RUN3')).toMatchObject({ places: 0 });
        await ledger.closeRun('RUN1', summaryOf('RUN1'), 0, ENDED_AT);
        expect(await share(other, 'RUN3')).toMatchObject({ places: 16, alone: true });
        expect(await share(ledger, 'RUN2')).toMatchObject({ places: 0 });
        expect(await share(other, 'RUN3', { held: 5 })).toMatchObject({ places: 8 });
        expect(await share(ledger, 'RUN2')).toMatchObject({ places: 8 });
        await first.die();
        expect(await share(other, 'RUN3', { held: 8 })).toMatchObject({ places: 16, alone: true });
      });

      it.runIf(kind.shared)('are never exceeded by runs that ask at once', async () => {
        await open(ledger, 'RUN1');
        await open(other, 'RUN2');
        const both = await Promise.all([share(ledger, 'RUN1'), share(other, 'RUN2')]);
        const held = both.reduce((sum, given) => sum + (given?.held ?? 0), 0);
        expect(held).toBeLessThanOrEqual(16);
        expect(held).toBeGreaterThan(0);
      });

      it('are shared by two targets of one run that are one endpoint', async () => {
        await open(ledger, 'RUN1');
        const given = await ledger.share('RUN1', [request(), request({ target: 'the same' })]);
        expect(given.map(({ places }) => places)).toEqual([16, 0]);
        const then = await ledger.share('RUN1', [request({ held: 8 }), request({ target: 'the same' })]);
        expect(then.map(({ places }) => places)).toEqual([8, 8]);
      });
    });

    describe('results', () => {
      it('come whole, in order, page by page', async () => {
        await open(ledger, 'RUN1');
        const claims = Array.from({ length: 1_201 }, (_, i) => claimOf(1_200 - i));
        const ends = claims.map((one) => completionOf('RUN1', one, one.seq % 3 === 0 ? 'created' : 'failed'));
        for (let i = 0; i < claims.length; i += 400) {
          await claim(ledger, 'RUN1', claims.slice(i, i + 400));
          await complete(ledger, 'RUN1', ...ends.slice(i, i + 400));
        }
        const rows = await all(other.results('RUN1'));
        expect(rows.map((row) => row.seq)).toEqual(claims.map((_, i) => i));
        expect(await all(other.results('RUN1', ['created']))).toHaveLength(401);
        expect(await all(other.results('RUN1', []))).toEqual([]);
        expect(await all(other.results('RUN9'))).toEqual([]);
      });

      it('hold every value', async () => {
        await open(ledger, 'RUN1');
        const problem = { field: 'Mobile "No."', code: 'PHONE_INVALID', message: "It's no phone." } as const;
        const ended: Result = {
          run: 'RUN1',
          seq: 0,
          file: null,
          record: 1,
          line: null,
          target: 'crm',
          provider: 'paramantra',
          status: 'duplicate',
          phone: null,
          name: null,
          externalId: 'l:4711',
          source: null,
          campaign: null,
          cell: '98765 4321',
          leadId: '17863',
          duplicateOf: {
            by: 'ledger',
            leadId: '17863',
            at: ENDED_AT,
            run: 'RUN0',
            file: 'a.csv',
            record: 3,
          },
          errors: [problem],
          warnings: [problem, problem],
          attempts: 0,
          durationMs: 0,
        };
        const stored: StoredResult = { ...ended, at: ENDED_AT, lead: null, now: null };
        await complete(ledger, 'RUN1', {
          key: null,
          identity: null,
          result: ended,
          lead: null,
          source: null,
          campaign: null,
          at: ENDED_AT,
        });
        expect(await all(ledger.results('RUN1'))).toEqual([stored]);
      });
    });

    describe('what is unfinished', () => {
      it('is failed, rejected or unknown, sent or not', async () => {
        await open(ledger, 'RUN1');
        const ends: readonly Status[] = ['created', 'failed', 'rejected', 'unknown', 'duplicate'];
        const claims = ends.map((_, i) => claimOf(i));
        await claim(ledger, 'RUN1', claims);
        await complete(
          ledger,
          'RUN1',
          ...claims.map((one, i) => completionOf('RUN1', one, ends[i] ?? 'failed')),
          completionOf('RUN1', claimOf(5), 'failed', { attempts: 0 }, false),
          completionOf('RUN1', claimOf(6), 'invalid', {}, false),
        );
        const rows = await all(ledger.unfinished('RUN1', EVERY));
        expect(rows.map((row) => [row.seq, row.status])).toEqual([
          [1, 'failed'],
          [2, 'rejected'],
          [3, 'unknown'],
          [5, 'failed'],
        ]);
        expect(rows[0]).toEqual({
          seq: 1,
          file: 'leads.csv',
          record: 2,
          line: 3,
          target: 'crm',
          lead: claimOf(1).lead,
          status: 'failed',
        });
        expect(await all(ledger.unfinished('RUN1', ['unknown']))).toHaveLength(1);
      });

      it.runIf(kind.shared)('holds what was in progress once the run is dead, not before', async () => {
        await open(ledger, 'RUN1');
        await claim(ledger, 'RUN1', [claimOf(0), claimOf(1)]);
        await complete(ledger, 'RUN1', completionOf('RUN1', claimOf(1), 'failed'));
        expect(await all(other.unfinished('RUN1', EVERY))).toMatchObject([{ seq: 1, status: 'failed' }]);
        await first.die();
        expect(await all(other.unfinished('RUN1', EVERY))).toMatchObject([
          { seq: 0, status: 'sending', lead: claimOf(0).lead },
          { seq: 1, status: 'failed' },
        ]);
        expect(await all(other.unfinished('RUN1', ['failed']))).toMatchObject([{ seq: 1 }]);
      });

      it.runIf(kind.shared)('does not hold as in progress what a later run has taken over', async () => {
        await open(ledger, 'RUN1');
        await claim(ledger, 'RUN1', [claimOf(0), claimOf(1)]);
        await first.die();
        await open(other, 'RUN2');
        await claim(other, 'RUN2', [claimOf(0, { seq: 7, lead: '{"phone":"+919900099999"}' })]);
        expect(await all(other.unfinished('RUN1', EVERY))).toMatchObject([{ seq: 1 }]);
        await other.closeRun('RUN2', summaryOf('RUN2'), 1, ENDED_AT);
        expect(await all(other.unfinished('RUN2', EVERY))).toMatchObject([
          { seq: 7, status: 'sending', lead: '{"phone":"+919900099999"}' },
        ]);
      });

      it.runIf(kind.shared)('does not hold what a claim did not get', async () => {
        await open(ledger, 'RUN1');
        await claim(ledger, 'RUN1', [claimOf(0), claimOf(1)]);
        await complete(ledger, 'RUN1', completionOf('RUN1', claimOf(1), 'created'));
        await open(other, 'RUN2');
        const answers = await claim(
          other,
          'RUN2',
          [0, 2, 1].map((key, i) => claimOf(key, { seq: 7 + i })),
        );
        expect(answers.map((answer) => answer.kind)).toEqual(['busy', 'ours', 'known']);
        await other.closeRun('RUN2', summaryOf('RUN2'), 1, ENDED_AT);
        expect(await all(other.unfinished('RUN2', EVERY))).toMatchObject([
          { seq: 8, status: 'sending', lead: claimOf(2).lead },
        ]);
      });

      it.runIf(kind.followsKeys)('does not hold what another run has delivered since', async () => {
        await open(ledger, 'RUN1');
        const claims = [0, 1, 2].map((seq) => claimOf(seq));
        await claim(ledger, 'RUN1', claims);
        await complete(ledger, 'RUN1', ...claims.map((one) => completionOf('RUN1', one, 'failed')));
        await open(other, 'RUN2');
        await claim(other, 'RUN2', claims);
        const [one, two] = claims;
        if (one !== undefined) await complete(other, 'RUN2', completionOf('RUN2', one, 'created'));
        if (two !== undefined) await complete(other, 'RUN2', completionOf('RUN2', two, 'failed'));
        // The third is still in progress there.
        expect(await all(other.unfinished('RUN1', EVERY))).toMatchObject([{ seq: 1 }]);
      });

      it.runIf(kind.followsKeys)('is as it stands now: what a later run found out counts', async () => {
        await open(ledger, 'RUN1');
        const claims = [0, 1].map((seq) => claimOf(seq));
        await claim(ledger, 'RUN1', claims);
        await complete(ledger, 'RUN1', ...claims.map((one) => completionOf('RUN1', one, 'unknown')));
        await ledger.closeRun('RUN1', summaryOf('RUN1'), 1, ENDED_AT);
        await open(ledger, 'RUN2', 'RUN1');
        await claim(ledger, 'RUN2', claims);
        const [one, two] = claims;
        if (one !== undefined) await complete(ledger, 'RUN2', completionOf('RUN2', one, 'failed'));
        if (two !== undefined) await complete(ledger, 'RUN2', completionOf('RUN2', two, 'unknown'));
        await ledger.closeRun('RUN2', summaryOf('RUN2'), 1, ENDED_AT);
        expect(await all(ledger.unfinished('RUN1', ['unknown']))).toMatchObject([
          { seq: 1, status: 'unknown' },
        ]);
        expect(await all(ledger.unfinished('RUN1', ['failed']))).toMatchObject([
          { seq: 0, status: 'failed' },
        ]);
      });

      it.runIf(kind.followsKeys)('does not feed a retry with its own results', async () => {
        await open(ledger, 'RUN1');
        const claims = [0, 1].map((seq) => claimOf(seq));
        await claim(ledger, 'RUN1', claims);
        await complete(ledger, 'RUN1', ...claims.map((one) => completionOf('RUN1', one, 'rejected')));
        await ledger.closeRun('RUN1', summaryOf('RUN1'), 1, ENDED_AT);
        await open(ledger, 'RUN2', 'RUN1');
        await claim(ledger, 'RUN2', claims);
        await complete(ledger, 'RUN2', ...claims.map((one) => completionOf('RUN2', one, 'rejected')));
        expect(await all(ledger.unfinished('RUN1', EVERY, 'RUN2'))).toEqual([]);
        await ledger.closeRun('RUN2', summaryOf('RUN2'), 1, ENDED_AT);
        expect(await all(ledger.unfinished('RUN1', EVERY))).toMatchObject([{ seq: 0 }, { seq: 1 }]);
      });

      it.runIf(kind.followsKeys)('holds a duplicate once, as the last that was tried', async () => {
        await open(ledger, 'RUN1');
        await claim(ledger, 'RUN1', [claimOf(0)]);
        await complete(ledger, 'RUN1', completionOf('RUN1', claimOf(0), 'rejected'));
        const duplicate = claimOf(0, { seq: 5, record: 6 });
        await claim(ledger, 'RUN1', [duplicate]);
        await complete(ledger, 'RUN1', completionOf('RUN1', duplicate, 'rejected'));
        expect(await all(ledger.unfinished('RUN1', EVERY))).toMatchObject([{ seq: 5, record: 6 }]);
      });

      it.runIf(kind.followsKeys && kind.shared)(
        'holds what a retry that died left, so that none is lost',
        async () => {
          await open(ledger, 'RUN1');
          const claims = [0, 1, 2, 3].map((seq) => claimOf(seq));
          await claim(ledger, 'RUN1', claims);
          const [flying, , , created] = claims;
          if (created !== undefined) await complete(ledger, 'RUN1', completionOf('RUN1', created, 'created'));
          await first.die();
          const second = await world.boot();
          await open(second.ledger, 'RUN2', 'RUN1');
          // The retry takes over two, ends one of them as failed and dies.
          await claim(second.ledger, 'RUN2', claims.slice(0, 2));
          if (flying !== undefined)
            await complete(second.ledger, 'RUN2', completionOf('RUN2', flying, 'failed'));
          expect((await all(other.unfinished('RUN1', EVERY))).map((row) => row.record).sort()).toEqual([
            1, 3,
          ]);
          await second.die();
          const rows = await all(other.unfinished('RUN1', EVERY));
          expect(rows.map((row) => [row.record, row.status]).sort()).toEqual([
            [1, 'failed'],
            [2, 'sending'],
            [3, 'sending'],
          ]);
        },
      );
    });

    describe.runIf(kind.followsKeys)('what later runs made of a run', () => {
      /** RUN1 leaves four leads open and ends; the first two are claimed, the last never was. */
      async function leftOpen(start: Partial<RunStart> = {}): Promise<void> {
        await ledger.openRun({ ...START, id: 'RUN1', ...start });
        const claims = [0, 1, 2, 4].map((seq) => claimOf(seq));
        await claim(ledger, 'RUN1', claims);
        await complete(
          ledger,
          'RUN1',
          completionOf('RUN1', claimOf(0), 'unknown'),
          completionOf('RUN1', claimOf(1), 'unknown'),
          completionOf('RUN1', claimOf(2), 'rejected'),
          completionOf('RUN1', claimOf(3), 'failed', { attempts: 0 }, false),
          completionOf('RUN1', claimOf(4), 'created'),
        );
        await ledger.closeRun('RUN1', { ...summaryOf('RUN1'), interrupted: 'SIGINT' }, 130, ENDED_AT);
      }

      /** RUN2 settles the first, leaves the second unknown, and sends the one that was never claimed. */
      async function goOn(): Promise<void> {
        await open(ledger, 'RUN2');
        const [first, second, never] = [0, 1, 3].map((key, i) => claimOf(key, { seq: i }));
        if (first === undefined || second === undefined || never === undefined) throw new Error('no claims');
        await claim(ledger, 'RUN2', [first, second, never]);
        await complete(
          ledger,
          'RUN2',
          completionOf('RUN2', first, 'created', { leadId: '17' }),
          completionOf('RUN2', second, 'unknown'),
          completionOf('RUN2', never, 'created', { leadId: '18' }),
        );
      }

      it('stands with each result', async () => {
        await leftOpen();
        expect((await all(ledger.results('RUN1'))).map(({ now }) => now)).toEqual(Array(5).fill(null));
        await goOn();
        const later = { run: 'RUN2', at: ENDED_AT };
        expect((await all(other.results('RUN1'))).map(({ now }) => now)).toEqual([
          { status: 'created', leadId: '17', ...later },
          { status: 'unknown', leadId: null, ...later },
          null,
          { status: 'created', leadId: '18', ...later },
          null,
        ]);
        // Not the other way round: what an earlier run left is no news.
        expect((await all(other.results('RUN2'))).map(({ now }) => now)).toEqual([null, null, null]);
        expect((await all(ledger.results('RUN1', ['created']))).map(({ seq }) => seq)).toEqual([0, 3, 4]);
        expect((await all(ledger.results('RUN1', ['unknown']))).map(({ seq }) => seq)).toEqual([1]);
      });

      it('is counted', async () => {
        await leftOpen();
        expect(await ledger.changes('RUN1')).toEqual([]);
        await goOn();
        const by = 'RUN2';
        expect(await other.changes('RUN1')).toEqual([
          { was: 'failed', now: 'created', by, count: 1 },
          { was: 'unknown', now: 'created', by, count: 1 },
          { was: 'unknown', now: 'unknown', by, count: 1 },
        ]);
        expect(await other.changes('RUN2')).toEqual([]);
      });

      it('counts once what none of the purged runs delivered, unless another still has it', async () => {
        await leftOpen();
        await goOn();
        // On two nights the target was down before this one was tried.
        const untried = claimOf(7);
        for (const run of ['RUN2', 'RUN3']) {
          if (run === 'RUN3') await open(ledger, run);
          await complete(ledger, run, completionOf(run, untried, 'failed', { attempts: 0 }, false));
          await ledger.closeRun(run, summaryOf(run), 1, ENDED_AT);
        }
        // What is left is still there, and retry could send it.
        expect(await other.undelivered(['RUN1'])).toBe(0);
        expect(await other.purge(AFTER)).toBe(3);
        expect(await other.undelivered(['RUN1', 'RUN2', 'RUN3'])).toBe(3);
        expect(await other.undelivered(['RUN2', 'RUN3'])).toBe(2);
        expect(await other.undelivered([])).toBe(0);
      });

      it('leaves to a retry only what no run has delivered', async () => {
        await leftOpen();
        await goOn();
        // Not the one that RUN1 never claimed and RUN2 delivered.
        expect(await all(other.unfinished('RUN1', EVERY))).toMatchObject([
          { seq: 1, status: 'unknown' },
          { seq: 2, status: 'rejected' },
        ]);
      });

      /** RUN2 meets all that RUN1 had, and ends like this. */
      async function again(
        summary: Partial<Summary>,
        start: Partial<Parameters<Ledger['openRun']>[0]> = {},
        met: readonly number[] = [0, 1, 2, 3, 4],
      ): Promise<void> {
        await ledger.openRun({
          id: 'RUN2',
          command: 'send',
          startedAt: ENDED_AT,
          files: ['leads.csv'],
          targets: ['crm'],
          parent: null,
          ...start,
        });
        const ends = met.map((key, seq) =>
          completionOf('RUN2', claimOf(key, { seq }), 'duplicate', {}, false),
        );
        await complete(ledger, 'RUN2', ...ends);
        await ledger.closeRun('RUN2', { ...summaryOf('RUN2'), ...summary }, 0, ENDED_AT);
      }

      it.each<[string, Parameters<typeof again>, string | null]>([
        ['a run that met all of it', [{}], 'RUN2'],
        ['one of which it is kept where it sent, too', [{}, { sentTo: [PLACE] }], 'RUN2'],
        ['not one that was interrupted itself', [{ interrupted: 'SIGTERM' }], null],
        ['not one that did not read to the end', [{ unread: true }], null],
        ['not one of another file', [{}, { files: ['b.csv'] }], null],
        ['not one to another target', [{}, { targets: ['p'] }], null],
        ['not its retry', [{}, { command: 'retry', parent: 'RUN1' }], null],
        ['not one of a file that was replaced under its name', [{}, {}, [0, 1, 7]], null],
      ])('is finished by %s', async (_, given, expected) => {
        await leftOpen();
        expect(await ledger.finishedBy('RUN1')).toBeNull();
        await again(...given);
        expect(await other.finishedBy('RUN1')).toBe(expected);
        expect(await other.finishedBy('RUN2')).toBeNull();
      });

      const HERE = { files: ['l.csv', '-'], paths: ['/srv/l.csv', '-'] };
      const OLDER = { files: ['l.csv', '-'] };
      const WHOLE = { files: ['/srv/l.csv', '-'], paths: ['/srv/l.csv', '-'] };

      it.each<[string, Partial<RunStart>, Partial<RunStart>, string | null]>([
        ['with its path, then by its name', WHOLE, HERE, 'RUN2'],
        ['by its name, then with its path', HERE, WHOLE, 'RUN2'],
        ['by its name, then from another folder', HERE, { ...HERE, files: ['srv/l.csv', '-'] }, 'RUN2'],
        ['by its name, then another of this name', HERE, { ...HERE, paths: ['/data/l.csv', '-'] }, null],
        ['by its name in an older version', OLDER, HERE, 'RUN2'],
        [
          'by its name in an older version, then another',
          OLDER,
          { files: ['m.csv', '-'], paths: ['/srv/m.csv', '-'] },
          null,
        ],
        ['with another', HERE, { files: ['l.csv'], paths: ['/srv/l.csv'] }, null],
      ])('is finished by a run of the same file, named %s', async (_, was, then, expected) => {
        await leftOpen(was);
        await again({}, then);
        expect(await other.finishedBy('RUN1')).toBe(expected);
        expect((await other.runs()).map(({ files }) => files)).toEqual([then.files, was.files]);
        await other.purge(AFTER);
        expect((await other.findRuns('RUN1'))[0]?.files).toEqual(['(forgotten)', '-']);
      });

      /** RUN1 is killed with one lead in progress, before its first result. */
      async function killedAtOnce(start: Partial<RunStart> = {}): Promise<void> {
        await ledger.openRun({ ...START, id: 'RUN1', ...start });
        await claim(ledger, 'RUN1', [claimOf(0, { submissionId: 'RUN1-0' })]);
        await first.die();
      }

      /** RUN2 meets these of its keys, of which the first was taken over. */
      async function goOnWith(start: Partial<RunStart>, met: readonly number[], more: Partial<Summary> = {}) {
        await other.openRun({ ...START, id: 'RUN2', ...start });
        for (const [seq, key] of met.entries()) {
          await claim(other, 'RUN2', [claimOf(key, { seq, submissionId: `RUN2-${seq}` })]);
          await complete(other, 'RUN2', completionOf('RUN2', claimOf(key, { seq }), 'created'));
        }
        await other.closeRun('RUN2', { ...summaryOf('RUN2'), ...more }, 0, ENDED_AT);
      }

      const FLAGS = { files: [] } as const;
      const RETRY = { files: [], command: 'retry', parent: 'RUN1' } as const;

      it.runIf(kind.shared).each<[string, Partial<RunStart>, Parameters<typeof goOnWith>, string | null]>([
        ['the same file', {}, [{}, [0, 1]], 'RUN2'],
        ['a file that was replaced under its name', {}, [{}, [1]], null],
        ['the same file, not to its end', {}, [{}, [0], { unread: true }], null],
        ['a retry, which reads no more of the file', {}, [RETRY, [0]], null],
        ['the retry of one lead from flags', FLAGS, [RETRY, [0]], 'RUN2'],
        ['a retry that met nothing', FLAGS, [RETRY, []], null],
        ['the same lead from flags', FLAGS, [FLAGS, [0]], 'RUN2'],
        ['another lead from flags', FLAGS, [FLAGS, [1]], null],
        [
          'a retry of two targets, where one had no turn',
          { files: [], targets: ['crm', 'p'] },
          [RETRY, [0]],
          null,
        ],
        ['a retry of two targets', { files: [], targets: ['crm', 'p'] }, [RETRY, [0, 1]], 'RUN2'],
      ])('that was killed before its first result, then %s', async (_, start, then, expected) => {
        await killedAtOnce(start);
        const running = async () => (await other.findRuns('RUN1')).map(({ inProgress }) => inProgress);
        expect(await running()).toEqual([1]);
        expect(await other.finishedBy('RUN1')).toBeNull();
        await goOnWith(...then);
        expect(await running()).toEqual([then[1].includes(0) ? 0 : 1]);
        expect(await other.finishedBy('RUN1')).toBe(expected);
      });

      it.runIf(kind.shared)('keeps what it had in progress, as others have gone on with it', async () => {
        await ledger.openRun({ ...START, id: 'RUN1' });
        // A result of its own, which another run takes over as unknown; one that is taken over; one that is not.
        const mine = [0, 1, 2].map((seq) => claimOf(seq, { submissionId: `RUN1-${seq}` }));
        await claim(ledger, 'RUN1', mine);
        await complete(ledger, 'RUN1', completionOf('RUN1', claimOf(0), 'unknown'));
        await first.die();
        const flights = async () =>
          (await other.inFlight('RUN1')).map(({ seq, target, record, lead, now, result }) => [
            [seq, target, record, lead === null],
            [now?.run, now?.status, result?.run, result?.status],
          ]);
        const { target, record } = claimOf(1);
        const left = [
          [2, target, claimOf(2).record, false],
          [undefined, undefined, undefined, undefined],
        ];
        const none = [undefined, undefined, undefined, undefined];
        expect(await flights()).toEqual([[[1, target, record, false], none], left]);
        await other.openRun({ ...START, id: 'RUN2' });
        for (const key of [0, 1])
          await claim(other, 'RUN2', [claimOf(key, { seq: key + 5, submissionId: `RUN2-${key + 5}` })]);
        const sending = ['RUN2', 'sending', undefined, undefined];
        expect(await flights()).toEqual([[[1, target, record, false], sending], left]);
        for (const key of [0, 1])
          await complete(other, 'RUN2', completionOf('RUN2', claimOf(key, { seq: key + 5 }), 'created'));
        const ended = ['RUN2', 'created', 'RUN2', 'created'];
        expect(await flights()).toEqual([[[1, target, record, true], ended], left]);
        expect(await other.inFlight('RUN2')).toEqual([]);
      });

      it.runIf(kind.shared)(
        'that was killed before it claimed anything is finished by the same file',
        async () => {
          await ledger.openRun({ ...START, id: 'RUN1' });
          await first.die();
          await goOnWith({}, [0]);
          expect(await other.finishedBy('RUN1')).toBe('RUN2');
        },
      );

      it.runIf(kind.shared)('is not finished while something of it is in progress', async () => {
        await open(ledger, 'RUN1');
        await claim(ledger, 'RUN1', [claimOf(0), claimOf(9)]);
        await complete(ledger, 'RUN1', completionOf('RUN1', claimOf(0), 'created'));
        await first.die();
        await open(other, 'RUN2');
        await complete(other, 'RUN2', completionOf('RUN2', claimOf(0), 'duplicate', {}, false));
        await other.closeRun('RUN2', summaryOf('RUN2'), 0, ENDED_AT);
        expect(await other.finishedBy('RUN1')).toBeNull();
      });
    });

    describe.runIf(kind.followsKeys)('rows that a person has seen', () => {
      it('are known to every other run, of the first that noted them', async () => {
        await ledger.note('RUN1', ['a', 'b']);
        expect(await ledger.noted('RUN1', ['a', 'b', 'c'])).toEqual(new Set());
        expect(await other.noted('RUN2', ['a', 'b', 'c'])).toEqual(new Set(['a', 'b']));
        await other.note('RUN2', ['b', 'c', 'c']);
        expect(await other.noted('RUN2', ['a', 'b', 'c'])).toEqual(new Set(['a', 'b']));
        expect(await ledger.noted('RUN1', ['a', 'b', 'c'])).toEqual(new Set(['c']));
        expect(await ledger.noted('RUN1', [])).toEqual(new Set());
      });

      it('stay known after a purge', async () => {
        await open(ledger, 'RUN1');
        await ledger.note('RUN1', ['a']);
        await ledger.closeRun('RUN1', summaryOf('RUN1'), 1, ENDED_AT);
        expect(await ledger.purge(AFTER)).toBe(1);
        expect(await other.noted('RUN2', ['a'])).toEqual(new Set(['a']));
      });
    });

    describe('runs', () => {
      it('are kept with where they sent, as far as that is known', async () => {
        const targets = ['a', 'crm'];
        await ledger.openRun({ ...START, id: 'RUN1', targets, sentTo: [PLACE] });
        await ledger.openRun({ ...START, id: 'RUN2', targets });
        const [second, found] = await other.runs();
        expect(found).toMatchObject({ targets, sentTo: [PLACE] });
        expect([second?.targets, second?.sentTo]).toEqual([targets, undefined]);
      });

      it('are listed newest first, with how they stand', async () => {
        await open(ledger, 'AB12CD34');
        await open(other, 'AB99ZZ00', 'AB12CD34');
        await ledger.closeRun('AB12CD34', summaryOf('AB12CD34'), 3, ENDED_AT);
        expect(await other.runs()).toMatchObject([
          {
            id: 'AB99ZZ00',
            command: 'retry',
            parent: 'AB12CD34',
            state: 'running',
            endedAt: null,
            exitStatus: null,
            summary: null,
          },
          {
            id: 'AB12CD34',
            command: 'send',
            files: ['leads.csv'],
            targets: ['crm'],
            state: 'ended',
            endedAt: ENDED_AT,
            exitStatus: 3,
            summary: summaryOf('AB12CD34'),
          },
        ]);
      });

      it.each([
        ['ab', 2],
        ['AB1', 1],
        ['ab99zz00', 1],
        ['B1', 0],
        ['%', 0],
        ['', 2],
      ])('are found by %j: %i', async (prefix, found) => {
        await open(ledger, 'AB12CD34');
        await open(ledger, 'AB99ZZ00');
        expect(await ledger.findRuns(prefix)).toHaveLength(found);
      });

      it.runIf(kind.shared)('have died when their process has', async () => {
        await open(ledger, 'RUN1');
        await ledger.renew('RUN1');
        expect(await other.runs()).toMatchObject([{ state: 'running' }]);
        await first.die();
        expect(await other.runs()).toMatchObject([{ state: 'died', endedAt: null }]);
      });
    });

    describe('a digest', () => {
      it('is short, the same for the same text, and another for another', async () => {
        const digest = ledger.digest('["anarock","+919988776655"]');
        expect(digest).toMatch(/^[\w-]{22}$/);
        expect(other.digest('["anarock","+919988776655"]')).toBe(digest);
        expect(ledger.digest('["anarock","+919988776656"]')).not.toBe(digest);
      });
    });
  });
}
