// `leadpush verify` and `leadpush sources`: what the provider says, without sending a lead.

import { sourceCache } from '../../app/bind-target.ts';
import { announceConfig, configPlace, configurationOf } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { CORRECT_TEST_PHONE, GIVE_NUMBER, givenPhone } from '../../app/phone-number.ts';
import { readBack } from '../../app/read-back.ts';
import { loadSources } from '../../app/source-names.ts';
import { addressOf } from '../../app/target-address.ts';
import { TargetSession } from '../../app/target-session.ts';
import type { ChosenTarget } from '../../app/targets.ts';
import { parseEmail } from '../../lead/email.ts';
import { LEAD_PHONE } from '../../lead/example-phones.ts';
import { maskAll, maskOwn, maskPhone, maskQuoted } from '../../output/mask-phone.ts';
import { command, sameCall } from '../../output/next-commands.ts';
import { tableText } from '../../output/table-text.ts';
import { isSubmissionId } from '../../providers/held-lead.ts';
import type { AskedAbout, AskedBy, SourceEntry } from '../../providers/provider.ts';
import type { Transport } from '../../transport/transport.ts';
import { plain } from '../../util/plain.ts';
import { UsageError } from '../../util/usage-error.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { withMoreTime } from '../longer-timeout.ts';
import { timeoutMs } from '../options.ts';

interface LookupOptions {
  readonly to: string | null;
  readonly config: string | null;
  readonly timeoutMs: number | null;
  readonly json: boolean;
  readonly showPii: boolean;
}

function lookupOptions(flags: Flags): LookupOptions {
  return {
    to: text(flags, 'to'),
    config: text(flags, 'config'),
    timeoutMs: timeoutMs(flags),
    json: isSet(flags, 'json'),
    showPii: isSet(flags, 'showPii'),
  };
}

/** @returns 0 held, 1 not held, 3 credentials refused, 4 unreachable, 5 its answer does not tell */
export function verifyAction(flags: Flags, context: Context): Promise<number> {
  return verify({ phone: text(flags, 'phone'), email: text(flags, 'email') }, lookupOptions(flags), context);
}

/** Whoever has just sent a lead there would look for it in vain. */
const EMPTY_SANDBOX =
  'A built-in sandbox target begins empty with each command. One that keeps its leads: leadpush sandbox, and the target that it prints.\n';

interface Given {
  readonly phone: string | null;
  readonly email: string | null;
}

function verify(given: Given, options: LookupOptions, context: Context): Promise<number> {
  return withTarget(options, context, async (target, transport, waitMs, region) => {
    const { lookup } = target.endpoint;
    const { name } = target.config;
    if (lookup === null) {
      throw new UsageError(
        `${target.kind.title} cannot be asked what it holds.`,
        'Look the lead up in its own screens.',
      );
    }
    const about = await askedAbout(given, lookup.by, target, region);
    const { phone, email } = about;
    const address = target.sandbox ? undefined : addressOf(target);
    const found = await readBack(lookup, transport, about, null, waitMs, context.clock.now(), address);
    const whole = options.showPii;
    const shown = lookup.by === 'email' ? plain(email ?? '') : whole ? phone : maskPhone(phone);
    const masking = { numbers: phone === '' ? [] : [phone], keep: [] };
    if (options.json) {
      const held =
        found.kind === 'held'
          ? { leadId: found.lead.leadId, submissionId: found.lead.submissionId, fields: found.lead.fields }
          : null;
      const told = found.kind === 'absent' ? found.because : 'message' in found ? found.message : null;
      const message = told === null ? {} : { message: told };
      context.stdout.write(
        `${JSON.stringify({ type: 'verify', target: name, phone: phone === '' ? null : phone, ...(email === undefined ? {} : { email }), found: found.kind === 'unauthorized' ? 'refused' : found.kind, lead: held, ...message })}\n`,
      );
    } else if (found.kind === 'held') {
      const { lead, among, newest } = found;
      const { leadId, submissionId, fields } = lead;
      const lines = Object.entries(fields).filter(
        ([field]) =>
          whole ||
          (!lookup.personal.includes(field) && (!/phone|name|email/i.test(field) || /project/i.test(field))),
      );
      const id = (text: string) => (whole ? text : maskOwn(text, masking.numbers));
      context.stdout.write(
        `${shown} at ${plain(name)}: ${newest ? 'newest lead' : 'lead'} ${plain(id(leadId))}${newest || among === 1 ? '' : `, one of ${among}`}, ${senderText(submissionId === null ? null : plain(id(submissionId)), submissionId, lookup.untold)}\n${lines.map(([field, value]) => `  ${plain(whole ? `${field} = ${value}` : maskAll(`${field} = ${value}`, masking))}\n`).join('')}`,
      );
    } else if (found.kind === 'absent') {
      context.stdout.write(
        `${shown} at ${plain(name)}: ${found.because === null ? 'no lead' : found.because.replace('HTTP', 'answered')}.\n`,
      );
      if (target.sandbox) context.stderr.write(EMPTY_SANDBOX);
    } else {
      const message = whole ? found.message : maskQuoted(found.message, masking);
      context.stderr.write(
        `leadpush: ${plain(name)}: ${plain(message)}\n${next(found.message, name, options, context)}`,
      );
    }
    switch (found.kind) {
      case 'held':
        return 0;
      case 'absent':
        return 1;
      case 'unauthorized':
        return 3;
      case 'unreachable':
        return 4;
      case 'unclear':
        return 5;
    }
  });
}

