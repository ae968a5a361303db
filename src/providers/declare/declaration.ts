// The words in which a provider is declared: plain data, the same for the built-in ones and for `providers:` of a
// configuration. docs/providers.md explains each. Only a built-in one may put a named function where data does not suffice.
import type { FieldName, Lead } from '../../lead/lead.ts';
import type { Explain } from '../error-body.ts';
import type { AskVerdict, Held, HttpAnswer, SettingSpec } from '../provider.ts';

/**
 * A text with names in braces, which are filled in: `{setting}`, and, where they make sense, `{lead.FIELD}`,
 * `{lead.FIELD:FORM}`, `{submission}`, `{now}`, `{body}`, `{hmac}`. Where a name has no value, the whole text has none.
 */
export type Template = string;

/** Another text for each value of a setting. */
export interface BySetting {
  readonly by: string;
  readonly [choice: string]: Template;
}

/** `response.lead_id`, `0.id`: members and positions in JSON, from the outside in; empty for all of it. */
export type JsonPath = string;

export interface Declaration {
  readonly name: string;
  readonly title: string;
  readonly settings: Readonly<Record<string, SettingDeclaration>>;
  /** Where requests go, by the name of the system; the first is the default. */
  readonly environments: Readonly<Record<string, Template | Environment>>;
  /** Further hosts (and their subdomains) of the vendor that a target's baseUrl may name. */
  readonly hosts?: readonly string[];
  /** The settings that tell one account from another; no secret among them. */
  readonly account: readonly string[];
  readonly requires?: readonly (FieldName | Requirement)[];
  /** The fields that, with the phone, identify a lead. */
  readonly dedupe?: readonly FieldName[];
  readonly limits?: { readonly rate?: number; readonly concurrency?: number };
  readonly auth?: Auth;
  readonly request: RequestDeclaration;
  /** The provider's name of a field (a template) -> what is in it, in the order in which they are sent. */
  readonly payload: Readonly<Record<string, Value>>;
  readonly answers?: readonly AnswerRule[];
  /**
   * How a lost answer is settled: by sending again, which the provider answers by "duplicate"; by asking; or by asking, and
   * sending again where asking does not tell.
   */
  readonly lost: 'resend' | 'ask' | 'ask-or-resend';
  readonly lookup?: Lookup;
  readonly sources?: Sources;
  /** The provider's names of further fields that are about a person. */
  readonly personal?: readonly string[];
  readonly examples?: readonly Example[];
  /** For a provider with an emulator: what its leads have by default. */
  readonly sandbox?: { readonly defaults: Readonly<Partial<Record<FieldName, string>>> };
}

export interface SettingDeclaration extends Partial<Omit<SettingSpec, 'name' | 'help' | 'defaultText'>> {
  readonly help: string;
  /** What counts where the target does not say. */
  readonly default?: string;
}

export interface Environment {
  /** `https://host`; a name in it is the value of a setting with choices, or a part of the host before the vendor's domain. */
  readonly origin: Template;
  /** Leads that arrive there are real; so they are, unless it says no. */
  readonly production?: boolean;
  /** Addresses that mean this system when a target's baseUrl names them; by default its own. */
  readonly sameAs?: readonly string[];
}

/** Required unless a setting has this value. */
export interface Requirement {
  readonly field: FieldName;
  readonly unless: Readonly<Record<string, string>>;
}

export interface Auth {
  /** `Authorization: Bearer …` */
  readonly bearer?: Template;
  readonly basic?: { readonly user: Template; readonly password: Template | BySetting };
  readonly headers?: Readonly<Record<string, Template>>;
  readonly query?: Readonly<Record<string, Template>>;
  readonly hmac?: Hmac;
}

/** `{hmac}` is the signature of `over`. */
export interface Hmac {
  readonly key: Template;
  /** `{now}` are the Unix seconds, `{body}` is the body as it is sent. */
  readonly over: Template;
  readonly algorithm?: 'sha1' | 'sha256' | 'sha512';
  readonly encoding?: 'hex' | 'base64';
  /** Put into the body; in a request without one into the query. */
  readonly fields?: Readonly<Record<string, Template>>;
  readonly headers?: Readonly<Record<string, Template>>;
}

export const BODY_KINDS = ['form', 'json', 'nested', 'pairs', 'multipart'] as const;
export type BodyKind = (typeof BODY_KINDS)[number];

export interface RequestDeclaration {
  readonly path: Template;
  readonly query?: Readonly<Record<string, Template>>;
  readonly headers?: Readonly<Record<string, Template>>;
  /**
   * `form`: urlencoded; `json`: one object; `nested`: one object, in whose names a dot leads inside (`contact.email`, and
   * a number into a list); `pairs`: a list of objects, one a field; `multipart`. Or a setting that says which: `{encoding}`.
   */
  readonly body: BodyKind | Template;
  /** For `pairs`: the members that hold the name and the value. */
  readonly pair?: { readonly name: string; readonly value: string };
}

/** A field (`email`, `extra.gclid`), several of which the first with a value counts, or more about it. */
export type Value =
  | string
  | readonly string[]
  | FieldValue
  | TextValue
  | LinesValue
  | ObjectValue
  | MadeValue;

interface ValueOptions {
  /** In JSON; by default what the value is: numbers and yes or no as such, all else as text. */
  readonly type?: JsonType;
  /** False: it keeps its name, even where the account has another for its field (`fieldMap`). */
  readonly rename?: boolean;
  /** False: `--field` cannot set it. */
  readonly override?: boolean;
}

