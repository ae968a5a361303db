// The fuzz of test/input at greater length: 10,000 mutated inputs. FUZZ_SEED=random draws others; 100,000 inputs
// (FUZZ_RUNS=100000) take six minutes.
import { setSeed } from './seed.ts';

process.env['FUZZ_RUNS'] ??= '10000';
setSeed('FUZZ_SEED', 2);
await import('../input/fuzz.test.ts');
