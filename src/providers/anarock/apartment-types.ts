// Apartment types as Anarock's document lists them. To bring one to the nearest of a list takes arithmetic on rooms.
import type { Lead } from '../../lead/lead.ts';
import { memo } from '../../lead/memo.ts';

const DOCUMENTED = new Set(['1rk', '1bhk', '2bhk', '3bhk', '3+bhk']);

/** The nearest documented types, each once, as the document writes a list. */
export function documentedTypes({ apartmentTypes }: Lead): string | undefined {
  return apartmentTypes === undefined ? undefined : nearestOf(apartmentTypes.join(','));
}

/** A file has a handful of lists. */
const nearestOf = memo((types) => [...new Set(types.split(',').flatMap(nearest))].join(','));

/** Above three bedrooms is `3+bhk`; 1.5 and 2.5 have none. */
function nearest(type: string): readonly string[] {
  if (DOCUMENTED.has(type)) return [type];
  const rooms = /^(\d+(?:\.\d+)?)(\+?)bhk$/.exec(type);
  return rooms !== null && Number(rooms[1]) > 3 ? ['3+bhk'] : [];
}

/** All types as the lead has them, where the document has no value for one of them. */
export function otherTypes({ apartmentTypes }: Lead): string | undefined {
  return apartmentTypes?.every((type) => DOCUMENTED.has(type)) === false
    ? apartmentTypes.join(',')
    : undefined;
}
