// cosmiconfig's search through one folder, limited to files that were checked first: cosmiconfig itself would wait for
// a pipe and read a device forever. Its factory function is not used, because it reads its own configuration from the
// working directory (.config/config.js and others) and runs it. Its loaders are not used either, because some run what
// they load.
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
 * @param judged name -> the text that was checked, in order
 * @returns the first with settings; an empty file, or a package.json without ours, is skipped
 * @throws UsageError if it cannot be read as settings, or the file has changed since it was checked
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
    // From package.json, hand on our part only, so that cosmiconfig follows nothing else in it.
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
  // cosmiconfig skips a file that is gone or unreadable: leads would then go where another file says.
  for (const [before, text] of judged) {
    if (before === place) break;
    if (text.trim() !== '' && !loaded.has(before)) throw changed(join(folder, before));
  }
  return found === null || place === null ? null : { place, content: found.config };
}

/** The key of our settings in this file; '' for the whole file. */
export function prefixOf(path: string): string {
  return basename(path) === 'package.json' ? 'leadpush' : '';
}

function changed(path: string): UsageError {
  return new UsageError(
    `${path}: the file changed while it was read.`,
    'Run the command again. Nothing was sent.',
  );
}
