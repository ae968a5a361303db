// What both emulated providers have in common: a lead post is judged, and only then taken. Between the two stand the
// faults that a connection has after the provider took a lead.
import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './answer.ts';
import type { Fields, PackedFields } from './body.ts';

export interface LeadPost {
  readonly headers: IncomingHttpHeaders;
  readonly fields: Fields;
  readonly packed: PackedFields;
}

/** How a post ended, as the counters name it. */
export type Outcome = 'created' | 'duplicate' | 'unauthorized' | 'invalid';

export interface Judged {
  readonly outcome: Outcome;
  readonly answer: Answer;
}

export interface EmulatedProvider {
  /** Refused, or a function that takes the lead: once, now or later. */
  readonly judge: (post: LeadPost) => Judged | (() => Judged);
  /** What this provider answers to wrong credentials. */
  readonly unauthorized: Answer;
}
