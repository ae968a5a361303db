// The CRM of fixtures/providers/lodestar.yaml at a loopback address: asked by e-mail address, it behaves as its document says,
// or as a test wants it to.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Desk, ROOT } from './leadpush.ts';

export const TOKEN = 'l0de"st4r+&/=t0ken';
const DECLARATION = readFileSync(join(ROOT, 'fixtures/providers/lodestar.yaml'), 'utf8');

/** Writes a configuration that declares it, and has a target `crm` of it. */
export function configureLodestar(desk: Desk, crm: Lodestar, name = 'crm.yaml'): void {
  desk.write(
    name,
    `${DECLARATION}\ntargets:\n  crm:\n    provider: lodestar\n    team: pune\n    token: \${LODESTAR_TOKEN}\n    baseUrl: ${crm.url}\n    settleAfter: 100ms\n    testPhone: "+91 99887 76655"\n`,
  );
}

interface Prospect {
  readonly prospect_id: string;
  readonly email: string;
  readonly mobile: string;
  readonly full_name: string;
  readonly ext_ref: string;
  readonly budget: number;
}

/** What an answer to a post becomes instead; null: as it should be. */
type Mischief = (post: number, response: ServerResponse, request: IncomingMessage) => boolean;

export class Lodestar {
  readonly prospects: Prospect[] = [];
  posts = 0;
  asks = 0;
  /** Called when the prospect is taken already. */
  mischief: Mischief = () => false;
  /** Called before anything is looked at. */
  before: Mischief = () => false;
  #server: Server = createServer((request, response) => void this.#serve(request, response));

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const isPost = request.method === 'POST';
    const count = isPost ? ++this.posts : ++this.asks;
    const say = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    if (this.before(count, response, request)) return;
    if (request.headers.authorization !== `Bearer ${TOKEN}`) say(401, { error: 'token' });
    else if (isPost) {
      const post = JSON.parse(Buffer.concat(chunks).toString());
      const known = this.prospects.find(({ email }) => email === post.email);
      if (known === undefined)
        this.prospects.push({ ...post, prospect_id: `P-${this.prospects.length + 1}` });
      if (this.mischief(count, response, request)) return;
      if (known !== undefined) say(409, { error: 'exists' }, { 'x-prospect-id': known.prospect_id });
      else say(201, { data: { prospect_id: this.prospects.at(-1)?.prospect_id } });
    } else {
      const email = new URL(request.url ?? '', 'http://x').searchParams.get('email');
      const found = this.prospects.filter((one) => one.email === email);
      say(found.length === 0 ? 404 : 200, found.length === 0 ? { error: 'no_prospect' } : { data: found });
    }
  }
}
