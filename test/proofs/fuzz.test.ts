// The fuzz of test/input at greater length: 40,000 mutated inputs; FUZZ_SEED repeats a run.
// 100,000 take six minutes: FUZZ_RUNS=100000 asks for them.
process.env['FUZZ_RUNS'] ??= '40000';
process.env['FUZZ_SEED'] ??= String(Math.floor(Math.random() * 2 ** 31));
await import('../input/fuzz.test.ts');
