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
 * @param next what helps where a step failed
 * @param signal what interrupted it, or null
 */
export function closingText(
  target: string,
  steps: readonly SmokeStep[],
  next: string,
  signal: string | null,
): string {
  const wrong = steps.find((step) => step.status === 'failed');
  const seconds = (steps.reduce((sum, step) => sum + step.durationMs, 0) / 1000).toFixed(1);
  if (wrong === undefined) return `Smoke test of ${plain(target)} passed in ${seconds} s.\n`;
  const how = signal === null ? 'failed' : `was interrupted (${signal})`;
  return `Smoke test of ${plain(target)} ${how} at "${wrong.name}".\nNext: ${next}\n`;
}
