// cosmiconfig's search through one folder, among files that were judged before it opens them: it would wait for a pipe and
// read a device for ever. Its factory function is not used: that one reads a configuration of its own from the working
// directory (.config/config.js and others) and runs it. Its loaders are not used either, since some run what they load.
import { basename, join } from 'node:path';
import { ExplorerSync } from 'cosmiconfig/dist/ExplorerSync.js';
import { UsageError } from '../util/usage-error.ts';
import { parseConfig } from './parse.ts';

export interface Settings {
  /** The file's name. */
  readonly place: string;
  readonly content: unknown;
}

/**
 * @param judged name -> the text that was judged, the first name first
 * @returns the first that holds settings: an empty file, and a package.json without ours, are passed over
 * @throws UsageError for what cannot be read as settings, and where a file is not what was judged any more
 */
export function firstSettings(folder: string, judged: ReadonlyMap<string, string>): Settings | null {
  if (judged.size === 0) return null;
  const loaded = new Set<string>();
  const load = (path: string, text: string): unknown => {
    const place = basename(path);
    if (judged.get(place) !== text) throw changed(path);
    loaded.add(place);
    const prefix = prefixOf(path);
    const content = parseConfig(join(folder, place), text, prefix);
    // Of a package.json only our part is handed on, so that cosmiconfig follows nothing else in it.
    return prefix === '' ? content : { [prefix]: content };
  };
  const explorer = new ExplorerSync({
    moduleName: 'leadpush',
    stopDir: folder,
    searchPlaces: [...judged.keys()],
    searchStrategy: 'none',
    ignoreEmptySearchPlaces: true,
    applyPackagePropertyPathToConfiguration: false,
    loaders: { '.json': load, '.yaml': load, '.yml': load, noExt: load },
    transform: (result) => result,
    cache: false,
    metaConfigFilePath: null,
    mergeImportArrays: false,
    mergeSearchPlaces: false,
    packageProp: 'leadpush',
  });
  const found = explorer.search(folder);
  const place = found === null ? null : basename(found.filepath);
  // cosmiconfig passes over a file that is gone or may not be read: leads would then go where another one says.
  for (const [before, text] of judged) {
    if (before === place) break;
    if (text.trim() !== '' && !loaded.has(before)) throw changed(join(folder, before));
  }
  return found === null || place === null ? null : { place, content: found.config };
}

/** Where our settings stand in this file, '' for all of it. */
export function prefixOf(path: string): string {
  return basename(path) === 'package.json' ? 'leadpush' : '';
}

function changed(path: string): UsageError {
  return new UsageError(`${path}: the file changed while it was read.`, 'Run it again. Nothing was sent.');
}
