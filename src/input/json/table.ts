// A document that is a table: names and rows apart, or a list of values under each name. Its rows are the records.
import { isLosslessNumber } from 'lossless-json';
import { isMembers, type Members } from './value.ts';
import { namesEmail, namesPhone } from './words.ts';

/** `{"columns": ["name", "phone"], "data": [["Asha", "9000100001"]]}` */
const NAMES = ['columns', 'headers', 'header', 'fields'] as const;
const ROWS = ['rows', 'data', 'values', 'records'] as const;

/** Null: the document is no table. */
export function rowsOfTable(value: unknown): readonly Members[] | null {
  if (Array.isArray(value)) return rowsBelowNames(value);
  return isMembers(value) ? (rowsApart(value) ?? rowsUnderNames(value)) : null;
}

/** `[["Name", "Phone"], ["Asha", "9000100001"]]`: the first row has the names. */
function rowsBelowNames(value: unknown): readonly Members[] | null {
  if (!Array.isArray(value) || !value.every(Array.isArray)) return null;
  const [header, ...rows]: readonly (readonly unknown[])[] = value;
  const names = header?.some(isMembers) ? null : namesIn(header);
  if (names === null || rows.length === 0 || !names.some(namesPhone)) return null;
  return rows.map((cells) => rowOf(names, (index) => cells[index]));
}

function rowsApart(value: Members): readonly Members[] | null {
  for (const part of NAMES) {
    const names = namesIn(value[part]);
    if (names === null || !names.some(namesPhone)) continue;
    for (const place of ROWS) {
      const rows = value[place];
      if (!Array.isArray(rows) || rows.length === 0 || !rows.every(Array.isArray)) continue;
      return rows.map((cells: readonly unknown[]) => rowOf(names, (index) => cells[index]));
    }
  }
  // `{"range": "A1:C3", "values": [["Name", "Phone"], …]}`
  return rowsBelowNames(value['values']);
}

/** `["name", …]` or `[{"name": "name"}, …]`. */
function namesIn(list: unknown): readonly string[] | null {
  if (!Array.isArray(list)) return null;
  const names = list.map((one: unknown) => (isMembers(one) ? one['name'] : one));
  return names.every((name): name is string => typeof name === 'string') ? names : null;
}

/** `{"name": ["Asha", "Binu"], "phone": ["9000100001", "9000100002"]}`, and the same under numbers. */
function rowsUnderNames(value: Members): readonly Members[] | null {
  const names = Object.keys(value);
  // One person's numbers and addresses are a list each, too.
  if (!names.some(namesPhone) || names.every((name) => namesPhone(name) || namesEmail(name))) return null;
  const columns = names.map((name) => cellsIn(value[name]));
  const [first] = columns;
  if (first === undefined || first === null || first.size < 2) return null;
  const ids = [...first.keys()];
  const same = columns.every((cells) => cells?.size === first.size && ids.every((id) => cells.has(id)));
  return same ? ids.map((id) => rowOf(names, (index) => columns[index]?.get(id))) : null;
}

/** Single values by their place; null for anything else. */
function cellsIn(column: unknown): ReadonlyMap<string, unknown> | null {
  if (!Array.isArray(column) && !isMembers(column)) return null;
  const cells = Object.entries(column);
  const plain = cells.every(([place, cell]) => /^\d+$/.test(place) && isScalar(cell));
  return plain ? new Map(cells) : null;
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null || isLosslessNumber(value);
}

function rowOf(names: readonly string[], cell: (index: number) => unknown): Members {
  return Object.fromEntries(names.map((name, index) => [name, cell(index) ?? null]));
}
