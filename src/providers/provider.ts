// What a provider is: pure code that turns a lead into one signed HTTP request, and an answer into a verdict. No clock,
// environment, file or network: time is an argument. index.ts lists them all.
import type { Problem } from '../lead/codes.ts';
import type { FieldName, Lead } from '../lead/lead.ts';
import type { Secret } from '../util/secret.ts';

/** One setting of a target, as data: the configuration's schema, `init`, `check` and the docs read it. */
export interface SettingSpec {
  readonly name: string;
  readonly kind: 'text' | 'secret' | 'boolean' | 'choice' | 'fieldMap';
  readonly required: boolean;
  /** For `choice`. */
  readonly choices?: readonly string[];
  /** As text in help; the provider itself applies it. */
  readonly defaultText?: string;
  /** Where a text goes, which decides what characters it may hold; absent: into a header for a secret, else the body. */
  readonly travels?: 'header' | 'path' | 'signature' | 'body';
  /**
   * What a refusal of the credentials may be about beside the secrets: it goes with them in each request, where it is set; or it
   * chooses the host, by its default too. Absent: neither.
   */
  readonly part?: 'credentials' | 'host';
  /** The environment variable that `init` suggests; absent: made from the two names, `CRM_API_KEY`. */
  readonly variable?: string;
  /** One sentence. */
  readonly help: string;
}

/** A target's settings after the schema: only names that the provider's `settings` list. `fieldMap` is lead field -> own field. */
export type TargetSettings = Readonly<
  Record<string, string | boolean | Secret | Readonly<Record<string, string>> | undefined>
>;

/** Where a target sends to instead of the vendor's own address; every provider's targets may say so. */
export interface EndpointOverride {
  /** Scheme and host, `https://leads.example.com`; absent: the vendor's own. */
  readonly baseUrl?: string;
  /** Where the vendor's path differs. */
  readonly path?: string;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Absolute. May hold a signature: never print it, print a preview's. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Parts of it that only a holder of the secrets can make, where their form does not tell: the mask learns them. */
  readonly made?: readonly string[];
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** The body as it may be quoted: without what is made from a secret. The registry's mask gives it; absent, it is the body. */
  readonly words?: string;
}

