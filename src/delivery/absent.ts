// What a provider's "no such lead" may mean beside that.
import { listed } from '../util/counted.ts';

/**
 * In the provider's own words for "no such lead", a wrong address may hide.
 * @param address the names of the settings that make the target's address; absent: there can be no mistake in them
 * @returns null where it can mean nothing else
 */
export function meansAlso(status: number, address: readonly string[] | undefined): string | null {
  return status === 404 && address !== undefined
    ? `HTTP 404: no lead, or a mistake in ${listed(address, 'or')}`
    : null;
}
