// A TCP way to the database that a test can break: answers that never arrive, cuts, stalls.
import { connect, createServer, type Server, type Socket } from 'node:net';

export class RoughWay {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  /** Lets nothing through in this direction; what is held comes later, or never. */
  #holdAnswers = false;
  #refuse = false;
  #to: number;
  port = 0;
  /** Connections so far. */
  connections = 0;

  constructor(to: number) {
    this.#to = to;
    this.#server = createServer((client) => {
      this.connections++;
      if (this.#refuse) {
        client.destroy();
        return;
      }
      const upstream = connect(this.#to, '127.0.0.1');
      const pair = [client, upstream] as const;
      this.#pairs.add(pair);
      client.on('data', (data) => upstream.write(data));
      upstream.on('data', (data) => {
        if (!this.#holdAnswers) client.write(data);
      });
      for (const [one, other] of [pair, [upstream, client] as const]) {
        one.on('error', () => other.destroy());
        one.on('close', () => {
          other.destroy();
          this.#pairs.delete(pair);
        });
      }
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const at = this.#server.address();
    if (typeof at === 'object' && at !== null) this.port = at.port;
  }

  /** What is sent arrives; its answers are lost. */
  loseAnswers(): void {
    this.#holdAnswers = true;
  }

  cut(): void {
    this.#holdAnswers = false;
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** No connection can be made from now on. */
  down(): void {
    this.#refuse = true;
    this.cut();
  }

  up(): void {
    this.#refuse = false;
  }

  /** New connections lead to another server, as an address does that follows the primary. */
  turnTo(port: number): void {
    this.#to = port;
    this.cut();
  }

  /** As a network that drops everything: nobody learns of it. */
  stall(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  goOn(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resume();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
