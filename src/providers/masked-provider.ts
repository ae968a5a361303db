// Keeps secrets out of what the program reads from a provider: from all that a client makes of an answer (lead ids,
// messages, fields, lists), the target's secrets are taken out, and what was made from them for a request: signatures and
// Authorization values. The registry wraps every provider in it, so none can forget it.
import { memo } from '../lead/memo.ts';
import { Secret } from '../util/secret.ts';
import { isObject, type Json, jsonText, parseJson } from './json.ts';
import type {
  AskVerdict,
  HeldLead,
  HttpAnswer,
  HttpRequest,
  Payload,
  Provider,
  ProviderClient,
  Reconciliation,
  SourceEntry,
  Verdict,
} from './provider.ts';
import { type Hide, hider, MASK } from './spellings.ts';

/** How many signatures of this process are remembered: one a second, so those of some hours. */
const MAX_DIGESTS = 10_000;
/** How many of the newest are searched in every spelling; the others only as plain hex. */
const NEWEST = 8;
/** The hex of SHA-1 to SHA-512. */
const DIGEST = /(?<![0-9a-z])[0-9a-f]{40,128}(?![0-9a-z])/gi;
/** Headers that hold what only a holder of the secrets can write; most are the same with each request. */
const CREDENTIAL_HEADER = /^(?!idempotency).*(auth|cookie|key|token|secret|signature|password)/i;

/** The provider, with clients whose results hold no secret. */
export function masked(provider: Provider): Provider {
  return {
    ...provider,
    bind: (settings, place) => {
      const secrets = Object.values(settings).flatMap((value) =>
        value instanceof Secret ? [value.reveal()] : [],
      );
      return maskedClient(provider.bind(settings, place), secrets);
    },
  };
}

function maskedClient(client: ProviderClient, secrets: readonly string[]): ProviderClient {
  const known = new KnownSecrets(secrets, client.identity);
  const { hide } = known;
  const { lookup, sources } = client;
  const seen = (request: HttpRequest): HttpRequest => {
    known.learn(request, null);
    return request;
  };
  return {
    ...client,
    hide: (text) => hideBody(text, hide),
    request: (payload, nowSeconds) => {
      const request = client.request(payload, nowSeconds);
      known.learn(request, payload);
      return request;
    },
    preview: (payload) => {
      const { method, url, headers, fields } = client.preview(payload);
      const { hideOften } = known;
      return {
        method,
        url: hideOften(url),
        headers: hideAll(headers, hideOften),
        fields: hideAll(fields, hideOften),
      };
    },
    read: (answer) => hideVerdict(client.read(new QuotableAnswer(answer, hide)), hide),
    reconciliation: maskedReconciliation(client.reconciliation, seen, hide),
    lookup:
      lookup === null
        ? null
        : {
            by: lookup.by,
            personal: lookup.personal,
            untold: lookup.untold,
            request: (about, nowSeconds) => seen(lookup.request(about, nowSeconds)),
            read: (answer, leadId) => {
              const found = lookup.read(new QuotableAnswer(answer, hide), leadId);
              switch (found.kind) {
                case 'held':
                  return { ...found, lead: hideLead(found.lead, hide) };
                case 'absent':
                  return found;
                case 'unauthorized':
                case 'unclear':
                  return { ...found, message: hide(found.message) };
              }
            },
            // Compared with what was read, where they are masked too.
            expected: (payload) => hideAll(lookup.expected(payload), hide),
          },
    sources:
      sources === null
        ? null
        : {
            request: () => seen(sources.request()),
            read: (answer) => {
              const list = sources.read(new QuotableAnswer(answer, hide));
              if ('problem' in list) return { problem: hide(list.problem) };
              return list.map(
                (entry): SourceEntry => ({
                  ...hideEntry(entry, hide),
                  subSources: entry.subSources.map((sub) => hideEntry(sub, hide)),
                }),
              );
            },
          },
  };
}

interface Hiders {
  readonly all: Hide;
  /** With what it made of the last texts. */
  readonly often: Hide;
}

/** A target's secrets, and what this process has made of them. */
class KnownSecrets {
  readonly #secrets: readonly string[];
  /** The name of the account; not a secret, whatever it looks like. */
  readonly #identity: string;
  /** Values of such headers, the newest few; without the scheme where there is one. */
  #credentials: readonly string[] = [];
  readonly #digests = new Set<string>();
  readonly #newest: string[] = [];
  #last = '';
  #headers: HttpRequest['headers'] | null = null;
  /** Null: must be rebuilt, because there is a new secret. */
  #known: Hiders | null = null;

  constructor(secrets: readonly string[], identity: string) {
    this.#secrets = secrets;
    this.#identity = identity;
  }

  readonly hide: Hide = (text) => this.#hiders().all(text);

  /** For texts of which many come again: names of fields, cities, headers. */
  readonly hideOften: Hide = (text) => this.#hiders().often(text);

  #hiders(): Hiders {
    if (this.#known === null) {
      const all = hider([...this.#secrets, ...this.#credentials, ...this.#newest], (hex) =>
        this.#digests.has(hex),
      );
      this.#known = { all, often: memo(all) };
    }
    return this.#known;
  }

