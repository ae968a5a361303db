// The leads that the emulators accepted, in order. Each is kept as the text it came in, so that a million fit in memory.
import { type Fields, type PackedFields, unpack } from './body.ts';

/** One lead that a provider took. */
export interface SandboxLead {
  /** The provider's name. */
  readonly provider: string;
  /** The provider's id. */
  readonly id: string;
  /** As the provider keeps it. */
  readonly phone: string;
  /** All fields as texts in the provider's names, the signature's included. */
  readonly fields: Fields;
  /** Unix milliseconds. */
  readonly at: number;
  /** A provider may take duplicates and mark them: the id of the first lead that is the same. */
  readonly duplicateOf: string | null;
}

interface Row {
  readonly provider: string;
  readonly id: number;
  readonly idText: (id: number) => string;
  readonly phone: string;
  packed: PackedFields;
  readonly at: number;
  readonly duplicateOf: number | null;
  /** The one before of this provider and phone. */
  readonly previous: Row | null;
}

export interface NewLead {
  readonly phone: string;
  readonly packed: PackedFields;
  readonly at: number;
  /** What makes two leads duplicates. */
  readonly sameAs: string;
}

/** The leads of all providers. */
export class LeadStore {
  readonly #rows: Row[] = [];

  /** Where one provider keeps its own. @param firstId the id of its first lead */
  shelf(provider: string, firstId: number, idText: (id: number) => string = String): LeadShelf {
    return new LeadShelf(provider, firstId, idText, this.#rows);
  }

  /** All, or those from number `from` on, in the order in which they were taken. */
  list(from = 0): readonly SandboxLead[] {
    return this.#rows.slice(from).map(unpackRow);
  }
}

/** The leads of one provider. */
export class LeadShelf {
  readonly #provider: string;
  /** Shared by all shelves of a store. */
  readonly #rows: Row[];
  readonly #newest = new Map<string, Row>();
  readonly #first = new Map<string, number>();
  readonly #idText: (id: number) => string;
  #nextId: number;

  constructor(provider: string, firstId: number, idText: (id: number) => string, rows: Row[]) {
    this.#idText = idText;
    this.#provider = provider;
    this.#nextId = firstId;
    this.#rows = rows;
  }

  /** Takes a lead. @returns its id, larger than all before */
  add({ phone, packed, at, sameAs }: NewLead): number {
    const provider = this.#provider;
    const id = this.#nextId++;
    const duplicateOf = this.firstId(sameAs);
    if (duplicateOf === null) this.#first.set(sameAs, id);
    const previous = this.#newest.get(phone) ?? null;
    const row: Row = { provider, id, idText: this.#idText, phone, packed, at, duplicateOf, previous };
    this.#newest.set(phone, row);
    this.#rows.push(row);
    return id;
  }

  /** Changes the newest lead of a phone. */
  update(phone: string, change: (fields: Fields) => Fields): void {
    const row = this.#newest.get(phone);
    if (row === undefined) return;
    row.packed = { encoding: 'json', text: JSON.stringify(change(unpack(row.packed))) };
  }

  /** The first lead that `sameAs` names; null where there is none. */
  firstId(sameAs: string): number | null {
    return this.#first.get(sameAs) ?? null;
  }

  /** The newest lead of a phone that is not younger than `until` (Unix milliseconds); null where there is none. */
  newest(phone: string, until: number): SandboxLead | null {
    let row = this.#newest.get(phone) ?? null;
    while (row !== null && row.at > until) row = row.previous;
    return row === null ? null : unpackRow(row);
  }
}

function unpackRow({ provider, id, idText, phone, packed, at, duplicateOf }: Row): SandboxLead {
  return {
    provider,
    id: idText(id),
    phone,
    fields: unpack(packed),
    at,
    duplicateOf: duplicateOf === null ? null : idText(duplicateOf),
  };
}