/** What `--dry-run` shows: the request with every secret (and what is made from one) as `***`. */
export interface RequestPreview {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The payload, field by field, in the provider's names. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The provider's name of a field, and its value as text. (Not readonly: URLSearchParams takes no readonly pairs.) */
export type PayloadField = [name: string, value: string];

/** The payload in the provider's field names, each once and in the order in which they are sent, before signing: it is signed when it leaves, and anew at each retry. */
export interface Payload {
  readonly fields: readonly PayloadField[];
  /** What the provider has no way to carry, and other things to know of this lead. */
  readonly warnings: readonly Problem[];
}

/** What an answer to a lead means. The rules: docs/behaviour.md, "Delivery". */
export type Verdict =
  | { readonly kind: 'created'; readonly leadId: string }
  | { readonly kind: 'duplicate'; readonly leadId: string | null; readonly message: string }
  /** A final refusal: 4xx, 402, 501, 550, an error body. Never retried. */
  | { readonly kind: 'rejected'; readonly message: string }
  /** The credentials are refused: stops the target. */
  | { readonly kind: 'unauthorized'; readonly message: string }
  /** 3xx: stops the target. A redirect is reported, never followed. */
  | { readonly kind: 'redirected'; readonly message: string }
  /** 429, 503: not accepted, and the provider asks us to slow down. */
  | { readonly kind: 'throttled'; readonly message: string }
  /** 425: not accepted, so sending it again is safe; it uses up a retry. */
  | { readonly kind: 'retryable'; readonly message: string }
  /**
   * The answer does not tell whether the lead was taken: 408, 500, 502, 504, a 2xx that cannot be read.
   * `mayStillArrive`: one "absent" is not enough, since the provider may still be working on the request (408, 502, 504).
   */
  | { readonly kind: 'indeterminate'; readonly message: string; readonly mayStillArrive: boolean };

/** The provider's answer to a question about a lost answer. */
export type AskVerdict =
  | { readonly kind: 'found'; readonly leadId: string }
  | { readonly kind: 'absent' }
  /**
   * Something that neither proves nor disproves: another lead of this phone, an HTML page, an error.
   * `other`: only leads that are not ours; ours may show later.
   */
  | { readonly kind: 'unclear'; readonly message: string; readonly other?: true }
  /** Trouble of the provider's own, such as 500 or 504: it may tell when it is asked again. */
  | { readonly kind: 'retryable'; readonly message: string }
  /** It does not tell, but sending again is safe, and tells. */
  | { readonly kind: 'resend' }
  | { readonly kind: 'unauthorized'; readonly message: string }
  | { readonly kind: 'throttled'; readonly message: string };

/** Whose lead is asked about. */
export type AskedAbout = Pick<Lead, 'phone' | 'email'>;

/** What the provider must be told to be asked: a person without an e-mail address cannot be asked about by it. */
export type AskedBy = 'phone' | 'email';

/** How to find out whether a lead whose answer was lost was taken. */
export type Reconciliation =
  | {
      readonly kind: 'ask';
      readonly by: AskedBy;
      readonly request: (about: AskedAbout, nowSeconds: number) => HttpRequest;
      /**
       * @param submissionId ours, which the provider keeps with the lead
       * @param leadIdWatermark a lead id that this run was given before the lost request left; a lead below it is older
       */
      readonly read: (answer: HttpAnswer, submissionId: string, leadIdWatermark: string | null) => AskVerdict;
    }
  /** Sending it again is safe, and the answer tells: the provider says `duplicate` of a lead that it has. */
  | { readonly kind: 'resend' };

/** One entry of the provider's list of sources. */
export interface SourceEntry {
  readonly id: string;
  readonly name: string;
  readonly subSources: readonly { readonly id: string; readonly name: string }[];
}

/** What the provider has for a person, as `verify`, `smoke` and `--canary` show it. */
export interface Held {
  readonly kind: 'held';
  readonly lead: HeldLead;
  /** So many leads of this person it gave. */
  readonly among: number;
  /** It is the newest of them; false: nobody knows. */
  readonly newest: boolean;
}

export interface HeldLead {
  readonly leadId: string;
  readonly submissionId: string | null;
  /** In the provider's own names, as text, in its order. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A provider bound to one target's settings. */
export interface ProviderClient {
  /** Tells this account from others in a submission's key: provider, environment or baseUrl, channel or app; no secret, and not the target's name. */
  readonly identity: string;
  /** `https://host` that requests go to. */
  readonly origin: string;
  /** The vendor treats leads that arrive there as real. */
  readonly production: boolean;
  /** Fields without which the provider does not take a lead, besides the phone. */
  readonly requires: readonly FieldName[];
  /** The fields that, with the phone, identify a lead; a target's `dedupe` overrules them. */
  readonly dedupe: readonly FieldName[];
  /** @param own fields of the target's own, in the provider's names, that go as they are (`--field NAME=VALUE`) */
  readonly payload: (lead: Lead, submissionId: string, own?: Readonly<Record<string, string>>) => Payload;
  /** Signed for the second `nowSeconds` (Unix time). */
  readonly request: (payload: Payload, nowSeconds: number) => HttpRequest;
  /** The same request as `--dry-run` shows it. */
  readonly preview: (payload: Payload) => RequestPreview;
  readonly read: (answer: HttpAnswer) => Verdict;
  readonly reconciliation: Reconciliation;
  /** Asking what the provider has for a phone; null where it cannot be asked. */
  readonly lookup: {
    readonly by: AskedBy;
    readonly request: (about: AskedAbout, nowSeconds: number) => HttpRequest;
    /** @param leadId the lead that is looked for; null: any of this person */
    readonly read: (
      answer: HttpAnswer,
      leadId: string | null,
    ) =>
      | Held
      | { readonly kind: 'absent' }
      | { readonly kind: 'unauthorized' | 'unclear'; readonly message: string };
    /** The part of a payload that should come back in `HeldLead.fields`, without fields that the provider does not return. */
    readonly expected: (payload: Payload) => Readonly<Record<string, string>>;
    /** Names of fields that are about a person, beside those that say so (`phone`, `name`, `email` …). */
    readonly personal: readonly string[];
    /** Why its leads do not show whether leadpush sent them: an id of ours comes back with none. Null: it does. */
    readonly untold: string | null;
  } | null;
  /** The provider's list of sources; null where it has none. */
  readonly sources: {
    readonly request: () => HttpRequest;
    /** A problem, for a person, where the list has another shape than expected. */
    readonly read: (answer: HttpAnswer) => readonly SourceEntry[] | { readonly problem: string };
  } | null;
  /** A body, or an error message of the network, without this target's secrets. The registry's mask gives it; no provider does. */
  readonly hide?: (text: string) => string;
}

/** A provider: data, and `bind`, which makes a client from a target's settings. */
export interface Provider {
  /** As in the configuration: lower case. */
  readonly name: string;
  /** The name that people read. */
  readonly title: string;
  /** Hosts (and their subdomains) that a found configuration's baseUrl may name. */
  readonly domains: readonly string[];
  readonly settings: readonly SettingSpec[];
  /** The vendor's own limits, where a target sets none: requests a second, and at once. */
  readonly limits: { readonly rate?: number; readonly concurrency?: number };
  /** What leads to the built-in target `sandbox-NAME` have by default, so that nothing required is missing; null: no emulator. */
  readonly sandbox: { readonly defaults: Readonly<Partial<Record<FieldName, string>>> } | null;
  readonly bind: (settings: TargetSettings, place: EndpointOverride) => ProviderClient;
}
