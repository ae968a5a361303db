// What the commands that read, send or look back do, in one place: a command loads one large file and not forty small
// ones, of which each costs a millisecond. What a command needs alone is loaded by itself.

export { checkAction } from './check.ts';
export { sourcesAction, verifyAction } from './lookup.ts';
export { retryAction } from './retry.ts';
export { runsAction } from './runs.ts';
export { sendAction } from './send.ts';
export { showAction } from './show.ts';
export { smokeAction } from './smoke.ts';
