// How fast a run is beside what else could send the same leads, how well it fills slow connections, and how it starts.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  allocated,
  BIN,
  configFor,
  env,
  freshLedger,
  HERE,
  leadpush,
  leadsFile,
  median,
  startSink,
  timed,
  work,
} from './tools.mjs';

/** What no goal is about, and what takes long beside what it tells. */
const ONCE = ['leadpush --no-ledger', 'axios, chunks of 16'];

/** Against a sink that answers at once; all sides in turn. */
export async function throughput({ rounds, throughput: count, allocation }) {
  const sink = await startSink(0);
  const file = await leadsFile(count);
  const config = configFor(sink.url);
  const loop = (leads) => [join(HERE, 'peers/undici-loop.mjs'), sink.url, String(leads), '64'];
  const send = (path) => leadpush(path, config, '--concurrency', '64', '--ledger', freshLedger());
  const sides = {
    leadpush: () => timed(send(file)),
    'leadpush --no-ledger': () => timed(leadpush(file, config, '--concurrency', '64', '--no-ledger')),
    'undici request loop': () => timed(loop(count)),
    'axios, chunks of 16': () => timed([join(HERE, 'peers/axios-chunks.mjs'), sink.url, String(count)]),
  };
  const runs = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, side] of Object.entries(sides)) {
      if (round === 0 || !ONCE.includes(name)) runs[name].push(side());
    }
  }
  const few = await leadsFile(allocation);
  const kilobytes = (bytes) => bytes / allocation / 1024;
  const allocations = {
    leadpush: kilobytes(allocated(send(few))),
    'undici request loop': kilobytes(allocated(loop(allocation))),
  };
  sink.stop();
  const perSecond = (name) => count / median(runs[name].map(({ seconds }) => seconds));
  const named = (figure) =>
    Object.fromEntries(Object.keys(sides).map((name) => [name, Math.round(figure(name))]));
  return {
    ...{ sink: sink.kind, leads: count, allocations },
    leadsPerSecond: named(perSecond),
    cpuMicrosecondsALead: named((name) => (median(runs[name].map(({ cpu }) => cpu)) * 1e6) / count),
    againstUndici: perSecond('leadpush') / perSecond('undici request loop'),
    againstAxios: perSecond('leadpush') / perSecond('axios, chunks of 16'),
    ledgerOnAgainstOff: perSecond('leadpush') / perSecond('leadpush --no-ledger'),
  };
}

/** Against a provider that takes 100 ms: the share of connections ÷ latency, without the first and last tenth. */
export async function latency({ latency: counts }) {
  const shares = {};
  for (const [connections, count] of Object.entries(counts)) {
    const sink = await startSink(100);
    const file = await leadsFile(count);
    timed(leadpush(file, configFor(sink.url), '--concurrency', connections, '--ledger', freshLedger()));
    const { arrived } = await (await fetch(`${sink.url}/stats`)).json();
    sink.stop();
    const middle = arrived.slice(Math.floor(count * 0.1), Math.floor(count * 0.9));
    const rate = ((middle.length - 1) * 1000) / (middle.at(-1) - middle[0]);
    shares[connections] = rate / (Number(connections) / 0.1);
  }
  return shares;
}

const SENT = 'one-off sandbox send';

/** Milliseconds of whole processes, in turn; above bare node, but for what is sent, which is told with it. */
export function startUp({ starts }) {
  const lead = ['--to', 'sandbox-anarock', '--phone', '+91 99889 98899', '--name', 'Rahul Kumar', '--json'];
  const calls = {
    'bare node': ['-e', '0'],
    '--version': [BIN, '--version'],
    'send --help': [BIN, 'send', '--help'],
    'one-off dry run': [BIN, 'send', ...lead, '--dry-run'],
    [SENT]: [BIN, 'send', ...lead],
  };
  const times = Object.fromEntries(Object.keys(calls).map((name) => [name, []]));
  for (let round = 0; round < starts; round++) {
    for (const [name, args] of Object.entries(calls)) {
      const started = performance.now();
      const { status } = spawnSync(process.execPath, args, { cwd: work, env, stdio: 'ignore' });
      times[name].push(performance.now() - started);
      if (status !== 0) throw new Error(`${name} ended with ${status}`);
    }
  }
  const bare = median(times['bare node']);
  return Object.fromEntries(
    Object.entries(times).map(([name, values]) => [
      name,
      median(values) - (name === 'bare node' || name === SENT ? 0 : bare),
    ]),
  );
}
