// What `leadpush sandbox` prints once it listens: the address, and each provider's credentials in its own settings; and what came,
// when it stops.
import { variableFor } from '../config/template.ts';
import { TEST_PHONE } from '../lead/example-phones.ts';
import type { Provider } from '../providers/provider.ts';
import type { SandboxStats } from '../sandbox/stats.ts';
import { counted, grouped, listed } from '../util/counted.ts';

/** A sandbox that listens. */
interface Listening {
  readonly url: string;
  readonly credentials: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** One line of JSON: the address, and the credentials by provider. */
export function sandboxJson({ url, credentials }: Listening): string {
  return `${JSON.stringify({ url, ...credentials })}\n`;
}

/** How it was told to answer. */
export interface Behaviour {
  /** Milliseconds. */
  readonly latency?: number | undefined;
  readonly fault?: string | undefined;
  readonly strict?: boolean | undefined;
  readonly seed?: number | undefined;
}

/** What to paste into a shell and into a configuration. */
export function sandboxText(
  { url, credentials }: Listening,
  providers: readonly Provider[],
  behaviour: Behaviour,
): string {
  const served = providers.flatMap((provider) => {
    const own = credentials[provider.name];
    return own === undefined ? [] : [{ provider, own, address: `${upper(provider.name)}_URL` }];
  });
  const exports = served.flatMap(({ provider, own, address }) => [
    `export ${address}='${url}'`,
    ...settingsIn(provider, own).map(({ variable, value }) => `export ${variable}='${value}'`),
  ]);
  const targets = served.flatMap(({ provider, own, address }) => [
    `  local-${provider.name}:`,
    `    provider: ${provider.name}`,
    `    baseUrl: \${${address}}`,
    ...settingsIn(provider, own).map(({ name, variable }) => `    ${name}: \${${variable}}`),
    `    testPhone: "${TEST_PHONE}"`,
    ...defaultsLines(provider),
  ]);
  return `The sandbox listens on ${url} and plays ${listed(
    served.map(({ provider }) => provider.title),
    'and',
  )}.${told(behaviour)} Ctrl-C stops it.

In the shell that is to use it:

${exports.join('\n')}

In .leadpushrc (in one that leadpush init wrote: the baseUrl below, in its target):

targets:
${targets.join('\n')}

What arrived: ${url}/__sandbox/leads and ${url}/__sandbox/stats
${forgets(behaviour)}
`;
}

/** leadpush's own ledger outlives it: after a restart each lead would be a duplicate of one that is nowhere. */
function forgets({ seed }: Behaviour): string {
  const keys = seed === undefined ? ' and its keys (--seed N keeps them)' : '';
  return `When it stops it forgets its leads${keys}; leadpush remembers them: after a restart at the same port, send with --resend.`;
}

/** What differs from a sandbox without options, as a sentence. */
function told({ latency = 0, fault = '', strict = false, seed }: Behaviour): string {
  const parts = [
    ...(latency > 0 ? [`answers after ${latency} ms`] : []),
    ...(fault === '' ? [] : [`plays the faults ${fault}`]),
    ...(strict ? ['requires everything that is documented as mandatory'] : []),
    ...(seed === undefined ? [] : [`draws from seed ${seed}`]),
  ];
  return parts.length === 0 ? '' : ` It ${listed(parts, 'and')}.`;
}

/** What became of each post that was not taken. */
const NOT_TAKEN: readonly (readonly [words: string, count: (stats: SandboxStats) => number])[] = [
  ['with wrong credentials', ({ unauthorized }) => unauthorized],
  ['with wrong parameters', ({ invalid }) => invalid],
  ['above a limit', ({ overConcurrent, overRate }) => overConcurrent + overRate],
  ['to a path that takes no lead', ({ otherPosts }) => otherPosts],
];

/** Every post, by how it was answered. */
export function stoppedText(stats: SandboxStats): string {
  const { asks } = stats;
  const posts = stats.posts + stats.otherPosts;
  const created = stats.created + stats.duplicateAsNew;
  const duplicate = stats.duplicate - stats.duplicateAsNew;
  const refused = NOT_TAKEN.map(([words, count]) => [words, count(stats)] as const);
  const rest = posts - created - duplicate - refused.reduce((sum, [, count]) => sum + count, 0);
  // A lead may also be taken after its post was over.
  const others = [...refused, ['ended by a fault', Math.max(0, rest)] as const].filter(
    ([, count]) => count > 0,
  );
  const parts = [
    `${counted(created, 'lead')} created`,
    counted(duplicate, 'duplicate'),
    ...others.map(([words, count]) => `${grouped(count)} ${words}`),
  ];
  const asked = asks === 0 ? '' : `; ${counted(asks, 'question')} about leads`;
  return `Stopped after ${counted(posts, 'post')}: ${parts.join(', ')}${asked}.\n`;
}

function settingsIn(provider: Provider, own: Readonly<Record<string, string>>) {
  return provider.settings.flatMap((setting) => {
    const value = own[setting.name];
    if (value === undefined) return [];
    return [{ name: setting.name, variable: variableFor(provider, setting), value }];
  });
}

/** A YAML map on one line; none where the provider requires nothing. */
function defaultsLines({ sandbox }: Provider): readonly string[] {
  const pairs = Object.entries(sandbox?.defaults ?? {}).map(
    ([name, value]) => `${name}: ${/^[\w-]+$/.test(value) ? value : JSON.stringify(value)}`,
  );
  return pairs.length === 0 ? [] : [`    defaults: { ${pairs.join(', ')} }`];
}

function upper(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}