/** @param shown the id for the screen @param untold why a lead does not show it */
function senderText(shown: string | null, submissionId: string | null, untold: string | null): string {
  if (isSubmissionId(submissionId)) return `sent by leadpush as ${shown}`;
  return untold === null ? 'not sent by leadpush' : `by leadpush or not: it cannot tell, because ${untold}`;
}

/** @returns 0, or 4 if there was no list */
export function sourcesAction(flags: Flags, context: Context): Promise<number> {
  const options = lookupOptions(flags);
  return withTarget(options, context, async (target, transport, waitMs) => {
    if (target.endpoint.sources === null) {
      throw new UsageError(
        `${target.kind.title} has no list of sources.`,
        'Its sources are set up in its own screens.',
      );
    }
    const found = await loadSources(target.endpoint, transport, waitMs, sourceCache(context), true);
    if (!found.ok) {
      // An answer that is not a list may contain personal data, such as a gateway's answer to another request.
      const problem = maskQuoted(found.problem, { numbers: [], keep: [] });
      context.stderr.write(
        `leadpush: ${plain(target.config.name)}: ${plain(problem)}\n${next(found.problem, target.config.name, options, context)}`,
      );
      return 4;
    }
    if (options.json) {
      context.stdout.write(
        `${JSON.stringify({ type: 'sources', target: target.config.name, sources: found.entries, raw: found.raw })}\n`,
      );
      return 0;
    }
    context.stdout.write(sourcesTable(found.entries));
    return 0;
  });
}

/** One line per sub-source; the source is in the first of its lines. */
function sourcesTable(entries: readonly SourceEntry[]): string {
  const shown = ({ id, name }: Pick<SourceEntry, 'id' | 'name'>) =>
    `${plain(id).padStart(4)}  ${plain(name)}`;
  const rows = entries.flatMap((entry): [string, string][] => {
    const [first, ...others] = entry.subSources;
    return [
      [shown(entry), first === undefined ? '' : shown(first)],
      ...others.map((sub): [string, string] => ['', shown(sub)]),
    ];
  });
  return tableText([['  ID  SOURCE', '  ID  SUB-SOURCE'], ...rows]);
}

/** @param problem why there is no answer that tells */
function next(problem: string, name: string, { config }: LookupOptions, context: Context): string {
  const places = configPlace(config, context);
  const again = context.args === undefined ? undefined : sameCall(context.args, places);
  const check = command('check', '--to', name, ...places);
  return `Next: ${withMoreTime(problem, again, name) ?? check}\n`;
}

/** @throws UsageError where what the provider is asked by is not given, or cannot be read */
async function askedAbout(
  { phone, email }: Given,
  by: AskedBy,
  { kind, config }: ChosenTarget,
  region: string,
): Promise<AskedAbout> {
  if (by === 'email') {
    if (email === null) {
      throw new UsageError(
        `--email: ${kind.title} is asked by e-mail address.`,
        "Add --email 'asha@example.com'.",
      );
    }
    const parsed = parseEmail(email);
    if (parsed === null) {
      throw new UsageError(
        `--email: "${plain(email)}" is not a valid address.`,
        "Give one whole address, such as --email 'asha@example.com'.",
      );
    }
    return { phone: phone === null ? '' : await phoneOf(phone, region), email: parsed.email };
  }
  if (phone !== null) return { phone: await phoneOf(phone, region) };
  if (config.testPhone === null || email !== null) {
    throw new UsageError(`--phone: ${kind.title} is asked by phone.`, `Add --phone '${LEAD_PHONE}'.`);
  }
  // What `smoke` has sent is looked for without writing the number into a log.
  const parsed = await givenPhone(config.testPhone, region);
  if (parsed.ok) return { phone: parsed.phone };
  throw new UsageError(`testPhone of target "${config.name}": ${parsed.wrong}`, CORRECT_TEST_PHONE);
}

async function phoneOf(given: string, region: string): Promise<string> {
  const parsed = await givenPhone(given, region);
  if (parsed.ok) return parsed.phone;
  throw new UsageError(`--phone: ${parsed.wrong}`, GIVE_NUMBER);
}

async function withTarget(
  options: LookupOptions,
  context: Context,
  run: (target: ChosenTarget, transport: Transport, waitMs: number, region: string) => Promise<number>,
): Promise<number> {
  const config = await configurationOf(options.config, context, options.to);
  announceConfig(config, false, context);
  await using session = new TargetSession(context);
  const target = await session.chooseOne(options.to, config);
  const transport = await session.transport(target);
  return await run(target, transport, options.timeoutMs ?? target.config.timeoutMs, config.region);
}
