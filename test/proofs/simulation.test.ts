// The simulation at length: 5,000 seeds of faults and crashes from a random first one; SEEDS says how many, FIRST_SEED
// repeats a run, SEED plays one alone.
process.env['SEEDS'] ??= '5000';
process.env['FIRST_SEED'] ??= String(1 + Math.floor(Math.random() * 2 ** 30));
await import('../delivery/sim/simulation.test.ts');
