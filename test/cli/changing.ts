// A provider that passes all on to the sandbox, and changes what it answers.
import { createServer } from 'node:http';
import { afterAll } from 'vitest';

export interface Changing {
  readonly url: string;
  /** The body to answer in place of the sandbox's; null: the connection breaks, and the lead has not arrived. */
  change: (url: string, body: string) => string | null;
  /** Leads do not arrive: their connection breaks. */
  drop: boolean;
}

/** Until the tests of the file are over. Called at a file's top. */
export async function changing(sandbox: string): Promise<Changing> {
  const state = {
    url: '',
    change: (_: string, body: string): string | null => body,
    drop: false,
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const url = request.url ?? '';
    if (state.drop && request.method === 'POST') {
      request.socket.destroy();
      return;
    }
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(`${sandbox}${url}`, {
      method: request.method ?? 'GET',
      headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
      ...(request.method === 'POST' ? { body: Buffer.concat(chunks) } : {}),
    });
    const body = state.change(url, await answer.text());
    if (body === null) request.socket.destroy();
    else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  state.url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  afterAll(() => {
    server.close();
  });
  return state;
}
