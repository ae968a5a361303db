// What is to become of one record at one target, before anything is remembered or sent: the same for a run and for its
// dry run, which ends here. Pure.
import type { Problem } from '../lead/codes.ts';
import type { Lead, Said, Who } from '../lead/lead.ts';
import { whoseLead, whoseRow } from '../lead/who.ts';
import type { Payload } from '../providers/provider.ts';
import type { Unsent } from './result.ts';
import { identityOf, type LeadInput, type Target } from './submission.ts';

/** A lead with all that the target adds to it. */
export interface PlannedLead {
  readonly kind: 'send';
  readonly lead: Lead;
  /** The text whose digest is the submission's key. */
  readonly identity: string;
  /** The same for the row's other usable numbers: an earlier run may have sent it under one of them. */
  readonly otherIdentities: readonly string[];
  readonly warnings: readonly Problem[];
}

export type Plan = PlannedLead | { readonly kind: 'unsent'; readonly unsent: Unsent };

const NONE: readonly string[] = [];

export function planSubmission({ result }: Pick<LeadInput, 'result'>, target: Target): Plan {
  switch (result.kind) {
    case 'invalid': {
      const { phone, errors, warnings, said } = result;
      const who = whoAt(target, said);
      return { kind: 'unsent', unsent: { status: 'invalid', phone, errors, warnings, who } };
    }
    case 'skipped': {
      const { phone, reason, said } = result;
      const who = whoAt(target, said);
      return { kind: 'unsent', unsent: { status: 'skipped', phone, errors: [reason], warnings: [], who } };
    }
    case 'lead': {
      const { warnings, otherPhones } = result;
      const { lead, errors } = target.complete(result.lead, warnings);
      if (errors.length > 0) {
        const { phone } = lead;
        const who = whoseLead(lead);
        return { kind: 'unsent', unsent: { status: 'invalid', phone, errors, warnings, who } };
      }
      const identify = (one: Lead) =>
        identityOf(target.endpoint.identity, one, target.dedupe, target.keySuffix);
      const otherIdentities = otherPhones?.map((phone) => identify({ ...lead, phone })) ?? NONE;
      return { kind: 'send', lead, identity: identify(lead), otherIdentities, warnings };
    }
  }
}

/** Counted where a good row of the same input is: the target's defaults are its own, too. */
function whoAt(target: Target, said: Said = {}): Who {
  return whoseRow(said, (lead) => target.complete(lead, []).lead);
}

/** What goes into the request of a planned lead. */
export function payloadOf(target: Target, lead: Lead, submissionId: string): Payload {
  return target.endpoint.payload(lead, submissionId, target.own);
}
