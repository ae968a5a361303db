// Which rejects file belongs to which input. Pure.
import { basename, dirname, extname, join } from 'node:path';
import type { SourceInfo } from '../input/record.ts';

type Shape = Pick<SourceInfo, 'file' | 'headers'>;

/** File systems allow names of 255 bytes; a letter may take four. */
const MAX_STEM = 40;
const KNOWN = /\.(?:csv|tsv|txt|json|ndjson|jsonl|xlsx)$/i;
const UNSAFE = /[\u0000-\u001f\u007f-\u009f/\\:*?"<>|]/g;

/**
 * One name for each input: the given one where all are tables with the same columns (or one is read), else one each with
 * the input's name in it; equal names get a number.
 */
export function rejectsNames(path: string, infos: readonly Shape[]): readonly string[] {
  if (oneFileFits(infos)) return infos.map(() => path);
  const extension = extname(path);
  const stem = join(dirname(path), basename(path, extension));
  const byFile = new Map<string, string>();
  const used = new Set<string>();
  return infos.map(({ file }) => {
    const known = byFile.get(file ?? '');
    if (known !== undefined) return known;
    const own = `${stem}-${stemOf(file)}`;
    let name = `${own}${extension}`;
    // Some systems take A and a for the same.
    for (let n = 2; used.has(name.toLowerCase()); n++) name = `${own}-${n}${extension}`;
    used.add(name.toLowerCase());
    byFile.set(file ?? '', name);
    return name;
  });
}

function oneFileFits(infos: readonly Shape[]): boolean {
  const [first, ...others] = infos;
  const columns = JSON.stringify(first?.headers);
  return others.every(
    ({ headers }) => (headers === null) === (first?.headers === null) && JSON.stringify(headers) === columns,
  );
}

function stemOf(file: string | null): string {
  if (file === null || file === '-') return 'stdin';
  const path = /^https?:/i.test(file) ? file.replace(/[?#].*$/, '') : file;
  const name = basename(path).replace(/\.gz$/i, '').replace(KNOWN, '').replace(UNSAFE, '-').trim();
  return [...name].slice(0, MAX_STEM).join('') || 'input';
}