  /** Notes what a request carries that only a holder of the secrets can make. @param payload what is the lead's own in it */
  learn({ url, headers, body, made }: HttpRequest, payload: Payload | null): void {
    if (made !== undefined) for (const text of made) this.#learnCredential(text);
    // The same object with each request: looked at once.
    if (headers !== this.#headers) this.#learnHeaders(headers);
    // The hash of a second is that of all its requests.
    if (this.#last !== '' && (url.includes(this.#last) || body?.includes(this.#last) === true)) return;
    const text = `${url} ${body ?? ''} ${Object.values(headers).join(' ')}`;
    for (const [found] of text.matchAll(DIGEST)) {
      if (this.#identity.includes(found)) continue;
      if (payload?.fields.some(([, value]) => value.includes(found)) === true) continue;
      this.#remember(found);
    }
  }

  #learnHeaders(headers: HttpRequest['headers']): void {
    this.#headers = headers;
    for (const name in headers) {
      if (CREDENTIAL_HEADER.test(name))
        this.#learnCredential((headers[name] ?? '').replace(/^[a-z-]+ +/i, ''));
    }
  }

  #learnCredential(text: string): void {
    if (this.#credentials.includes(text)) return;
    this.#credentials = [...this.#credentials.slice(1 - NEWEST), text];
    this.#known = null;
  }

  #remember(digest: string): void {
    this.#last = digest;
    const key = digest.toLowerCase();
    if (this.#digests.has(key)) return;
    this.#digests.add(key);
    const [oldest] = this.#digests;
    if (this.#digests.size > MAX_DIGESTS && oldest !== undefined) this.#digests.delete(oldest);
    this.#newest.push(digest);
    if (this.#newest.length > NEWEST) this.#newest.shift();
    this.#known = null;
  }
}

function maskedReconciliation(
  reconciliation: Reconciliation,
  seen: (request: HttpRequest) => HttpRequest,
  hide: Hide,
): Reconciliation {
  switch (reconciliation.kind) {
    case 'resend':
      return reconciliation;
    case 'ask':
      return {
        kind: 'ask',
        by: reconciliation.by,
        request: (about, nowSeconds) => seen(reconciliation.request(about, nowSeconds)),
        read: (answer, ...about) =>
          hideAnswer(reconciliation.read(new QuotableAnswer(answer, hide), ...about), hide),
      };
  }
}

/** A verdict is decided by the body as it came. What is quoted may be cut short, so secrets go before that. */
class QuotableAnswer implements HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly #answer: HttpAnswer;
  readonly #hide: Hide;

  constructor(answer: HttpAnswer, hide: Hide) {
    this.status = answer.status;
    this.body = answer.body;
    this.#answer = answer;
    this.#hide = hide;
  }

  get headers(): HttpAnswer['headers'] {
    return this.#answer.headers;
  }

  get words(): string {
    return hideBody(this.body, this.#hide);
  }
}

function hideVerdict(verdict: Verdict, hide: Hide): Verdict {
  switch (verdict.kind) {
    case 'created': {
      const leadId = hideId(verdict.leadId, hide);
      return leadId === verdict.leadId ? verdict : { ...verdict, leadId };
    }
    case 'duplicate':
      return {
        ...verdict,
        leadId: verdict.leadId === null ? null : hideId(verdict.leadId, hide),
        message: hide(verdict.message),
      };
    case 'rejected':
    case 'unauthorized':
    case 'redirected':
    case 'throttled':
    case 'retryable':
    case 'indeterminate':
      return { ...verdict, message: hide(verdict.message) };
  }
}

function hideAnswer(verdict: AskVerdict, hide: Hide): AskVerdict {
  switch (verdict.kind) {
    case 'found':
      return { ...verdict, leadId: hideId(verdict.leadId, hide) };
    case 'absent':
    case 'resend':
      return verdict;
    case 'unclear':
    case 'retryable':
    case 'unauthorized':
    case 'throttled':
      return { ...verdict, message: hide(verdict.message) };
  }
}

/** Vendors' ids have some dozens of characters; an endless one would fill screen and ledger. */
const MAX_ID = 200;
/** How much of a longer one is searched: no spelling of a secret that begins in what is kept goes on beyond it. */
const SEARCHED_OF_ID = 8 * 1024;

/** A partly masked id is of no use, so all of it is masked. */
function hideId(id: string, hide: Hide): string {
  const start = id.length > SEARCHED_OF_ID ? id.slice(0, SEARCHED_OF_ID) : id;
  if (hide(start) !== start) return MASK;
  // Never half of a surrogate pair.
  return id.length > MAX_ID ? `${id.slice(0, MAX_ID).replace(/[\ud800-\udbff]$/, '')}…` : id;
}

function hideLead({ leadId, submissionId, fields }: HeldLead, hide: Hide): HeldLead {
  return {
    leadId: hideId(leadId, hide),
    submissionId: submissionId === null ? null : hideId(submissionId, hide),
    fields: hideAll(fields, hide),
  };
}

function hideEntry<E extends Pick<SourceEntry, 'id' | 'name'>>({ id, name }: E, hide: Hide) {
  return { id: hideId(id, hide), name: hide(name) };
}

/** Names as well as values; the same object where there is nothing to hide, as with nearly every lead. */
function hideAll(fields: Readonly<Record<string, string>>, hide: Hide): Readonly<Record<string, string>> {
  const isShown = (text: string) => hide(text) === text;
  if (Object.keys(fields).every(isShown) && Object.values(fields).every(isShown)) return fields;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [hide(name), hide(value)]));
}

/** A whole body that is to be kept or shown: still JSON where it is, so values go one by one. */
function hideBody(text: string, hide: Hide): string {
  const json = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  return json === undefined ? hide(text) : jsonText(hideJson(json, hide));
}

function hideJson(json: Json, hide: Hide): Json {
  if (Array.isArray(json)) return json.map((value) => hideJson(value, hide));
  if (isObject(json)) {
    return Object.fromEntries(
      Object.entries(json).map(([name, value]) => [hide(name), hideJson(value, hide)]),
    );
  }
  if (typeof json === 'string') return hide(json);
  const number = typeof json === 'object' && json !== null ? String(json) : null;
  return number !== null && hide(number) !== number ? MASK : json;
}
