// The properties of the fields' rules over other cases than the gate's; LEADPUSH_SEED=random draws new ones.
import { setSeed } from './seed.ts';

setSeed('LEADPUSH_SEED', 2);
await import('../lead/properties.test.ts');
