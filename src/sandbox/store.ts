// The leads that the sandbox has taken, of both providers: in order, and by phone.

export interface SandboxLead {
  readonly provider: 'anarock' | 'paramantra';
  readonly id: number;
  /** As the provider files it: national for Anarock, as sent for Paramantra. */
  readonly phone: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** ISO 8601. */
  readonly at: string;
}

const FIRST_ID = 17863;

export class Store {
  readonly #leads: SandboxLead[] = [];
  readonly #newest = new Map<string, SandboxLead>();

  get leads(): readonly SandboxLead[] {
    return this.#leads;
  }

  /** The id that the next lead gets; ids grow. */
  get nextId(): number {
    return FIRST_ID + this.#leads.length;
  }

  add(
    provider: SandboxLead['provider'],
    phone: string,
    fields: SandboxLead['fields'],
    at: string,
  ): SandboxLead {
    const lead = { provider, id: this.nextId, phone, fields, at };
    this.#leads.push(lead);
    this.#newest.set(`${provider} ${phone}`, lead);
    return lead;
  }

  newest(provider: SandboxLead['provider'], phone: string): SandboxLead | null {
    return this.#newest.get(`${provider} ${phone}`) ?? null;
  }
}
