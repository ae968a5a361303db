// The log of `leadpush sandbox`: one line for each request, what came and what was answered. Phones and secrets are masked: the
// line may end up in a ticket.
import { maskAll } from '../output/mask-phone.ts';
import type { Provider } from '../providers/provider.ts';
import type { SeenRequest } from '../sandbox/requests.ts';
import { plain } from '../util/plain.ts';

const MAX_FIELDS = 240;
const MAX_ANSWER = 160;
/** Signatures and keys, whatever a provider calls them. */
const SECRET = /key|token|secret|passw|signature|^hash$|^sign$|auth/i;

/** @param credentials what the sandbox gave out @returns the log's line for a request, with its line end */
export function requestLog(
  providers: readonly Provider[],
  credentials: Readonly<Record<string, Readonly<Record<string, string>>>>,
): (seen: SeenRequest) => string {
  const secrets = providers.flatMap(({ name, settings }) =>
    settings.flatMap((setting) => {
      const value = setting.kind === 'secret' ? credentials[name]?.[setting.name] : undefined;
      return value === undefined || value === '' ? [] : [value, encodeURIComponent(value)];
    }),
  );
  const hidden = (text: string) => {
    const shown = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
    return plain(maskAll(shown, { numbers: [], keep: [] }));
  };
  return ({ method, path, fields, reaction }) => {
    const pairs = Object.entries(fields ?? {})
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${name}=${SECRET.test(name) ? '***' : value}`);
    const came = pairs.length === 0 ? '' : `  ${cut(hidden(pairs.join(' ')), MAX_FIELDS)}`;
    return `${plain(method)} ${hidden(path)}${came}  -> ${answerOf(reaction, hidden)}\n`;
  };
}

function answerOf(reaction: SeenRequest['reaction'], hidden: (text: string) => string): string {
  switch (reaction.do) {
    case 'cut':
      return 'connection cut';
    case 'hold':
      return 'no answer';
    case 'half':
      return `${reaction.answer.status}, broken off`;
    case 'send':
      return `${reaction.answer.status} ${cut(hidden(reaction.answer.body.trim()), MAX_ANSWER)}`;
  }
}

function cut(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
