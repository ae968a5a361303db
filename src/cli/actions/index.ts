// The actions of the commands that read, send or show runs, in one place: a command loads one large file, not forty small
// ones, each of which costs a millisecond. What only one command needs is loaded separately.

export { checkAction } from './check.ts';
export { sourcesAction, verifyAction } from './lookup.ts';
export { providersCommand } from './providers.ts';
export { retryAction } from './retry.ts';
export { runsAction } from './runs.ts';
export { sendAction } from './send.ts';
export { showAction } from './show.ts';
export { smokeAction } from './smoke.ts';
