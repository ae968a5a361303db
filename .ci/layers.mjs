// Few files a start. esbuild makes one chunk of what the same entries reach, so that a send loaded eighty small ones, each of
// which costs a fifth of a millisecond. Here each dynamic import begins with all that is loaded by then (the layers below it): the
// whole of a layer is then reached by the same entries, and is one chunk.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const MAIN = 'src/cli/main.ts';
const LIBRARY = 'src/index.ts';
const SEND = 'src/cli/actions/send.ts';

/** Loaded right after the start, before the engine is. */
const EARLY = ['src/cli/program.ts', 'src/cli/welcome.ts', 'src/output/mask-phone.ts'];
/** Commands that need little of the engine: they load no more than that. */
const LIGHT = ['explain', 'completion', 'completion-install', 'config', 'sandbox'].map(
  (name) => `src/cli/actions/${name}.ts`,
);

/**
 * @param root the project's folder
 * @param inputs of a build's metafile: which file imports what
 * @returns an esbuild plugin
 */
export function layers(root, inputs) {
  const dynamic = new Set(
    Object.values(inputs).flatMap(({ imports }) =>
      imports.flatMap(({ path, kind }) => (kind === 'dynamic-import' && path in inputs ? [path] : [])),
    ),
  );
  for (const name of [...EARLY, ...LIGHT]) {
    if (!dynamic.has(name)) throw new Error(`${name} is no longer loaded by a dynamic import`);
  }
  const reached = (from, kinds) => {
    const met = new Set();
    const visit = (path) => {
      if (met.has(path) || !(path in inputs)) return;
      met.add(path);
      for (const { path: next, kind } of inputs[path].imports) if (kinds.includes(kind)) visit(next);
    };
    visit(from);
    return met;
  };
  const statics = ['import-statement', 'require-call'];
  const start = reached(MAIN, statics);
  const send = reached(SEND, statics);
  const library = reached(LIBRARY, statics);
  const engine = [...send].filter((path) => library.has(path));
  const ofLibrary = reached(LIBRARY, [...statics, 'dynamic-import']);
  const underneath = (entry) => {
    if (entry === LIBRARY || EARLY.includes(entry) || LIGHT.includes(entry)) return start;
    return new Set(ofLibrary.has(entry) ? [...start, ...engine] : [...start, ...send]);
  };
  const below = new Map(
    [LIBRARY, ...dynamic].map((entry) => [
      join(root, entry),
      [...underneath(entry)].filter((path) => path !== entry && path.startsWith('src/')),
    ]),
  );
  return {
    name: 'layers',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
        const loaded = below.get(path);
        if (loaded === undefined) return undefined;
        // On the first line, so that positions in the source stay.
        const imports = loaded.map((name) => `import ${JSON.stringify(join(root, name))};`);
        return { loader: 'ts', contents: `${imports.join('')}${readFileSync(path, 'utf8')}` };
      });
    },
  };
}
