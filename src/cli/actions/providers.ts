// `leadpush providers`: which CRMs leads can go to, what each needs and can do, and a declaration to start from.

import { configurationOf } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { PERSON_WORDS } from '../../lead/known-by.ts';
import { tableText } from '../../output/table-text.ts';
import { PROVIDERS } from '../../providers/index.ts';
import type { Provider, ProviderClient } from '../../providers/provider.ts';
import { placeholders, settingsFrom } from '../../providers/sandbox-target.ts';
import { listed } from '../../util/counted.ts';
import { suggestion } from '../../util/nearest.ts';
import { plain } from '../../util/plain.ts';
import { UsageError } from '../../util/usage-error.ts';
import { writeDeclaration } from './providers-new.ts';

export interface ProvidersOptions {
  /** The one to explain; null: all are listed. */
  readonly name: string | null;
  /** `--new NAME`. */
  readonly declare: string | null;
  readonly config: string | null;
  readonly json: boolean;
}

/** @returns 0 @throws UsageError for an unknown provider, or a name that a new one cannot have */
export async function providersCommand(options: ProvidersOptions, context: Context): Promise<number> {
  if (options.declare !== null) {
    return writeDeclaration(options.declare, context);
  }
  const { providers } = await configurationOf(options.config, context);
  const chosen = options.name === null ? providers : [named(options.name, providers)];
  if (options.json) {
    for (const provider of chosen) context.stdout.write(`${JSON.stringify(asJson(provider))}\n`);
    return 0;
  }
  const [only] = chosen;
  if (options.name !== null && only !== undefined) context.stdout.write(explained(only));
  else {
    const rows = providers.map((provider) => [
      provider.name,
      provider.title === provider.name ? '' : provider.title,
      kindOf(provider),
      lostText(clientOf(provider), provider),
    ]);
    context.stdout.write(
      `${tableText(rows.map((row) => row.map(plain)))}\nleadpush providers NAME explains one; leadpush providers --new NAME begins a declaration of another.\n`,
    );
  }
  return 0;
}

function named(name: string, providers: readonly Provider[]): Provider {
  const found = providers.find((provider) => provider.name === name);
  if (found !== undefined) return found;
  const names = providers.map((provider) => provider.name);
  throw new UsageError(
    `There is no provider "${plain(name)}"${suggestion(name, names) || '.'}`,
    `The providers are ${listed(names, 'and')}.`,
  );
}

function kindOf({ name }: Provider): 'built in' | 'declared' {
  return PROVIDERS.some((one) => one.name === name) ? 'built in' : 'declared';
}

/** Bound to settings that stand for a target's, for what does not depend on them. */
function clientOf(provider: Provider): ProviderClient {
  return provider.bind(settingsFrom(provider, placeholders(provider, 'none')), {});
}

function lostText({ reconciliation }: ProviderClient, provider: Provider): string {
  if (reconciliation.kind === 'ask') {
    return `a lost answer is asked about, by ${PERSON_WORDS[reconciliation.by]}`;
  }
  const full = provider.bind(
    settingsFrom(
      provider,
      Object.fromEntries(provider.settings.map(({ name, choices }) => [name, choices?.[0] ?? 'x'])),
    ),
    {},
  );
  return full.reconciliation.kind === 'ask'
    ? 'a lost answer is settled by sending again, or asked about where a setting makes it possible'
    : 'a lost answer is settled by sending again: the provider knows what it has';
}

function explained(provider: Provider): string {
  const client = clientOf(provider);
  const { limits } = provider;
  const facts: (readonly [string, string])[] = [
    ['hosts', provider.domains.join(', ')],
    ['requires', client.requires.length === 0 ? 'a phone' : `a phone, ${client.requires.join(', ')}`],
    ['same lead', client.dedupe.length === 0 ? 'same phone' : `same phone, ${client.dedupe.join(', ')}`],
    ['lost answers', lostText(client, provider)],
    [
      'can be asked',
      client.lookup === null ? 'no' : `by ${PERSON_WORDS[client.lookup.by]} (verify, smoke, --canary)`,
    ],
    ['sources', client.sources === null ? 'no list' : 'a list (leadpush sources)'],
    ['limits', limitsText(limits)],
    ['sandbox', provider.sandbox === null ? 'no emulator' : `sandbox-${provider.name}`],
  ];
  const settings = provider.settings.map(({ name, kind, required, help, choices, defaultText }) => [
    kind === 'secret' ? `${name} (or ${name}File)` : name,
    required ? 'required' : '',
    `${help}${choices === undefined ? '' : ` ${listed(choices, 'or')}.`}${defaultText === undefined ? '' : ` Default: ${defaultText}.`}`,
  ]);
  return plainLines(
    `${provider.title} (${provider.name}, ${kindOf(provider)})\n\n${tableText(facts)}\nSettings of a target:\n${tableText(settings)}`,
  );
}

function plainLines(text: string): string {
  return text.split('\n').map(plain).join('\n');
}

function limitsText({ rate, concurrency }: Provider['limits']): string {
  const parts = [
    ...(rate === undefined ? [] : [`${rate} requests a second`]),
    ...(concurrency === undefined ? [] : [`${concurrency} at once`]),
  ];
  return parts.length === 0 ? 'none of its own' : `${parts.join(', ')}, unless the target says otherwise`;
}

function asJson(provider: Provider) {
  const { requires, dedupe, reconciliation, lookup, sources } = clientOf(provider);
  return {
    type: 'provider',
    name: provider.name,
    title: provider.title,
    builtIn: kindOf(provider) === 'built in',
    hosts: provider.domains,
    settings: provider.settings.map(({ name, kind, required, help, choices = null, defaultText = null }) => ({
      name,
      kind,
      required,
      help,
      choices,
      default: defaultText,
    })),
    requires,
    dedupe,
    lost: reconciliation.kind,
    lookup: lookup?.by ?? null,
    sources: sources !== null,
    limits: provider.limits,
    sandbox: provider.sandbox === null ? null : `sandbox-${provider.name}`,
  };
}
