// The ledger's contract, kept by each of its implementations.
import { ledgerContract } from './ledger-contract.ts';
import { fileWorld, modelWorld, privateWorld } from './ledger-world.ts';

ledgerContract('SQLite in a file', fileWorld, { shared: true, followsKeys: true });
ledgerContract('SQLite in private', privateWorld, { shared: false, followsKeys: true });
ledgerContract("the simulation's model", modelWorld, { shared: true, followsKeys: false });
