// One lead from flags. Apart from prepare.ts: it reads no file, and starts without what reads one.
import { fieldByName } from '../lead/fields.ts';
import type { ColumnTarget } from '../lead/lead.ts';
import { createPhoneParser } from '../lead/phone.ts';
import { checkReading } from './check-reading.ts';
import { planKeys } from './mapping/columns.ts';
import { DateVotes } from './mapping/date-order.ts';
import type { LeadRow } from './mapping/prepared-file.ts';
import { rowReader } from './mapping/row.ts';
import { toLead, wordsOf } from './mapping/to-lead.ts';
import type { PrepareOptions } from './prepare.ts';
import type { InputRecord } from './record.ts';

/** What one lead from flags needs of them. */
export type ValueOptions = Pick<PrepareOptions, 'region' | 'timezone' | 'dateOrder' | 'includeTest' | 'now'>;

/**
 * Problems name the flag: `--phone`.
 * @throws UsageError for an unknown zone or region
 */
export async function flagsInput(
  values: ReadonlyMap<ColumnTarget, string>,
  options: ValueOptions,
): Promise<LeadRow> {
  checkReading(options);
  const keys = [...values.keys()].map(flagOf);
  const cells = [...values.values()];
  const record: InputRecord = { record: 1, line: null, keys, cells, problem: null, warnings: [], json: null };
  const overrides = [...values.keys()].map((target, column) => ({ header: keys[column] ?? '', target }));
  const plan = planKeys(keys, { preset: null, overrides, configured: [] });
  const raw = rowReader({ ...plan, phoneHeader: '--phone' }, keys, null, new Map())(record);
  const votes = new DateVotes(options.now);
  votes.add(values.get('contactedAt') ?? '', options.timezone);
  const result = await toLead(record, raw, {
    region: options.region,
    timezone: options.timezone,
    dateOrder: options.dateOrder ?? votes.settled.order,
    now: options.now,
    words: wordsOf(null),
    includeTest: options.includeTest,
    phones: createPhoneParser(),
  });
  return { record, result };
}

/** `campaignId` -> `--campaign-id`; `extra.utm_term` stays. */
function flagOf(target: ColumnTarget): string {
  const field = fieldByName(target);
  return field === null ? target : `--${field.flag}`;
}
