// The names of inputs: files, `-` (stdin), `feed:NAME`, and https addresses. An address's user, password and query may be
// secrets, so no screen, result or ledger gets them.

import { resolve } from 'node:path';

const ADDRESS = /^https?:\/\//i;
const FEED = /^feed:(?!\/)/;

export type RemoteName =
  | { readonly kind: 'feed'; readonly given: string; readonly feed: string }
  | { readonly kind: 'address'; readonly given: string };
export type InputName = RemoteName | { readonly kind: 'file'; readonly given: string };

/** What an argument names. A file of such a name is read as `./feed:x`. */
export function readInputName(given: string): InputName {
  if (FEED.test(given)) return { kind: 'feed', given, feed: given.slice('feed:'.length) };
  return { kind: ADDRESS.test(given) ? 'address' : 'file', given };
}

/** As an input is called in results, ledger and messages. */
export function shownInput(given: string): string {
  if (!ADDRESS.test(given)) return given;
  if (!URL.canParse(given)) return given.replace(/^([a-z]+:\/\/)(?:[^/?#]*@)?([^?#]*).*$/is, '$1$2');
  const { origin, pathname } = new URL(given);
  return `${origin}${pathname}`;
}

/** Whether it names a file, which a person can change. @param shown as it is called; see {@link shownInput} */
export function isLocalFile(shown: string): boolean {
  return shown !== '-' && readInputName(shown).kind === 'file';
}

/** What is the same wherever the command is called: of a file its absolute path. @param shown as it is called; see {@link shownInput} */
export function sameAnywhere(shown: string, cwd: string): string {
  return isLocalFile(shown) ? resolve(cwd, shown) : shown;
}

/** Whether a command that names this input would show what may be a secret. */
export function isShownWhole(given: string): boolean {
  return !ADDRESS.test(given) || /^[^?#@]*$/.test(given);
}
