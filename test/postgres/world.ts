// A world for the ledger's contract on PostgreSQL: each has a schema of its own, and a process that dies has its lease run
// out.
import { randomBytes } from 'node:crypto';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { parseAddress } from '../../src/ledger/postgres/address.ts';
import { openPostgresLedger, type PostgresDeps } from '../../src/ledger/postgres/ledger.ts';
import { systemClock } from '../../src/util/clock.ts';
import type { LedgerWorld } from '../ledger/contract.ts';
import { addressOf, type Cluster, psql, sharedCluster } from './cluster.ts';

export interface Store {
  readonly cluster: Cluster;
  readonly schema: string;
  /** With nothing that belongs to this user alone. */
  readonly address: string;
  readonly open: (deps?: Partial<PostgresDeps>) => Promise<Ledger>;
  readonly sql: (text: string) => string;
  readonly end: () => Promise<void>;
}

export async function newStore(): Promise<Store> {
  const cluster = await sharedCluster();
  const schema = `t_${randomBytes(6).toString('hex')}`;
  const address = addressOf(cluster, `schema=${schema}`);
  const opened: Ledger[] = [];
  return {
    cluster,
    schema,
    address,
    open: async (deps = {}) => {
      const ledger = await openPostgresLedger({
        address: parseAddress(address, 'test', { env: {}, systemUser: null }),
        password: () => null,
        clock: systemClock,
        access: 'write',
        onNew: () => {},
        tell: () => {},
        self: { pid: process.pid, startTime: null, boot: null },
        serverIsSettled: true,
        ...deps,
      });
      opened.push(ledger);
      return ledger;
    },
    sql: (text) => psql(cluster, 'leadpush', text.replaceAll('$S', schema)),
    end: async () => {
      for (const ledger of opened) await ledger.close();
      psql(cluster, 'leadpush', `SET client_min_messages = error; DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    },
  };
}

export async function postgresWorld(): Promise<LedgerWorld> {
  const store = await newStore();
  return {
    boot: async () => {
      const ledger = await store.open();
      const own: string[] = [];
      return {
        ledger: new Proxy(ledger, {
          get: (target, name) => {
            const value: unknown = Reflect.get(target, name);
            if (typeof value !== 'function') return value;
            if (name === 'openRun') {
              return (run: { readonly id: string }) => {
                own.push(run.id);
                return Reflect.apply(value, target, [run]);
              };
            }
            return value.bind(target);
          },
        }),
        die: async () => {
          store.sql(
            `UPDATE $S.runs SET renewed_at = 0 WHERE id IN (${own.map((id) => `'${id}'`).join(',')})`,
          );
        },
      };
    },
    end: store.end,
  };
}
