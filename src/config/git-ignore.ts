// Keeps a file out of a repository by a line in its .gitignore. Git itself is not called: it may run commands from the
// repository's configuration.
import { appendFileSync, existsSync, lstatSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf } from '../util/errors.ts';

export type Ignored =
  /** Not inside a repository. */
  | { readonly kind: 'none' }
  | { readonly kind: 'already' | 'added'; readonly file: string }
  | { readonly kind: 'failed'; readonly file: string; readonly reason: string };

/** Adds the file's name to the nearest .gitignore between it and the repository's root, else to a new one there. */
export function ignoreInGit(path: string): Ignored {
  const name = basename(path);
  const folders = foldersInRepository(dirname(path));
  if (folders.length === 0) return { kind: 'none' };
  const files = folders.map((folder) => join(folder, '.gitignore')).filter((file) => isThere(file));
  const file = files[0] ?? join(folders.at(-1) ?? dirname(path), '.gitignore');
  try {
    const by = files.find((candidate) => lines(candidate).some((line) => covers(line, name)));
    if (by !== undefined) return { kind: 'already', file: by };
    // A link may point anywhere; git does not follow it either.
    if (files.length > 0 && !lstatSync(file).isFile())
      return { kind: 'failed', file, reason: 'it is not a regular file' };
    const text = files.length > 0 ? readFileSync(file, 'utf8') : '';
    const end = text.includes('\r\n') ? '\r\n' : '\n';
    appendFileSync(file, `${text === '' || text.endsWith('\n') ? '' : end}${name}${end}`);
    return { kind: 'added', file };
  } catch (error) {
    return { kind: 'failed', file, reason: messageOf(error) };
  }
}

/** From this folder up to the one with `.git`; none outside a repository. */
function foldersInRepository(start: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = start; ; folder = dirname(folder)) {
    folders.push(folder);
    if (existsSync(join(folder, '.git'))) return folders;
    if (dirname(folder) === folder) return [];
  }
}

/** Also true for a broken link. */
function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

function lines(file: string): readonly string[] {
  return lstatSync(file).isFile() ? readFileSync(file, 'utf8').split(/\r?\n/) : [];
}

/** The usual patterns; an extra line does no harm. */
function covers(line: string, name: string): boolean {
  return [name, `/${name}`, `**/${name}`, `${name}*`, '.*', '*'].includes(line.trimEnd());
}
