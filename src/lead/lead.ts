// What a lead is: one person's enquiry in canonical values (docs/behaviour.md, "A lead"), whatever file it came from.
import type { Problem } from './codes.ts';

/** A lead whose every value was understood. Fields that were empty or could not be understood are absent. */
export interface Lead {
  /** E.164, `+919988776655`. */
  readonly phone: string;
  /** ISO 3166-1 alpha-2 country of `phone`; absent for numbers of no country (+800 …). */
  readonly country?: string;
  /** Whole name; where the input had first and last name, they joined. */
  readonly name?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  /** Line breaks are `\n`. */
  readonly message?: string;
  readonly city?: string;
  readonly locality?: string;
  readonly listingId?: string;
  readonly listingName?: string;
  /** Whole rupees. */
  readonly budgetMin?: number;
  /** Whole rupees. */
  readonly budgetMax?: number;
  /** Lower case without blanks: `2bhk`, `3+bhk`, `2.5bhk`, `1rk`. */
  readonly apartmentTypes?: readonly string[];
  /** ISO 8601 instant in UTC, `2026-10-05T08:33:22.000Z`. */
  readonly contactedAt?: string;
  readonly homeloanRequired?: boolean;
  readonly otpVerified?: boolean;
  readonly callVerified?: boolean;
  readonly broker?: boolean;
  readonly creditValue?: string;
  readonly source?: string;
  readonly subSource?: string;
  readonly placement?: string;
  /** A number as text, or a source's name (`google`) still to be resolved. */
  readonly sourceId?: string;
  readonly subSourceId?: string;
  /** The provider's project. Never an ad platform's campaign id, which is `extra.ad_campaign_id`. */
  readonly campaignId?: string;
  readonly channelId?: string;
  readonly subject?: string;
  readonly repId?: string;
  /** E.164. */
  readonly altPhone?: string;
  /** The exporting system's own id. */
  readonly externalId?: string;
  readonly extra?: Readonly<Record<string, string>>;
}

/** The name of a value of a lead, without `extra`, whose names are free. */
export type FieldName = Exclude<keyof Lead, 'extra'>;

/** Where a column can go: a field, `budget` (a text that fills budgetMin and budgetMax), or `extra.NAME`. */
export type ColumnTarget = FieldName | 'budget' | `extra.${string}`;

/** What became of one record's values. */
export type LeadResult =
  | { readonly kind: 'lead'; readonly lead: Lead; readonly warnings: readonly Problem[] }
  | {
      readonly kind: 'invalid';
      readonly errors: readonly Problem[];
      readonly warnings: readonly Problem[];
      /** The phone where it was understood, so that a person can find the row. */
      readonly phone: string | null;
    }
  | { readonly kind: 'skipped'; readonly reason: Problem; readonly phone: string | null };
