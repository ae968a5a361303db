// Which of several leads of one person is meant: one way of choosing for verify, smoke and the canary.
import type { HeldLead } from './provider.ts';

/** A run's id and a number in it. */
const SUBMISSION_ID = /^[0-9A-HJKMNP-TV-Z]{8}-\d+$/;

/** Whether a text is a submission id of leadpush, and not what somebody else keeps in that field. */
export function isSubmissionId(text: string | null): text is string {
  return text !== null && SUBMISSION_ID.test(text);
}

/**
 * @param leads in the provider's order
 * @param leadId the lead that was sent; null where it is not known
 * @returns that one, else one that leadpush has sent, else the first
 */
export function chosenLead<L extends Pick<HeldLead, 'leadId' | 'submissionId'>>(
  leads: readonly [L, ...L[]],
  leadId: string | null,
): L {
  return (
    leads.find((lead) => lead.leadId === leadId) ??
    leads.find(({ submissionId }) => isSubmissionId(submissionId)) ??
    leads[0]
  );
}
