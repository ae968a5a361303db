// The gate draws the same cases each time, so that a red run can be repeated; LEADPUSH_SEED draws others, as the proofs do.
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['LEADPUSH_SEED'] ?? 1) });
