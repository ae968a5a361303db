// What an emulator of a provider is: its name, its credentials and its routes as data, which the sandbox serves. A lead
// post is judged, and only then taken: between the two stand the faults that a connection has after the provider took a lead.
import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './answer.ts';
import type { Fields, PackedFields } from './body.ts';
import type { LeadShelf } from './store.ts';

/** What a client needs to be let in, by the names of the provider's settings. `sandbox --json` prints it in this order. */
export type Credentials = Readonly<Record<string, string>>;

export interface Emulator {
  /** The provider's. */
  readonly name: string;
  /** Of the first lead; each further one is one more. */
  readonly firstId: number;
  /** Its lead ids as texts; absent: the digits. */
  readonly idText?: (id: number) => string;
  /** @param key a text that cannot be guessed */
  readonly credentials: (key: string) => Credentials;
  readonly start: (world: EmulatorWorld) => Emulated;
}

/** What an emulator works with. */
export interface EmulatorWorld {
  readonly credentials: Credentials;
  /** Ask for all that the vendor's document calls mandatory, and judge what is in it. */
  readonly strict: boolean;
  /** Unix milliseconds. */
  readonly clock: () => number;
  readonly leads: LeadShelf;
  /** In [0, 1), for what the document does not promise. */
  readonly random: () => number;
}

/** A running emulator. */
export interface Emulated {
  readonly routes: readonly EmulatedRoute[];
  /** What this provider answers to wrong credentials. */
  readonly unauthorized: Answer;
  /** The provider's own answer to a path that is none of its routes; null: it does not know such paths at all. */
  readonly unserved: (path: string) => Answer | null;
}

export type EmulatedRoute =
  /** A POST of a lead. */
  | {
      readonly takes: 'lead';
      readonly path: string;
      readonly judge: Judge;
      /** The lead in a JSON body of another shape than one object; null: it is none. */
      readonly objectOf?: (body: unknown) => Readonly<Record<string, unknown>> | null;
    }
  /** A GET that asks for a lead and has to bring credentials. `lagMs`: leads younger than this do not show yet. */
  | {
      readonly takes: 'question';
      readonly path: string;
      readonly answer: (query: Fields, lagMs: number, headers: Headers) => Answer;
    }
  /** A GET of what everybody may read. */
  | { readonly takes: 'visit'; readonly path: string; readonly answer: Answer };

/** Refused, or a function that takes the lead: once, now or later. */
export type Judge = (post: LeadPost) => Judged | (() => Judged);

export type Headers = IncomingHttpHeaders;

export interface LeadPost {
  readonly headers: Headers;
  /** Parameters of the address; they count as fields too. */
  readonly query: Fields;
  readonly fields: Fields;
  readonly packed: PackedFields;
}

export interface Judged {
  readonly outcome: Outcome;
  /** It is answered as a new lead, with an id of its own, also where it is a duplicate. */
  readonly asNew?: boolean;
  readonly answer: Answer;
}

/** How a post ended, as the counters name it. */
export type Outcome = 'created' | 'duplicate' | 'unauthorized' | 'invalid' | 'overRate';

/** @throws TypeError where the credentials that the sandbox was started with lack one */
export function credential(credentials: Credentials, name: string): string {
  const value = credentials[name];
  if (value === undefined) throw new TypeError(`the sandbox's credentials lack "${name}"`);
  return value;
}
