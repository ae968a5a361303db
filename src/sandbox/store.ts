// What the emulated providers took, in order. A lead is kept as the text it came in, so that a million fit.
import { type Fields, type PackedFields, unpack } from './body.ts';

/** One lead that a provider took. */
export interface SandboxLead {
  readonly provider: 'anarock' | 'paramantra';
  /** The provider's id, digits. */
  readonly id: string;
  /** As the provider keeps it: national for Anarock, as sent (`phonefax`) for Paramantra. */
  readonly phone: string;
  /** All fields as texts in the provider's names, the signature's included. */
  readonly fields: Fields;
  /** Unix milliseconds. */
  readonly at: number;
  /** Anarock takes duplicates and marks them: the id of the first lead of this phone and campaign. */
  readonly duplicateOf: string | null;
}

interface Row {
  readonly provider: SandboxLead['provider'];
  readonly id: number;
  readonly phone: string;
  readonly packed: PackedFields;
  readonly at: number;
  readonly duplicateOf: number | null;
  /** The one before of this provider and phone. */
  readonly previous: Row | null;
}

export interface NewLead {
  readonly provider: SandboxLead['provider'];
  readonly phone: string;
  readonly packed: PackedFields;
  readonly at: number;
  /** What makes two leads duplicates. */
  readonly sameAs: string;
}

export class LeadStore {
  readonly #rows: Row[] = [];
  readonly #newest = { anarock: new Map<string, Row>(), paramantra: new Map<string, Row>() };
  readonly #first = { anarock: new Map<string, number>(), paramantra: new Map<string, number>() };
  /** The documents' own examples are the first. */
  readonly #nextId = { anarock: 17_863, paramantra: 2_882 };

  get size(): number {
    return this.#rows.length;
  }

  /** Takes a lead. @returns its id, larger than all before of this provider */
  add({ provider, phone, packed, at, sameAs }: NewLead): number {
    const id = this.#nextId[provider]++;
    const newest = this.#newest[provider];
    const duplicateOf = this.firstId(provider, sameAs);
    if (duplicateOf === null) this.#first[provider].set(sameAs, id);
    const row: Row = { provider, id, phone, packed, at, duplicateOf, previous: newest.get(phone) ?? null };
    newest.set(phone, row);
    this.#rows.push(row);
    return id;
  }

  /** The first lead that `sameAs` names; null where there is none. */
  firstId(provider: SandboxLead['provider'], sameAs: string): number | null {
    return this.#first[provider].get(sameAs) ?? null;
  }

  /** The newest lead of a phone that is not younger than `until` (Unix milliseconds); null where there is none. */
  newest(provider: SandboxLead['provider'], phone: string, until: number): SandboxLead | null {
    let row = this.#newest[provider].get(phone) ?? null;
    while (row !== null && row.at > until) row = row.previous;
    return row === null ? null : unpackRow(row);
  }

  /** All, or those from number `from` on, in the order in which they were taken. */
  list(from = 0): readonly SandboxLead[] {
    return this.#rows.slice(from).map(unpackRow);
  }
}

function unpackRow({ provider, id, phone, packed, at, duplicateOf }: Row): SandboxLead {
  return {
    provider,
    id: String(id),
    phone,
    fields: unpack(packed),
    at,
    duplicateOf: duplicateOf === null ? null : String(duplicateOf),
  };
}
