// Worlds for the ledger's contract: SQLite in a file or in private, and the simulation's model, each with processes
// that are started and killed by the test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { ProcessTable } from '../../src/ledger/process-table.ts';
import { type LedgerDeps, openLedger } from '../../src/ledger/sqlite/ledger.ts';
import { type Clock, systemClock } from '../../src/util/clock.ts';
import { emptyDisk, modelLedger } from '../delivery/sim/model-ledger.ts';
import type { LedgerWorld } from './contract.ts';

/** Processes of one machine that exist only here. */
class Machine {
  readonly #living = new Set<number>();
  #pid = 100;

  boot(): { readonly probe: ProcessTable; readonly die: () => void } {
    const pid = ++this.#pid;
    this.#living.add(pid);
    return {
      probe: {
        self: { pid, startTime: String(pid * 7), boot: 'test' },
        startTimeOf: (other) => (this.#living.has(other) ? String(other * 7) : null),
      },
      die: () => this.#living.delete(pid),
    };
  }
}

export function tempFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'leadpush-ledger-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A ledger of this very process, which lives as long as the test. */
export function openHere(file: string | null, deps: Partial<LedgerDeps> = {}): Promise<Ledger> {
  return openLedger(file, { clock: systemClock, probe: new Machine().boot().probe, ...deps });
}

export async function fileWorld(clock: Clock = systemClock): Promise<LedgerWorld> {
  const folder = tempFolder();
  const machine = new Machine();
  const opened: Ledger[] = [];
  return {
    boot: async () => {
      const { probe, die } = machine.boot();
      const ledger = await openLedger(join(folder.path, 'ledger.db'), { clock, probe });
      opened.push(ledger);
      return { ledger, die: async () => die() };
    },
    end: async () => {
      for (const ledger of opened) await ledger.close();
      folder.remove();
    },
  };
}

export async function privateWorld(): Promise<LedgerWorld> {
  const ledger = await openHere(null);
  return {
    boot: async () => ({ ledger, die: async () => {} }),
    end: () => ledger.close(),
  };
}

export async function modelWorld(clock: Clock = systemClock): Promise<LedgerWorld> {
  const disk = emptyDisk();
  const machine = new Machine();
  const owners = new Map<string, number>();
  return {
    boot: async () => {
      const { probe, die } = machine.boot();
      const ledger = modelLedger({
        disk,
        isAlive: (run) => {
          const pid = owners.get(run);
          const ended = disk.runs.get(run)?.endedAt ?? null;
          return pid !== undefined && ended === null && probe.startTimeOf(pid) !== null;
        },
        io: async () => {},
        now: () => new Date(clock.now()).toISOString(),
      });
      return {
        ledger: {
          ...ledger,
          openRun: (run) => {
            owners.set(run.id, probe.self.pid);
            return ledger.openRun(run);
          },
        },
        die: async () => {
          die();
        },
      };
    },
    end: async () => {},
  };
}
