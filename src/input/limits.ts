// How much of anything an input may hold. Real exports stay far below; what lies above is a mistake or an attack, and
// costs its record where it can, the file where it stands in its head.

/** Characters of one JSON record, and of one line of NDJSON. */
export const MAX_JSON_RECORD: number = 64 * 1024 * 1024;
/** How deep the members of a JSON record may be nested. */
export const MAX_NESTED = 256;
/** Columns, as a sheet has at most; members of a JSON record. */
export const MAX_COLUMNS = 16_384;
/** Characters of a column's name. */
export const MAX_NAME = 10_000;
/** Characters of all names of a table or of a JSON record. */
export const MAX_NAMES: number = 1024 * 1024;
/** Characters of a cell that goes to a field. */
export const MAX_CELL: number = 1024 * 1024;
/** Of a record that cannot be read so much is kept, to find its place by. */
export const KEPT: number = 64 * 1024;

/** A record goes beyond one of these. */
export class BeyondLimit extends Error {}
