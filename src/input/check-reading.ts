// What is wrong with how a call wants its input read.
import { parseCountry } from '../lead/country.ts';
import { isTimeZone } from '../lead/zone.ts';
import { UsageError } from '../util/usage-error.ts';

/** @throws UsageError for an unknown zone or region */
export function checkReading({
  region,
  timezone,
}: {
  readonly region: string;
  readonly timezone: string;
}): void {
  if (!isTimeZone(timezone)) {
    throw new UsageError(
      `timezone: "${timezone}" is not a time zone.`,
      'Use an IANA name, such as Asia/Kolkata, Asia/Dubai or UTC.',
    );
  }
  if (region !== 'IN' && (!/^[A-Z]{2}$/.test(region) || parseCountry(region) !== region)) {
    throw new UsageError(
      `region: "${region}" is not a country code.`,
      'Use two capital letters, such as IN or AE.',
    );
  }
}
