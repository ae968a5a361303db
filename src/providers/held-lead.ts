// Which of several leads of one person is meant, and whose it is: one way of choosing for verify, smoke and the canary.
import type { HeldLead } from './provider.ts';

/** A run's id and a number in it. */
const SUBMISSION_ID = /^[0-9A-HJKMNP-TV-Z]{8}-\d+$/;

/** Whether a text is a submission id of leadpush, and not what somebody else keeps in that field. */
export function isSubmissionId(text: string | null): text is string {
  return text !== null && SUBMISSION_ID.test(text);
}

/**
 * Whose lead was found in place of the one that is asked about.
 * @param found its submission id
 * @param asked the submission id of the one that is asked about
 */
export function otherSender(found: string | null, asked: string): string {
  if (!isSubmissionId(found)) return 'which is not known to be ours';
  const [run] = asked.split('-');
  return found.startsWith(`${run}-`)
    ? 'which this run sent as another lead'
    : 'which another run of leadpush sent';
}

/** Where lead ids are numbers that grow, the lower one is the older lead; false where they are not. */
export function isBelow(id: string, other: string | null): boolean {
  return other !== null && /^\d+$/.test(id) && /^\d+$/.test(other) && BigInt(id) < BigInt(other);
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
