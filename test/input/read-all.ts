// Reads whole inputs in tests, with everything at its default but what a test says.
import {
  type LeadRow,
  type PreparedSource,
  type PrepareOptions,
  prepareInput,
} from '../../src/input/prepare.ts';

const DEFAULTS: PrepareOptions = {
  format: null,
  encoding: null,
  delimiter: null,
  sheet: null,
  records: null,
  preset: null,
  columns: [],
  configColumns: {},
  ownPresets: [],
  region: 'IN',
  timezone: 'Asia/Kolkata',
  dateOrder: null,
  includeTest: false,
  set: new Map(),
  limit: null,
  shard: null,
  noHeader: false,
  now: Date.UTC(2026, 10, 29),
};

export function prepareOptions(given: Partial<PrepareOptions>): PrepareOptions {
  return { ...DEFAULTS, ...given };
}

/** The rows of one file, and the source as it is after them. */
export async function readAll(
  path: string,
  given: Partial<PrepareOptions> = {},
): Promise<{ readonly rows: readonly LeadRow[]; readonly source: PreparedSource }> {
  const input = await prepareInput([{ path }], prepareOptions(given));
  try {
    const [source] = input.sources;
    if (source === undefined) throw new Error('no source');
    const rows: LeadRow[] = [];
    for await (const batch of source.rows()) rows.push(...batch);
    return { rows, source };
  } finally {
    await input.close();
  }
}
