// The sending of a smoke test: a run of one lead, which says where it waits, and gives up in time.
import type { Context } from '../../app/context.ts';
import { knownResults } from '../../app/expected.ts';
import { beginRun, endRun } from '../../app/open-ledger.ts';
import { sayWaits } from '../../app/say-waits.ts';
import { runLeads } from '../../delivery/delivery-run.ts';
import type { Result, TargetStop } from '../../delivery/outcome.ts';
import type { RunState } from '../../delivery/run-options.ts';
import type { LeadInput, Target } from '../../delivery/submission.ts';
import type { Ledger, SentTo } from '../../ledger/ledger.ts';
import { exitStatus } from '../../output/exit-status.ts';
import { commandLine } from '../../output/next-commands.ts';
import { startProgress } from '../../output/progress.ts';
import { progressText } from '../../output/progress-text.ts';
import { streamStyle } from '../../output/style.ts';
import type { Patience } from './smoke-patience.ts';

export interface Sending {
  readonly target: Target;
  /** Where it sends, for the history. */
  readonly sentTo: readonly SentTo[];
  readonly input: LeadInput;
  readonly run: string;
  readonly ledger: Ledger;
  readonly noLedger: boolean;
  readonly json: boolean;
  /** `--config` and `--ledger`, for the commands in its result. */
  readonly places: readonly string[];
  readonly patience: Patience;
}

export interface SentOne {
  /** Null where there was no result. */
  readonly sent: Result | null;
  /** Why nothing more would be sent to the target; null: it goes on. */
  readonly stop: TargetStop | null;
  /** Something of it has reached the provider. */
  readonly answered: boolean;
  /** Unix ms until which the provider asks to wait; null: it asks for nothing. */
  readonly until: number | null;
}

export async function sendOne(sending: Sending, context: Context): Promise<SentOne> {
  const { target, input, run, ledger, patience, places } = sending;
  const { sentTo } = sending;
  const about = {
    id: run,
    command: 'smoke',
    files: [],
    targets: [target.name],
    sentTo,
    parent: null,
  } as const;
  await beginRun(ledger, about, context);
  const seen: { look: (() => RunState) | null } = { look: null };
  let sent: Result | null = null;
  const hideWaits = await showWaits(
    () => withTimeLeft(seen.look?.() ?? null, patience),
    sending.json,
    context,
  );
  try {
    const { summary } = await runLeads(
      (async function* () {
        yield [input];
      })(),
      {
        ...{ run, targets: [target], resend: false, resendUnknown: false, maxFailures: null },
        // An earlier smoke test has used the same number.
        patient: true,
        notKept: sending.noLedger,
        commandLine: commandLine(run, { retry: places, places }),
      },
      {
        clock: context.clock,
        ledger,
        drain: patience.drain,
        abort: patience.abort,
        watch: (look) => {
          seen.look = look;
          patience.watch(look);
        },
        emit: async ([first]) => {
          sent = first?.result ?? null;
          return undefined;
        },
      },
    );
    patience.watch(null);
    await endRun(ledger, summary, exitStatus(summary), context);
    const [end] = seen.look?.().targets ?? [];
    const { answered = false, askedMs = 0 } = end?.patience ?? {};
    const until = askedMs === 0 ? null : context.clock.now() + askedMs;
    return { sent, stop: summary.stops[0] ?? null, answered, until };
  } finally {
    hideWaits();
  }
}

/** Whatever the provider asks for: the time for all of it may be up before. */
function withTimeLeft(state: RunState | null, { leftMs }: Patience): RunState | null {
  if (state === null) return null;
  const targets = state.targets.map((target) => ({
    ...target,
    patience: {
      ...target.patience,
      givesUpMs: Math.min(leftMs(), target.patience.givesUpMs ?? Number.POSITIVE_INFINITY),
    },
  }));
  return { ...state, targets };
}

/** The live line on a terminal, notes in a log: as `send`. @returns stops it */
async function showWaits(look: () => RunState | null, json: boolean, context: Context): Promise<() => void> {
  const { stdout, stderr, env } = context;
  const style = streamStyle(stderr, env);
  if (!style.live || (json && stdout.isTTY)) return sayWaits(look, context);
  const expected = knownResults(1).now();
  const progress = await startProgress(stderr, style, () => {
    const now = look();
    return now === null ? 'starting' : progressText(now, { expected, rate: null, columns: style.width });
  });
  return progress.stop;
}
