// Runs a command as on a host of its own (hosts.ts starts it in namespaces): its loopback has one port, which leads through a
// socket in the file system. host-child.mjs PORT SOCKET COMMAND…
import { execFileSync, spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

const [port, socket, command, ...args] = process.argv.slice(2);
execFileSync('ip', ['link', 'set', 'lo', 'up']);
const server = createServer((inner) => {
  const outer = connect(socket);
  inner.pipe(outer).pipe(inner);
  for (const [one, other] of [
    [inner, outer],
    [outer, inner],
  ])
    one.on('error', () => {}).on('close', () => other.destroy());
});
server.listen(Number(port), '127.0.0.1', () => {
  spawn(command, args, { stdio: 'inherit' }).on('exit', (status) => process.exit(status ?? 1));
});
