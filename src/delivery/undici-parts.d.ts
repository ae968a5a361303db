// undici's own parts, by file: its index would load fetch, WebSocket and caches as well, 50 ms at every start.
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}
