// Each stage of the pipeline alone, in this process: what a lead costs where. Bundled and started by bench.mjs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Result } from '../../src/delivery/outcome.ts';
import { createDecoder } from '../../src/input/bytes/decode.ts';
import { detectEncoding } from '../../src/input/bytes/encoding.ts';
import { prepareInput } from '../../src/input/prepare.ts';
import { openSource } from '../../src/input/source.ts';
import type { Lead } from '../../src/lead/lead.ts';
import type { Claim, Completion } from '../../src/ledger/ledger.ts';
import { systemProcessTable } from '../../src/ledger/process-table.ts';
import { openLedger } from '../../src/ledger/sqlite/ledger.ts';
import { resultLine } from '../../src/output/ndjson.ts';
import { anarock } from '../../src/providers/anarock/provider.ts';
import { systemClock } from '../../src/util/clock.ts';
import { Secret } from '../../src/util/secret.ts';

const ROWS = Number(process.argv[2] ?? 100_000);
const csv = Buffer.from(
  `Name,Phone,Email,City,Budget,BHK,Remarks\n${Array.from({ length: ROWS }, (_, i) => `Lead ${i},98${String(i).padStart(8, '0')},lead${i}@example.com,Pune,50L-60L,"2 BHK, 3 BHK",Call in the evening`).join('\n')}\n`,
);
const pieces = () => {
  const parts: Buffer[] = [];
  for (let at = 0; at < csv.length; at += 65_536) parts.push(csv.subarray(at, at + 65_536));
  return Readable.from(parts);
};

async function decode(): Promise<void> {
  const decoder = await createDecoder(detectEncoding(csv.subarray(0, 65_536)));
  for (let at = 0; at < csv.length; at += 65_536) decoder.write(csv.subarray(at, at + 65_536));
  decoder.end();
}

async function split(): Promise<void> {
  const source = await openSource({ path: '-', stdin: pieces() }, {});
  let count = 0;
  for await (const batch of source.records()) count += batch.length;
  if (count !== ROWS) throw new Error(`${count} rows`);
}

async function normalise(): Promise<readonly Lead[]> {
  const prepared = await prepareInput([{ path: '-', stdin: pieces() }], {
    ...{ region: 'IN', timezone: 'Asia/Kolkata', dateOrder: null, includeTest: false, format: null },
    ...{
      encoding: null,
      delimiter: null,
      sheet: null,
      records: null,
      preset: null,
      columns: [],
      configColumns: {},
    },
    ...{ set: new Map(), limit: null, shard: null, now: Date.now(), noHeader: false, ownPresets: [] },
  });
  const leads: Lead[] = [];
  for (const source of prepared.sources) {
    for await (const batch of source.rows()) {
      for (const { result } of batch) if (result.kind === 'lead') leads.push(result.lead);
    }
  }
  return leads;
}

const endpoint = anarock.bind({ channel: 'c', key: new Secret('KEY') }, { baseUrl: 'http://127.0.0.1:1' });

function sign(leads: readonly Lead[]): void {
  for (const [i, lead] of leads.entries())
    endpoint.request(endpoint.payload(lead, `RUN-${i}`), 1_500_000_000 + (i >> 10));
}

const resultOf = (lead: Lead, seq: number): Result => ({
  ...{ run: 'RUN', seq, file: 'leads.csv', record: seq + 1, line: seq + 2, target: 'a', provider: 'anarock' },
  ...{
    status: 'created',
    phone: lead.phone,
    name: lead.name ?? null,
    leadId: String(seq),
    externalId: null,
    source: null,
    campaign: null,
    cell: null,
    duplicateOf: null,
  },
  ...{ errors: [], warnings: [], attempts: 1, durationMs: 1 },
});

async function ledger(leads: readonly Lead[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'leadpush-bench-'));
  const book = await openLedger(join(folder, 'ledger.db'), {
    clock: systemClock,
    probe: systemProcessTable(),
  });
  await book.openRun({ id: 'RUN', command: 'send', startedAt: '', files: [], targets: [], parent: null });
  const at = new Date().toISOString();
  for (let from = 0; from < leads.length; from += 64) {
    const batch = leads.slice(from, from + 64);
    const claims = batch.map(
      (lead, i): Claim => ({
        ...{
          key: book.digest(lead.phone),
          submissionId: `RUN-${from + i}`,
          seq: from + i,
          target: 'a',
          file: 'leads.csv',
        },
        ...{
          record: from + i + 1,
          line: from + i + 2,
          lead: JSON.stringify(lead),
          phone: lead.phone,
          phoneKey: lead.phone,
          timeoutMs: 30_000,
          leadIdWatermark: null,
        },
      }),
    );
    await book.commit('RUN', [], claims, { resend: false, knownSince: null });
    const ends = batch.map(
      (lead, i): Completion => ({
        ...{
          key: claims[i]?.key ?? null,
          identity: null,
          result: resultOf(lead, from + i),
          lead: null,
          source: null,
          campaign: null,
          at,
        },
      }),
    );
    await book.commit('RUN', ends, [], { resend: false, knownSince: null });
  }
  await book.close();
  rmSync(folder, { recursive: true });
}

function output(leads: readonly Lead[]): number {
  let size = 0;
  for (const [i, lead] of leads.entries()) size += resultLine(resultOf(lead, i)).length;
  return size;
}

async function timed(work: () => Promise<unknown> | unknown): Promise<number> {
  const started = performance.now();
  await work();
  return Math.round((ROWS * 1000) / (performance.now() - started));
}

const leads = await normalise();
const stages = {
  decode: await timed(decode),
  'decode, split': await timed(split),
  'decode, split, normalise': await timed(normalise),
  'payload, sign, encode': await timed(() => sign(leads)),
  'ledger (claim and complete, 64 a turn)': await timed(() => ledger(leads)),
  'output (NDJSON)': await timed(() => output(leads)),
};
console.log(JSON.stringify(stages));
