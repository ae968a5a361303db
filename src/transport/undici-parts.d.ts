// undici's parts, by file: its index would also load fetch, WebSocket and caches, 50 ms at every start.
declare module 'undici/lib/dispatcher/pool-base.js' {
  const parts: {
    readonly kClients: unique symbol;
    readonly kGetDispatcher: unique symbol;
    readonly kNeedDrain: unique symbol;
  };
  export default parts;
}

declare module 'undici/lib/core/symbols.js' {
  const symbols: {
    readonly kConnected: unique symbol;
    readonly kSize: unique symbol;
  };
  export default symbols;
}

declare module 'undici/lib/core/util.js' {
  const util: {
    /** @param raw names and values in turn */
    readonly parseHeaders: (raw: readonly Buffer[]) => Readonly<Record<string, string | string[]>>;
  };
  export default util;
}

declare module 'undici/lib/dispatcher/pool.js' {
  import { type Client, Pool } from 'undici';
  import symbols from 'undici/lib/core/symbols.js';
  import parts from 'undici/lib/dispatcher/pool-base.js';

  export default class extends Pool {
    readonly [parts.kClients]: readonly (Client & {
      readonly [parts.kNeedDrain]?: boolean;
      readonly [symbols.kConnected]: boolean;
      /** Its requests, waiting or in progress. */
      readonly [symbols.kSize]: number;
    })[];
    /** The client that the next request goes to; undefined: it waits. */
    [parts.kGetDispatcher](): Client | undefined;
  }
}

declare module 'undici/lib/core/diagnostics.js' {
  import type { Channel } from 'node:diagnostics_channel';

  const diagnostics: { readonly channels: { readonly sendHeaders: Channel } };
  export default diagnostics;
}
