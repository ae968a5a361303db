// Where cost bends: time and memory by rows, by known keys and by processes on one ledger.
import { once } from 'node:events';
import { createWriteStream, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { writeXlsxStream } from 'hucre/xlsx';
import {
  BIN,
  configFor,
  freshLedger,
  knownLedger,
  leadpush,
  leadsFile,
  median,
  say,
  startSink,
  timed,
  together,
  work,
} from './tools.mjs';

const many = ['--concurrency', '64'];

/** By rows; the largest file once more when all of it is known, as a dry run, and its report. */
export async function sizes({ rows: counts }) {
  const sink = await startSink(0);
  const config = configFor(sink.url);
  const most = counts.at(-1);
  const rows = {};
  const more = {};
  for (const count of counts) {
    const file = await leadsFile(count);
    const ledger = freshLedger();
    const send = leadpush(file, config, ...many, '--ledger', ledger);
    rows[count] = figures(count, timed(send));
    say(`  ${count} rows: ${rows[count].seconds.toFixed(1)} s, ${rows[count].mb.toFixed(0)} MB`);
    if (count !== most) continue;
    more.ledgerBytesALead = bytesOf(ledger) / count;
    more.report = timed([BIN, 'report', '--ledger', ledger, '--html', join(work, 'report.html')]);
    more.known = figures(count, timed(send));
    more.dryRun = figures(count, timed(leadpush(file, config, '--dry-run', '--no-ledger')));
  }
  sink.stop();
  return { rows, most, ...more };
}

function figures(count, { seconds, mb, cpu }) {
  return { seconds, mb, rowsPerSecond: Math.round(count / seconds), cpuMicroseconds: (cpu * 1e6) / count };
}

function bytesOf(ledger) {
  return ['', '-wal']
    .map((end) => `${ledger}${end}`)
    .filter(existsSync)
    .reduce((total, path) => total + statSync(path).size, 0);
}

/** New leads by the number of keys that the ledger knows already; each round in turn. */
export async function knownKeys({ rounds, keys, newLeads }) {
  const sink = await startSink(0);
  const config = configFor(sink.url);
  const ledgers = [];
  for (const count of keys) ledgers.push([count, await knownLedger(count, config)]);
  const seconds = Object.fromEntries(keys.map((count) => [count, []]));
  for (let round = 0; round < rounds; round++) {
    const file = await leadsFile(newLeads, round * newLeads);
    for (const [count, ledger] of ledgers)
      seconds[count].push(timed(leadpush(file, config, ...many, '--ledger', ledger)).seconds);
  }
  sink.stop();
  return Object.fromEntries(
    Object.entries(seconds).map(([count, values]) => [count, newLeads / median(values)]),
  );
}

/** As many new leads in all, by the number of processes that share them on one ledger. */
export async function processes({ processes: counts, shared }) {
  const sink = await startSink(0);
  const config = configFor(sink.url);
  const rates = {};
  for (const count of counts) {
    const ledger = freshLedger();
    const each = Math.floor(shared / count);
    const calls = [];
    for (let i = 0; i < count; i++)
      calls.push(leadpush(await leadsFile(each, i * each), config, ...many, '--ledger', ledger));
    const { seconds, cpu } = await together(calls);
    rates[count] = { leadsPerSecond: (each * count) / seconds, cpuMicroseconds: (cpu * 1e6) / each / count };
  }
  sink.stop();
  return rates;
}

/** Memory of documents that cannot be cut at lines: JSON records in an envelope, a workbook; as dry runs. */
export async function documents({ envelope, workbook }) {
  const config = configFor('http://127.0.0.1:1');
  const dry = (file) => timed(leadpush(file, config, '--dry-run', '--no-ledger'));
  return {
    envelope: { records: envelope, ...dry(await envelopeFile(envelope)) },
    workbook: { records: workbook, ...dry(await workbookFile(workbook)) },
  };
}

async function envelopeFile(count) {
  const path = join(work, `envelope-${count}.json`);
  const file = createWriteStream(path);
  file.write('{"status":"ok","data":{"items":[');
  for (let i = 0; i < count; i++) {
    const phone = `98${String(i).padStart(8, '0')}`;
    const record = { Name: `Lead ${i}`, 'Mobile No.': phone, Email: `lead${i}@example.com`, City: 'Pune' };
    if (!file.write(`${i === 0 ? '' : ',\n'}${JSON.stringify(record)}`)) await once(file, 'drain');
  }
  file.end(']}}\n');
  await once(file, 'finish');
  return path;
}

async function workbookFile(count) {
  const path = join(work, `leads-${count}.xlsx`);
  await pipeline(
    writeXlsxStream(Readable.from(workbookRows(count)), { name: 'Leads' }),
    createWriteStream(path),
  );
  return path;
}

function* workbookRows(count) {
  yield ['Name', 'Mobile No.', 'Email', 'City', 'Budget', 'Configuration', 'Remarks'];
  for (let i = 0; i < count; i++) {
    const phone = `98${String(i).padStart(8, '0')}`;
    yield [`Lead ${i}`, phone, `lead${i}@example.com`, 'Pune', '50L-60L', '2 BHK', 'Call in the evening'];
  }
}
