// Both providers as their documents describe them, in memory of the test, which can look at what they took and hold an
// answer back.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Database from 'libsql';
import type { Desk, Line } from './leadpush.ts';

/** Both providers, in memory, as slow as is wanted. */
export class Crm {
  readonly taken: string[] = [];
  readonly asked: { readonly phone: string; readonly at: number }[] = [];
  latencyMs = 150;
  /** When each lead came, Unix ms, and in whose name (`repId`, or the campaign). */
  readonly posts: { readonly at: number; readonly by: string }[] = [];
  /** The most leads in progress at once. */
  mostAtOnce = 0;
  /** The most leads of one phone in progress at once. */
  mostOfPhone = 0;
  readonly #inProgress: string[] = [];
  /** Whether this answer is held back until {@link letGo}. */
  holds = (_phone: string): boolean => false;
  #held: (() => void)[] = [];
  readonly #ana = new Map<string, Line>();
  readonly #para = new Map<string, number>();
  readonly #server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => this.#serve(request, response, Buffer.concat(chunks).toString('utf8')));
  });

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('it does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  letGo(): void {
    this.holds = () => false;
    for (const answer of this.#held.splice(0)) answer();
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #serve(request: IncomingMessage, response: ServerResponse, raw: string): void {
    const url = new URL(request.url ?? '', 'http://crm');
    const body = Object.fromEntries(new URLSearchParams(raw));
    const phone = body['phone'] ?? body['phonefax'] ?? url.searchParams.get('phone') ?? '';
    const answer = this.#answerTo(url.pathname, phone, body);
    const isLead = request.method === 'POST';
    if (isLead) {
      this.posts.push({ at: Date.now(), by: body['rep_id'] ?? body['campaign_id'] ?? '' });
      this.#inProgress.push(phone);
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#inProgress.length);
      const same = this.#inProgress.filter((other) => other === phone).length;
      this.mostOfPhone = Math.max(this.mostOfPhone, same);
    }
    let isOver = false;
    const over = () => {
      if (isLead && !isOver) this.#inProgress.splice(this.#inProgress.indexOf(phone), 1);
      isOver = true;
    };
    // Killed: its connection is closed.
    response.on('close', over);
    const say = () => {
      over();
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    };
    if (request.method === 'POST' && this.holds(phone)) this.#held.push(say);
    else setTimeout(say, request.method === 'POST' ? this.latencyMs : 0);
  }

  #answerTo(
    path: string,
    phone: string,
    body: Readonly<Record<string, string>>,
  ): { status: number; body: unknown } {
    if (path.endsWith('/last-lead-data')) {
      this.asked.push({ phone, at: Date.now() });
      const held = this.#ana.get(phone);
      return held === undefined
        ? { status: 404, body: { status: 'ERROR', message: 'not found' } }
        : { status: 200, body: { status: 'OK', message: 'success', response: held } };
    }
    const known = this.#para.get(phone);
    if (!path.endsWith('/sync-lead') && known !== undefined) {
      const said = { contact_number: phone, status: 'failed', message: 'duplicate_entry' };
      return { status: 200, body: [{ ...said, unique_id: String(known) }] };
    }
    const id = 17_863 + this.taken.push(phone);
    if (path.endsWith('/sync-lead')) {
      this.#ana.set(phone, { lead_id: id, phone, extra_details: body['extra_details'] ?? null });
      return { status: 200, body: { status: 'OK', message: 'success', response: { lead_id: id } } };
    }
    this.#para.set(phone, id);
    const there = { contact_number: phone, unique_id: id, status: 'success' };
    return { status: 200, body: [{ contact_number: phone, message: 'contact_number_added' }, there] };
  }
}

/** Writes `c.yaml` with the targets `a` (Anarock) and `p` (Paramantra). @param limits lines of both, four blanks in front */
export function configureCrm(desk: Desk, crm: Crm, limits: string): void {
  desk.write(
    'c.yaml',
    `targets:
  a:
    provider: anarock
    baseUrl: ${crm.url}
    channel: acme
    key: a-key-of-the-test
    defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 }
    settleAfter: 200ms
    ${limits}
  p:
    provider: paramantra
    baseUrl: ${crm.url}
    apiKey: a-key-of-the-test
    appName: app
    defaults: { channelId: Sandbox, subject: Leads, repId: rep }
    settleAfter: 200ms
    ${limits}
`,
  );
}

/** Stops a run, but not in the middle of a write: the ledger would be locked until it wakes, and others could only wait. */
export async function freeze(file: string, kill: (signal: NodeJS.Signals) => void): Promise<void> {
  const ledger = new Database(file, {});
  ledger.exec('PRAGMA busy_timeout = 50');
  for (;;) {
    kill('SIGSTOP');
    // It does not stop at once.
    await new Promise((resolve) => setTimeout(resolve, 30));
    try {
      ledger.exec('BEGIN IMMEDIATE; ROLLBACK');
      break;
    } catch {
      kill('SIGCONT');
      await new Promise((resolve) => setTimeout(resolve, 7));
    }
  }
  ledger.close();
}
