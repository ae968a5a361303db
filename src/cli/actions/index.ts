// What the commands that read, send or look back do, in one place: a command loads one large file and not forty small
// ones, of which each costs a millisecond.

export { checkAction } from './check.ts';
export { reportAction, runsAction, showAction } from './history.ts';
export { sourcesAction, verifyAction } from './lookup.ts';
export { retryCommand } from './retry.ts';
export { sendCommand } from './send.ts';
export { smokeCommand } from './smoke.ts';
