// A table of JSON records, whose columns are all that any of them has: they are known when the last record has come. Until
// then the rows wait in a file beside the table, so that memory does not grow with them.
import type { InputRecord } from '../input/record.ts';
import { fieldByHeader } from '../lead/fields.ts';
import { AtomicFile, type WholeFileOptions } from './atomic-file.ts';
import { ownColumns } from './own-columns.ts';
import { RESULTS_SHAPE } from './table.ts';
import { openTableFile } from './table-file.ts';

export interface RecordTable {
  /** @param own the cells of our own columns */
  readonly row: (record: Members, own: readonly string[]) => Promise<void>;
  readonly commit: () => Promise<void>;
  readonly abort: () => Promise<void>;
}

type Members = Pick<InputRecord, 'keys' | 'cells' | 'json'>;

/** What a sheet has at most, and what leadpush reads. */
const MAX_COLUMNS = 16_384;
/** Characters of all their names: half of what leadpush reads. */
const MAX_NAMES = 512 * 1024;
/** What no table has room for: members with further names, as JSON. */
const MORE = 'leadpush_more';

/** As it waits: the column of each cell, the cells, what found no column, our own cells. */
type Row = readonly [
  places: readonly number[],
  cells: readonly string[],
  more: string,
  own: readonly string[],
];

/** Whether JSON records are written as a table under this name. */
export function isTableName(path: string): boolean {
  return /\.(?:csv|tsv|xlsx)$/i.test(path);
}

/**
 * @param option the flag that names it, for the error
 * @param names of our own columns, which come last
 * @throws UsageError if it cannot be created, or would replace a file that must stay
 */
export async function openRecordTable(
  path: string,
  option: string,
  names: readonly string[],
  options: WholeFileOptions = {},
): Promise<RecordTable> {
  const shape = /\.tsv$/i.test(path) ? { ...RESULTS_SHAPE, delimiter: '\t' } : RESULTS_SHAPE;
  const table = await openTableFile(path, option, shape, options);
  const waiting = await AtomicFile.open(path, option);
  const columns = new Columns(MAX_COLUMNS - names.length - 2);
  let overflows = false;
  return {
    row: async (record, own) => {
      const { keys, cells } = asMembers(record);
      const places: number[] = [];
      const kept: string[] = [];
      const more: [string, string][] = [];
      for (const [i, place] of columns.placesOf(keys)) {
        const cell = cells[i] ?? '';
        if (place === null) more.push([keys[i] ?? '', cell]);
        else {
          places.push(place);
          kept.push(cell);
        }
      }
      overflows ||= more.length > 0;
      const row: Row = [places, kept, more.length === 0 ? '' : JSON.stringify(Object.fromEntries(more)), own];
      await waiting.write(`${JSON.stringify(row)}\n`);
    },
    commit: async () => {
      const header = columns.names();
      // Where no record has a phone, there is a column to write it into.
      const phone = header.some((name) => fieldByHeader(name)?.name === 'phone') ? [] : ['phone'];
      await table.header([...phone, ...header, ...(overflows ? [MORE] : []), ...names]);
      for await (const line of waiting.lines()) {
        const [places, kept, more, own]: Row = JSON.parse(line);
        const cells = header.map(() => '');
        for (const [i, place] of places.entries()) cells[place] = kept[i] ?? '';
        await table.row([...phone.map(() => ''), ...cells, ...(overflows ? [more] : []), ...own]);
      }
      await waiting.abort();
      await table.commit();
    },
    abort: async () => {
      await waiting.abort();
      await table.abort();
    },
  };
}

/** What is no object has its text as its only cell. */
function asMembers({ keys, cells, json }: Members): Pick<Members, 'keys' | 'cells'> {
  return keys.length > 0 ? { keys, cells } : { keys: ['json'], cells: [json ?? ''] };
}

type Places = readonly (readonly [cell: number, place: number | null])[];

/** Columns in the order in which they were first seen, as many as a table can have. */
class Columns {
  /** By name, and which of the record's cells of this name it is. */
  readonly #places = new Map<string, number>();
  readonly #names: string[] = [];
  /** Records of one shape share their keys. */
  readonly #byKeys = new WeakMap<readonly string[], Places>();
  readonly #most: number;
  #characters = 0;

  constructor(most: number) {
    this.#most = most;
  }

  names(): readonly string[] {
    return this.#names;
  }

  /** Null: there is no room for one more. */
  placesOf(keys: readonly string[]): Places {
    let places = this.#byKeys.get(keys);
    if (places === undefined) {
      const times = new Map<string, number>();
      places = ownColumns(keys).map((cell) => {
        const name = keys[cell] ?? '';
        const nth = times.get(name) ?? 0;
        times.set(name, nth + 1);
        return [cell, this.#placeOf(name, nth)];
      });
      this.#byKeys.set(keys, places);
    }
    return places;
  }

  #placeOf(name: string, nth: number): number | null {
    const id = `${nth} ${name}`;
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    if (this.#names.length >= this.#most || this.#characters + name.length > MAX_NAMES) return null;
    this.#characters += name.length;
    this.#places.set(id, this.#names.length);
    return this.#names.push(name) - 1;
  }
}
