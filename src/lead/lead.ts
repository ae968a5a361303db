// A lead: one person's enquiry in canonical values, whatever file it came from.
import type { Problem } from './codes.ts';

/** Fields that were empty or not valid are absent. */
export interface Lead {
  /** E.164, `+919988776655`. */
  readonly phone: string;
  /** ISO 3166-1 alpha-2 country of `phone`; absent for numbers of no country (+800 …). */
  readonly country?: string;
  /** Full name; from an input with first and last name, the two joined. */
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
  /** Lower case without spaces: `2bhk`, `3+bhk`, `2.5bhk`, `1rk`. */
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
  /** A number as text, or a source's name (`google`) that is resolved later. */
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

/** The fields of a lead, without `extra`, whose names are free. */
export type FieldName = Exclude<keyof Lead, 'extra'>;

/** What a column can map to: a field, `budget` (a text that sets budgetMin and budgetMax), or `extra.NAME`. */
export type ColumnTarget = FieldName | 'budget' | `extra.${string}`;

/** Who a record is about, as far as it says, and what the provider files it under. */
export interface Who {
  readonly name: string | null;
  /** The exporting system's own id. */
  readonly externalId: string | null;
  readonly source: string | null;
  readonly campaign: string | null;
  /** The phone's cell as it stands, where no phone was understood. */
  readonly cell: string | null;
  /** Source and campaign as far as the record itself says them, where it is no lead. */
  readonly ownOrigin?: readonly string[];
}

/** What a record that is no lead says of whose it is and where it came from, as text. */
export interface Said
  extends Pick<
    Lead,
    'name' | 'externalId' | 'source' | 'sourceId' | 'channelId' | 'placement' | 'campaignId'
  > {
  /** The phone's cell as it stands, where no phone was understood. */
  readonly cell?: string;
}

/** The result of parsing one record. */
export type LeadResult =
  | {
      readonly kind: 'lead';
      readonly lead: Lead;
      readonly warnings: readonly Problem[];
      /** E.164: the row's other usable numbers, under any of which the lead may have been sent before. */
      readonly otherPhones?: readonly string[];
    }
  | {
      readonly kind: 'invalid';
      readonly errors: readonly Problem[];
      readonly warnings: readonly Problem[];
      /** The phone if it is valid, to help find the row. */
      readonly phone: string | null;
      /** Absent: the record says nothing. */
      readonly said?: Said;
    }
  | {
      readonly kind: 'skipped';
      readonly reason: Problem;
      readonly phone: string | null;
      readonly said?: Said;
    };
