// What comes next after a smoke test that failed: one command, or what to do where no command helps.
import { configPlace } from '../../app/configuration.ts';
import { keyWords, type Result, type TargetStop } from '../../delivery/outcome.ts';
import { afterText, command, sameCall } from '../../output/next-commands.ts';
import { listed } from '../../util/counted.ts';
import { plain } from '../../util/plain.ts';
import { withMoreTime } from '../longer-timeout.ts';
import { TEST_EMAIL } from './smoke-lead.ts';
import type { Came, Smoke } from './smoke-parts.ts';

/** What helps after the step that failed. */
export function nextOf(test: Smoke, { sent, stop, until, read }: Came): string {
  const isThere = sent?.status === 'created' || sent?.status === 'duplicate';
  if (!isThere) return afterRefusal(test, stop) ?? afterUnsent(test, sent, until);
  const { found, same, overtaken, why } = read;
  if (overtaken) return oneAtATime(test);
  if (same) return 'look up the lead at the provider; it stored something else than what was sent.';
  if (found === 'held' || found === 'absent')
    return `${verifyCommand(test)}\nA provider that shows a lead later than that needs a longer settleAfter (target "${plain(test.target.name)}").`;
  if (found === null) return verifyCommand(test);
  const lookItUp = `${verifyCommand(test)}\nWhat the provider stored could not be read; its own screens show it, too.`;
  return withMoreTime(why, verifyWords(test), test.target.name) ?? lookItUp;
}

/** Whoever is asked for one number's newest lead can show that of one test. */
function oneAtATime({ target: { endpoint } }: Smoke): string {
  return endpoint.lookup?.by === 'email'
    ? 'run one smoke test of this account at a time; all of them have the same e-mail address, by which the provider is asked.'
    : 'run one smoke test of a number at a time, or give each job a number of its own with --phone.';
}

/** The same again is what tells whether the key, or the clock, is right now. */
function afterRefusal(test: Smoke, stop: TargetStop | null): string | null {
  const again = sameAgain(test);
  if (stop?.code !== 'CREDENTIALS_REFUSED' || again === undefined) return null;
  const { clockIsOff = false, key } = stop;
  const what = clockIsOff ? "set this machine's clock" : `correct ${plain(keyWords(key ?? {}, 'or'))}`;
  return `${what}; then the same again: ${command(...again)}`;
}

function sameAgain({ options, context: { args } }: Smoke): readonly string[] | undefined {
  return args === undefined ? undefined : sameCall(args, options.places);
}

/** `check` finds nothing wrong where the provider understood the request and did not want the lead. */
function afterUnsent(test: Smoke, sent: Result | null, until: number | null): string {
  const { target, options, run, context } = test;
  const [{ code, message = '' } = {}] = sent?.errors ?? [];
  const again = sameAgain(test);
  const slow = withMoreTime(message, again, target.name);
  // A signal, or its time: `check` would find nothing.
  if (code === 'NOT_SENT' && again !== undefined) {
    const after = until === null ? null : afterText(until, context.clock.now());
    return `${after === null ? '' : `${after} `}the same again: ${command(...again)}`;
  }
  // Asked with as little time, the provider would not answer either.
  if (slow !== null) return slow;
  if (sent?.status === 'rejected') {
    const defaults = target.endpoint.requires.length === 0 ? '' : ` (${target.endpoint.requires.join(', ')})`;
    const settings = [...(target.key?.settings ?? []), `the defaults${defaults}`];
    const what = `compare the provider's words with ${listed(settings, 'and')} of target "${plain(target.name)}"`;
    return again === undefined ? `${what}.` : `${what}; then the same again: ${command(...again)}`;
  }
  if (sent?.status === 'unknown') {
    if (target.endpoint.lookup !== null) return verifyCommand(test);
    if (!options.noLedger) return command('retry', run, '--unknown', ...options.places);
    // The lead that is there may be that of an earlier test.
    return `look it up in the provider's own screens; it is this test's if its message names run ${run}.`;
  }
  return command('check', '--to', target.name, ...configPlace(options.config, context));
}

/** The target's own testPhone needs no naming; another number is the user's, and was set aside for this. */
function verifyWords({ target, options, context }: Smoke): readonly string[] {
  const phone = options.phone === null ? [] : ['--phone', options.phone];
  const by = target.endpoint.lookup?.by === 'email' ? ['--email', TEST_EMAIL] : phone;
  return ['verify', '--to', target.name, ...by, ...configPlace(options.config, context)];
}

const verifyCommand = (test: Smoke): string => command(...verifyWords(test));
