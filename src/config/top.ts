// The settings at the top of a configuration: region, time zone, columns, ledger.
import { resolve } from 'node:path';
import type { ColumnTarget } from '../lead/lead.ts';
import { isTimeZone } from '../lead/zone.ts';
import { Secret } from '../util/secret.ts';
import { expectedText, regionProblem } from './country.ts';
import type { FoundConfig } from './find.ts';
import { isAddress } from './found-rules.ts';
import type { SettingReader } from './reader.ts';
import { isColumnTarget, isRecord, unknownField } from './schema.ts';
import { TOP_DEFAULTS } from './settings.ts';

const { region: REGION, timezone: TIMEZONE } = TOP_DEFAULTS;

export function regionOf(reader: SettingReader): string {
  const region = (reader.text('region') ?? REGION).toUpperCase();
  const wrong = regionProblem(region);
  if (wrong !== null) reader.complain('region', expectedText(wrong));
  return region;
}

export function timezoneOf(reader: SettingReader): string {
  const timezone = reader.text('timezone') ?? TIMEZONE;
  if (!isTimeZone(timezone)) reader.complain('timezone', 'expected a time zone such as Asia/Kolkata');
  return timezone;
}

export function columnsOf(reader: SettingReader): Readonly<Record<string, ColumnTarget>> {
  const columns: [string, ColumnTarget][] = [];
  const raw = reader.raw('columns');
  for (const [header, target] of Object.entries(reader.texts('columns'))) {
    if (isColumnTarget(target)) columns.push([header, target]);
    else reader.complain(`columns.${header}`, unknownField(String(isRecord(raw) ? raw[header] : target)));
  }
  return Object.fromEntries(columns);
}

/** Relative to the file. A shared ledger's address may contain a password, so it is never shown. */
export function ledgerOf(reader: SettingReader, { folder }: FoundConfig): string | Secret | null {
  const given = reader.text('ledger');
  if (given === null) return null;
  const complain = (message: string) => {
    reader.complain('ledger', message);
    return null;
  };
  if (given.trim() === '' || given.includes('\0')) return complain('expected a file such as leads.db');
  // Beside an address it would make a file's name of it, with its password.
  if (given.trim() !== given) return complain('begins or ends with a blank; expected none');
  if (/^postgres(?:ql)?:\/\//i.test(given)) return new Secret(given);
  if (isAddress(given))
    return complain('expected a file such as leads.db, or postgresql://USER@HOST/DATABASE');
  if (/^(?:~|\$)/.test(given)) {
    return complain(`"${given.slice(0, 1)}" is not expanded here; expected a path, or \${VARIABLE}`);
  }
  return resolve(folder, given);
}
