// placeholder until the reader is chosen
import type { Source } from './source.ts';
export async function openWorkbook(
  _path: string,
  _bytes: AsyncIterable<Buffer>,
  _sheet: string | null,
): Promise<Source> {
  throw new Error('not yet');
}
