// A table as a file of its own: text with a delimiter, or a workbook where the name says so.
import { AtomicFile, type WholeFileOptions } from './atomic-file.ts';
import { encoder, headerText, rowText, sepText, type TableShape } from './table.ts';

export interface TableFile {
  /** Must be written first; null: the table has none. */
  readonly header: (cells: readonly string[] | null) => Promise<void>;
  /** Resolves when there is room for more. */
  readonly row: (cells: readonly string[]) => Promise<void>;
  readonly commit: () => Promise<void>;
  readonly abort: () => Promise<void>;
}

export function isWorkbookName(path: string): boolean {
  return /\.xlsx$/i.test(path);
}

/**
 * @param option the flag that names it, for the error
 * @param shape of a text; a workbook has its own
 * @throws UsageError if it cannot be created, or would replace a file that must stay
 */
export async function openTableFile(
  path: string,
  option: string,
  shape: TableShape,
  options: WholeFileOptions = {},
): Promise<TableFile> {
  const file = await AtomicFile.open(path, option, options);
  if (isWorkbookName(path)) {
    const { WorkbookFile } = await import('./workbook-file.ts');
    return new WorkbookFile(file);
  }
  const encode = await encoder(shape);
  return {
    header: (cells) => file.write(encode(cells === null ? sepText(shape) : headerText(cells, shape), true)),
    row: (cells) => file.write(encode(rowText(cells, shape), false)),
    commit: () => file.commit(),
    abort: () => file.abort(),
  };
}
