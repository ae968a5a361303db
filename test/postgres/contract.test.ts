// The ledger's contract, kept by PostgreSQL.
import { it } from 'vitest';
import { ledgerContract } from '../ledger/contract.ts';
import { whyNoPostgres } from './cluster.ts';
import { postgresWorld } from './world.ts';

const missing = whyNoPostgres();
if (missing === null) ledgerContract('PostgreSQL', postgresWorld, { shared: true, followsKeys: true });
else it.skip(`the ledger's promise: PostgreSQL (${missing})`, () => {});
