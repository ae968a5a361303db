// The steps of a smoke test and its result, for people.
import { plain } from '../util/plain.ts';

/** One step of a smoke test. */
export interface SmokeStep {
  readonly name: 'sign and send' | 'read back' | 'compare';
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly durationMs: number;
  readonly message: string;
}

/** One line a step. */
export function stepsText(steps: readonly SmokeStep[]): string {
  return steps
    .map(
      ({ name, status, durationMs, message }) =>
        `${status.padEnd(7)}  ${name.padEnd(13)}  ${String(durationMs).padStart(6)} ms  ${plain(message)}\n`,
    )
    .join('');
}

/**
 * The result and what to do next.
 * @param unsent the command that helps where the lead was not accepted
 * @param told the provider answered what it has for the phone
 */
export function closingText(
  target: string,
  steps: readonly SmokeStep[],
  unsent: string,
  told: boolean,
): string {
  const wrong = steps.find((step) => step.status === 'failed');
  const seconds = (steps.reduce((sum, step) => sum + step.durationMs, 0) / 1000).toFixed(1);
  if (wrong === undefined) return `Smoke test of ${target} passed in ${seconds} s.\n`;
  const next =
    wrong.name === 'sign and send'
      ? `Next: ${unsent}`
      : told
        ? 'Next: look up the lead at the provider; it stored something else than what was sent.'
        : 'Next: look up the lead at the provider; what it stored could not be read.';
  return `Smoke test of ${target} failed at "${wrong.name}".\n${next}\n`;
}