export const JSON_TYPES = ['text', 'number', 'boolean', 'json'] as const;
export type JsonType = (typeof JSON_TYPES)[number];

export interface FieldValue extends ValueOptions {
  readonly field: string | readonly string[];
  /** Its form, or a setting that says which: `{phoneFormat}`. See FORMS in forms.ts. */
  readonly as?: Template;
  /** Where the lead has none. */
  readonly otherwise?: string;
  /** At most so many characters. */
  readonly max?: number;
}

export interface TextValue extends ValueOptions {
  readonly text: Template;
  /** For a setting that is true or false. */
  readonly as?: string;
}

/** One line a field, `Label: value`; an empty label gives the value alone. What the account has a field for is left out. */
export interface LinesValue extends ValueOptions {
  readonly lines: Readonly<Record<string, string>>;
}

/** JSON of several values; in a form it is JSON text. */
export interface ObjectValue extends ValueOptions {
  readonly object: Readonly<Record<string, Value>>;
  /** With all of the lead's `extra`. */
  readonly extra?: boolean;
}

/** What data cannot say; for built-in providers. */
export interface MadeValue extends ValueOptions {
  readonly make: (lead: Lead) => string | undefined;
}

/** All of it holds. */
export interface Condition {
  /** `409`, `2xx`, `400-499`, or several. */
  readonly status?: number | string | readonly (number | string)[];
  readonly header?: Readonly<Record<string, Test>>;
  readonly json?: Readonly<Record<JsonPath, Test>>;
  readonly body?: Test;
  /** A JSON body that says no (`status: false`, words under `error` …), or no to the credentials. */
  readonly says?: 'no' | 'unauthorized';
  /** What is asked of `json` and `says` holds for one element of this list, or for the one object that stands there. */
  readonly each?: JsonPath;
  readonly not?: Condition;
}

/** A value as text; a pattern; whether it is there; one of several; `[]` for an empty list and `{}` for an empty object. */
export type Test =
  | string
  | number
  | boolean
  | TestObject
  | readonly (string | number | boolean | TestObject)[];

export interface TestObject {
  /** A regular expression without look-around and back references, `(?i)` in front for any case. */
  readonly matches?: string;
  readonly exists?: boolean;
  readonly not?: Test;
}

export const RULE_VERDICTS = [
  'created',
  'duplicate',
  'rejected',
  'unauthorized',
  'throttled',
  'retryable',
  'indeterminate',
] as const;
export type RuleVerdict = (typeof RULE_VERDICTS)[number];

/** A path in the JSON (in the element of `each`), a header, or a text. A pattern takes its first group, or all that it matches. */
export type Where =
  | JsonPath
  | { readonly json: JsonPath; readonly matches?: string }
  | { readonly header: string; readonly matches?: string }
  | { readonly text: string };

/** The first rule that holds decides; where none does, the HTTP status. A `created` without an id holds not. */
export interface AnswerRule extends Condition {
  readonly verdict: RuleVerdict;
  readonly id?: Where;
  /** By default what the body says. */
  readonly message?: Where;
  /** For `indeterminate`: the provider may still work on it. By default not for 2xx and 500. */
  readonly mayStillArrive?: boolean;
}

export const LOOKUP_VERDICTS = ['absent', 'unclear', 'throttled', 'unauthorized'] as const;

export interface LookupRule extends Condition {
  readonly verdict: (typeof LOOKUP_VERDICTS)[number];
}

/** A GET that asks for the leads of a phone or an e-mail address. */
interface LookupRequest {
  /** `/path`, or `./path` beside that of the request. */
  readonly path: Template;
  readonly query?: Readonly<Record<string, Template>>;
  /** The payload's fields that it gives back under their names. */
  readonly returns?: readonly string[];
}

export interface DataLookup extends LookupRequest {
  /** Where the leads are: a list, or one. */
  readonly leads: JsonPath;
  /** In a lead: where its id is. */
  readonly id: JsonPath;
  /** In a lead: where our submission id is, in braces perhaps a setting. */
  readonly ours?: Template;
  /** In a lead: where its fields are; by default they are its members. */
  readonly fields?: JsonPath;
  /** What is judged before a lead is looked for; "no such lead" is only what a rule says. */
  readonly answers?: readonly LookupRule[];
}

/** An answer whose reading data cannot say; for built-in providers. */
export interface MadeLookup extends LookupRequest {
  readonly read: (answer: HttpAnswer, leadId: string | null, explain: Explain) => Found;
  readonly ask: (
    answer: HttpAnswer,
    submissionId: string,
    leadIdWatermark: string | null,
    explain: Explain,
  ) => AskVerdict;
}

export type Lookup = DataLookup | MadeLookup;

/** What a look at a phone found. */
export type Found =
  | Held
  | { readonly kind: 'absent' }
  | { readonly kind: 'unauthorized' | 'unclear'; readonly message: string };

/** A GET of the provider's list of sources: entries with an id, a name, and perhaps a list of sub-sources. */
export interface Sources {
  readonly path: Template;
  /** False: it needs no credentials. */
  readonly auth?: boolean;
  /** The system that has the list, where not all have; a host of one's own has its own. */
  readonly environment?: string;
}

/** An answer, and what it has to mean. */
export interface Example {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or JSON. `{submission}` in it is our submission id. */
  readonly body?: unknown;
  /** Of an answer to a lead (default), to a question about a lost answer, or to `verify`. */
  readonly to?: 'lead' | 'question' | 'verify';
  /** The kind of the verdict. */
  readonly verdict: string;
  readonly id?: string | number;
}
