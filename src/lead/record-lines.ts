// On which line each record starts, for words about an earlier record: remembered as the places where a file's lines run
// ahead of its records, which a file of one line a record has once.
interface Place {
  readonly file: string | null;
  /** From 1 in its file. */
  readonly record: number;
  /** Null: its file has none. */
  readonly line: number | null;
}

export class RecordLines {
  readonly #files = new Map<string | null, Steps>();

  /** Records come in the order of their file; one may come again, for another target. */
  add({ file, record, line }: Place): void {
    if (line === null) return;
    let steps = this.#files.get(file);
    if (steps === undefined) {
      steps = { records: [], ahead: [] };
      this.#files.set(file, steps);
    }
    if (steps.ahead.at(-1) === line - record) return;
    steps.records.push(record);
    steps.ahead.push(line - record);
  }

  /** @returns null for a record that has no line, or did not come by */
  lineOf(file: string | null, record: number): number | null {
    const { records, ahead } = this.#files.get(file) ?? NO_STEPS;
    let low = 0;
    let high = records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((records[middle] ?? 0) <= record) low = middle + 1;
      else high = middle;
    }
    const found = ahead[low - 1];
    return found === undefined ? null : record + found;
  }
}

interface Steps {
  readonly records: number[];
  /** By how many lines each, and those after it, are ahead of their number. */
  readonly ahead: number[];
}

const NO_STEPS: Steps = { records: [], ahead: [] };
