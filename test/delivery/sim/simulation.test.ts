// The engine under seeded faults and crashes. SEEDS=100000 plays more, from FIRST_SEED on; SEED=123 plays one alone.
import { describe, expect, it } from 'vitest';
import { type Defects, type Outcome, simulate } from './simulate.ts';

const SEEDS = Number(process.env['SEEDS'] ?? 500);
const FIRST = Number(process.env['FIRST_SEED'] ?? 1);
const ONE = process.env['SEED'];

async function firstProblem(defects: Defects, seeds: number, like = /./, first = 1): Promise<Outcome | null> {
  for (let seed = first; seed < first + seeds; seed++) {
    const outcome = await simulate(seed, defects);
    if (outcome.problems.some((problem) => like.test(problem))) return outcome;
  }
  return null;
}

describe('simulation', () => {
  it.runIf(ONE !== undefined)(`seed ${ONE}`, async () => {
    expect((await simulate(Number(ONE))).problems).toEqual([]);
  });

  it.runIf(ONE === undefined)(
    `${SEEDS} seeds of faults and crashes, from ${FIRST}`,
    async () => {
      const broken: string[] = [];
      let runs = 0;
      for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
        const outcome = await simulate(seed);
        runs += outcome.runs;
        if (outcome.problems.length > 0) {
          broken.push(
            `seed ${seed}: ${outcome.problems.join('; ')}\n  alone: SEED=${seed} npx vitest run --config test/vitest.config.ts test/delivery/sim`,
          );
        }
        if (broken.length >= 5) break;
      }
      expect(broken.join('\n')).toBe('');
      // Most seeds are to crash: a simulation that never dies proves little.
      expect(runs).toBeGreaterThan(SEEDS * 1.5);
    },
    600_000,
  );

  it('notices requests that leave before their intent is durable', async () => {
    const outcome = await firstProblem({ intentAfterSend: true }, 50);
    expect(outcome?.problems.join()).toMatch(/without a durable intent/);
  });

  it('notices lost answers that are taken for "did not arrive"', async () => {
    const outcome = await firstProblem({ noReconciliation: true }, 200);
    expect(outcome?.problems.join()).toMatch(
      /was taken \d+ times|the provider took it from a request before/,
    );
  });

  it('notices a lead that is said to have failed although its request was taken', async () => {
    const outcome = await firstProblem({ resetIsTurnedAway: true }, 100, /was failed/);
    expect(outcome?.problems.join()).toMatch(/the provider took it from a request before/);
  });

  it('notices a newcomer that does not wait for the places of the others', async () => {
    const outcome = await firstProblem({ noWaiting: true }, 100, /at once, where/);
    expect(outcome?.problems.join()).toMatch(/requests at once, where \d are allowed/);
  });

  it('notices two leads of a phone in progress at once', async () => {
    const outcome = await firstProblem({ noPhones: true }, 50, /of one phone/);
    expect(outcome?.problems.join()).toMatch(/leads of one phone at once/);
  });

  it('notices a paused run that goes on with claims of another', async () => {
    const outcome = await firstProblem({ noFence: true }, 300);
    expect(outcome?.problems.join()).toMatch(/without a durable intent|was taken \d+ times/);
  });
});
