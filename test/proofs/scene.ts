// What the proofs share: files of many leads, a seeded chance, and what sandbox and results say of the same leads.
import { Desk, type Line, linesOf, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';

export interface Scene {
  readonly desk: Desk;
  readonly sandbox: SandboxProcess;
  /** `leadpush send … --config c.yaml --json` */
  readonly sending: (args: readonly string[]) => readonly string[];
  readonly close: () => Promise<void>;
}

/** @param sandboxArgs such as `--latency 20ms` @param settings more lines for both targets, YAML at their indent */
export async function openScene(sandboxArgs: readonly string[], settings = ''): Promise<Scene> {
  const desk = new Desk();
  const sandbox = await startSandbox(desk, sandboxArgs);
  const config =
    settings === ''
      ? sandbox.config
      : sandbox.config.replaceAll('    defaults:', `    ${settings}\n    defaults:`);
  desk.write('c.yaml', config);
  return {
    desk,
    sandbox,
    sending: (args) => ['send', ...args, '--config', 'c.yaml', '--json'],
    close: async () => {
      await sandbox.close();
      desk.remove();
    },
  };
}

/** A CSV of `count` leads with phones of their own. */
export function leadsFile(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => `Lead ${i},98${String(i).padStart(8, '0')}`);
  return `Name,Phone\n${rows.join('\n')}\n`;
}

/** Last digits of the phones that the sandbox holds, in order, one for each time a lead was taken. */
export async function heldPhones(sandbox: SandboxProcess): Promise<readonly string[]> {
  return (await sandbox.leads()).map((lead) => String(lead['phone']).slice(-10)).sort();
}

export function resultsOf(stdout: string): readonly Line[] {
  return linesOf(stdout).filter((line) => line['type'] === 'result');
}

export function summaryOf(stdout: string): Line {
  return linesOf(stdout).find((line) => line['type'] === 'summary') ?? {};
}

const STATUSES = ['created', 'duplicate', 'skipped', 'invalid', 'rejected', 'failed', 'unknown'];

/** The sum of a summary's counts. */
export function total(summary: Line): number {
  return STATUSES.reduce((sum, status) => sum + Number(summary[status]), 0);
}

/** mulberry32 */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Times `of` that stand more than once in a sorted list. */
export function repeated(sorted: readonly string[]): readonly string[] {
  return [...new Set(sorted.filter((phone, i) => phone === sorted[i - 1]))];
}
