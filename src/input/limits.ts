// Limits of an input. Real exports stay far below them; anything above is a mistake or an attack, and costs its record,
// or the file if it is in the header.

/** Characters of one JSON record, and of one line of NDJSON. */
export const MAX_JSON_RECORD: number = 64 * 1024 * 1024;
/** Characters of a JSON document that can be read only once, within which its list of records is looked for. */
export const MAX_LOOK_AHEAD: number = 8 * 1024 * 1024;
/** How deep the members of a JSON record may be nested. */
export const MAX_NESTED = 256;
/** Columns of a table (a sheet's maximum) and members of a JSON record. */
export const MAX_COLUMNS = 16_384;
/** Characters of a column's name. */
export const MAX_NAME = 10_000;
/** Characters of all names of a table or of a JSON record. */
export const MAX_NAMES: number = 1024 * 1024;
/**
 * What unpacks to more bytes than this, and to more than so many times its size, is a bomb; sheets unpack to ten times,
 * tables and JSON to thirty.
 */
export const UNPACKED_LARGE: number = 64 * 1024 * 1024;
export const MAX_UNPACK_RATIO = 200;
/** Characters of a cell that goes to a field. */
export const MAX_CELL: number = 1024 * 1024;
/** How much of an unreadable record is kept, so that it can be found. */
export const KEPT: number = 64 * 1024;

/** A record exceeds one of these limits. */
export class BeyondLimit extends Error {}
