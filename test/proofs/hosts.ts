// Processes as hosts of their own: each has a home, and namespaces in which it sees neither the processes nor the network of
// the others. What all of them reach are sockets in the file system: the database's, and one that leads to the sandbox.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { connect as connectTo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { BIN, type Desk } from '../cli/leadpush.ts';

const NAMESPACES = ['--pid', '--net', '--uts', '--fork', '--kill-child', '--mount-proc'];

/** Why hosts of their own cannot be made here; null: they can. */
export function whyNoHosts(): string | null {
  const { status } = spawnSync('unshare', [...NAMESPACES, 'ip', 'link', 'set', 'lo', 'up']);
  return status === 0 ? null : 'namespaces cannot be made here';
}

/** Runs `leadpush …` on a host whose own `127.0.0.1:port` leads through the socket. */
export function startOnHost(
  desk: Desk,
  way: { readonly port: number; readonly socket: string },
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const host = join(import.meta.dirname, 'host-child.mjs');
  const inside = [process.execPath, host, String(way.port), way.socket, process.execPath, BIN, ...args];
  return spawn('unshare', [...NAMESPACES, ...inside], {
    cwd: desk.folder,
    env: desk.env(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Leads from a socket in the file system to a port of this machine's loopback. */
export async function openWay(socket: string, port: number): Promise<Server> {
  const server = createServer((inner) => {
    const outer = connectTo(port, '127.0.0.1');
    inner.pipe(outer).pipe(inner);
    inner.on('error', () => {}).on('close', () => outer.destroy());
    outer.on('error', () => {}).on('close', () => inner.destroy());
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return server;
}
