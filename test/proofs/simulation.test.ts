// The simulation at length: 5,000 seeds of faults and crashes; SEEDS says how many, FIRST_SEED (a number, or `random`) from
// which on, SEED plays one alone.
import { setSeed } from './seed.ts';

process.env['SEEDS'] ??= '5000';
setSeed('FIRST_SEED', 30_001);
await import('../delivery/sim/simulation.test.ts');
