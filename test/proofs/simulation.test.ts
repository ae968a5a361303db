// The simulation at length: 5,000 seeds of faults and crashes; SEEDS says how many, SEED plays one alone.
process.env['SEEDS'] ??= '5000';
await import('../delivery/sim/simulation.test.ts');
