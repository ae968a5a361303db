// What the proofs share: files of leads, the sandbox's own count of what arrived, and chance that can be repeated.
import { randomInt } from 'node:crypto';
import { type Desk, type Ended, type Line, linesOf, type SandboxProcess } from '../cli/leadpush.ts';

/** A seed for this proof: PROOF_SEED repeats a run; it is printed, so that a failure can be played again. */
export function proofSeed(): number {
  const seed = Number(process.env['PROOF_SEED'] ?? randomInt(10 ** 9));
  console.log(`PROOF_SEED=${seed}`);
  return seed;
}

/** A CSV of so many leads, each with a phone of its own. @param from the first one's number */
export function leadsCsv(count: number, from = 0): string {
  const rows = Array.from({ length: count }, (_, i) => `Lead ${from + i},${phoneOf(from + i)}`);
  return `name,phone\n${rows.join('\n')}\n`;
}

/** E.164, different for each number below 7 million, and none that looks made up. */
export function phoneOf(n: number): string {
  return `+91${9_104_273_591 + n * 127}`;
}

/** The sandbox's counters, as it counts them itself. */
export interface Stats {
  readonly posts: number;
  readonly created: number;
  readonly duplicate: number;
  readonly overConcurrent: number;
  readonly overRate: number;
  readonly mostAtOnce: number;
  readonly asks: number;
  readonly faults: Readonly<Record<string, number>>;
}

export async function statsOf(sandbox: SandboxProcess): Promise<Stats> {
  const answer = await fetch(`${sandbox.url}/__sandbox/stats`);
  const stats: Stats = JSON.parse(await answer.text());
  return stats;
}

/** Other faults from now on; an empty text ends them. */
export async function setFaults(sandbox: SandboxProcess, faults: string): Promise<void> {
  const answer = await fetch(`${sandbox.url}/__sandbox/faults`, { method: 'POST', body: faults });
  if (answer.status !== 200) throw new Error(await answer.text());
}

/** Resolves when the sandbox has taken so many leads. */
export async function untilTaken(sandbox: SandboxProcess, count: number): Promise<void> {
  while ((await statsOf(sandbox)).created < count) await pause(3);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The last ten digits of each lead that the sandbox holds, in its order. */
export async function takenPhones(sandbox: SandboxProcess): Promise<readonly string[]> {
  return (await sandbox.leads()).map((lead) => national(lead['phone']));
}

/** The last ten digits of an Indian number, in whatever form. */
export function national(phone: unknown): string {
  return String(phone).replace(/\D/g, '').slice(-10);
}

export interface Told {
  readonly results: readonly Line[];
  readonly summary: Line;
}

/** What a `--json` run told. */
export function toldBy(ended: Ended): Told {
  const lines = linesOf(ended.stdout);
  const summary = lines.at(-1);
  if (summary?.['type'] !== 'summary') throw new Error(`no summary: ${ended.stdout}\n${ended.stderr}`);
  return { results: lines.slice(0, -1), summary };
}

const STATUSES = ['created', 'duplicate', 'skipped', 'invalid', 'rejected', 'failed', 'unknown'];

/** How many results the summary counts. */
export function countedIn(summary: Line): number {
  return STATUSES.reduce((sum, status) => sum + Number(summary[status]), 0);
}

/** Those that are there more than once. */
export function twice(values: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return values.filter((value) => seen.size === seen.add(value).size);
}

/** Writes `c.yaml` with the sandbox's targets. @param limits more lines of both targets, each with four blanks in front */
export function configure(desk: Desk, sandbox: SandboxProcess, limits: string): void {
  desk.write('c.yaml', sandbox.config.replaceAll(/^( {4})defaults:/gm, `${limits}$1defaults:`));
}

/** `send FILE --to TARGET` with the desk's configuration and a ledger of its own. */
export function sendArgs(file: string, target: string, more: readonly string[] = []): readonly string[] {
  return ['send', file, '--to', target, '--config', 'c.yaml', '--ledger', 'ledger.db', '--json', ...more];
}
