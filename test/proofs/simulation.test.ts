// The simulation at length: 2,000 seeds of faults and crashes; SEEDS says how many, FIRST_SEED (a number, or `random`) from
// which on, SEED plays one alone.
import { setSeed } from './seed.ts';

process.env['SEEDS'] ??= '2000';
setSeed('FIRST_SEED', 30_001);
await import('../delivery/sim/simulation.test.ts');
