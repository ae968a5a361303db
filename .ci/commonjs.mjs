// dist/ as CommonJS: Node's loader of ES modules costs 5 ms before the first file, and more for each, which is a tenth of a
// start. esbuild splits only ES modules into chunks, so their statements are replaced here. An import becomes variables and no
// property that is looked up at each use: hot code stays as fast. No column moves, so that source maps stay right.
import { Script } from 'node:vm';

/** esbuild's options for what `asCommonJs` reads. */
export const ES_CHUNKS = {
  format: 'esm',
  splitting: true,
  outExtension: { '.js': '.cjs' },
  minifyWhitespace: true,
  define: { 'import.meta.url': '__moduleUrl' },
  banner: { js: '/* head */' },
};

const NAMES = String.raw`\{[\w$,\s]*\}`;
const IMPORT = new RegExp(
  String.raw`(?<=^|[;}\n])import(?:(?<names>${NAMES})from| \* as (?<all>[\w$]+) from|\* as (?<star>[\w$]+) from| (?<one>[\w$]+) from)?(?<path>"[^"\n]+");`,
  'g',
);
const DYNAMIC = /(?<![\w$.])import\((?<path>"[^"\n]+")\)/g;
const EXPORT = new RegExp(
  String.raw`export(?:(?<names>${NAMES})| default (?<one>[^;]+));\s*(?<map>//# .*\s*)?$`,
);

/**
 * @param text a chunk of esbuild's
 * @param imports what esbuild says that it imports
 */
export function asCommonJs(name, text, imports) {
  const found = { 'import-statement': 0, 'dynamic-import': 0 };
  const padded = (old, now) => {
    if (now.length > old.length) throw new Error(`${name}: "${old}" has no room for "${now}"`);
    return now.padEnd(old.length);
  };
  let body = text
    .replace(IMPORT, (statement, ...rest) => {
      found['import-statement'] += 1;
      const { names, all, star, one, path } = rest.at(-1);
      const variable = names === undefined ? (all ?? star ?? one) : aliases(names);
      return padded(statement, `${variable === undefined ? '' : `var ${variable}=`}__r(${path});`);
    })
    .replace(DYNAMIC, (call, path) => {
      found['dynamic-import'] += 1;
      return padded(call, `__i(${path})`);
    })
    .replace(EXPORT, (_, ...rest) => {
      const { names, one, map = '' } = rest.at(-1);
      const what = names === undefined ? `{default:${one}}` : aliases(names, true);
      return `module.exports=${what};\n${map}`;
    });
  for (const [kind, count] of Object.entries(found)) {
    const expected = imports.filter((one) => one.kind === kind).length;
    if (count !== expected) throw new Error(`${name}: ${count} of ${expected} are replaced: ${kind}`);
  }
  const url = body.includes('__moduleUrl')
    ? 'const __moduleUrl=require("node:url").pathToFileURL(__filename).href;'
    : '';
  // Such a module's variables get their values later, and an import here takes them as they are.
  if (/\b__esm\(/.test(body)) throw new Error(`${name}: a module that starts later`);
  const head = `"use strict";const __r=require,__i=async id=>require(id);${url}`;
  body = body.replace('/* head */', head);
  // What was missed is a mistake of syntax here.
  new Script(`(function(exports,require,module,__filename,__dirname){${body}\n})`, { filename: name });
  return body;
}

/** `{a,b as c}` as the pattern `{a,b:c}`; of an export, where the outer name comes last, `{a,c:b}`. */
function aliases(names, outward = false) {
  const pairs = names
    .slice(1, -1)
    .split(',')
    .map((pair) => pair.split(' as '));
  return `{${pairs.map(([inner, outer]) => (outer === undefined ? inner : outward ? `${outer}:${inner}` : `${inner}:${outer}`)).join(',')}}`;
}
