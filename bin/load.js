// Loads the files of dist/. Node's own way asks the file system several times for each, and compiles it anew at each start:
// together half of a short call. This one knows where the files are, and takes what V8 made of them when the program was built
// (dist/compiled/, by .ci/compiled.mjs) where this is the same Node. The library, a guest in its program, takes Node's own way.
const { readFileSync } = require('node:fs');
const { Module } = require('node:module');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

const DIST = join(__dirname, '../dist');
const COMPILED = join(DIST, 'compiled');
const HEAD = '(function(exports,require,module,__filename,__dirname){';

/** What is compiled for this very build of Node: V8 itself compares less. */
const compiled = new Set(namesFor(node()));

/** The Node that runs this: two builds of one version may differ. */
function node() {
  const { version, arch, platform, config } = process;
  return [version, arch, platform, JSON.stringify(config.variables)].join(' ');
}

function namesFor(wanted) {
  // Coverage counts only what is compiled while it looks on.
  if (process.env.NODE_V8_COVERAGE || process.env.NODE_DISABLE_COMPILE_CACHE) return [];
  try {
    const { node: made, files } = JSON.parse(readFileSync(join(COMPILED, 'index.json'), 'utf8'));
    return made === wanted ? files : [];
  } catch {
    // Built without it.
    return [];
  }
}

/** @param path of a file of dist/, absolute */
function load(path) {
  const known = require.cache[path];
  if (known !== undefined) return known.exports;
  // Node's own way reads source maps.
  if (process.sourceMapsEnabled) return require(path);
  const module = new Module(path);
  module.filename = path;
  require.cache[path] = module;
  try {
    const folder = dirname(path);
    const inner = (id) => (id.startsWith('.') ? load(join(folder, id)) : require(id));
    scriptOf(path).runInThisContext().call(module.exports, module.exports, inner, module, path, folder);
  } catch (error) {
    // Whoever asks again is told again.
    delete require.cache[path];
    throw error;
  }
  module.loaded = true;
  return module.exports;
}

function scriptOf(path) {
  const source = `${HEAD}${readFileSync(path, 'utf8')}\n})`;
  const name = path.slice(DIST.length + 1).replaceAll('\\', '/');
  // V8 refuses what does not fit its flags, and compiles.
  const cachedData = compiled.has(name) ? readFileSync(join(COMPILED, name)) : undefined;
  return new Script(source, { filename: path, columnOffset: -HEAD.length, cachedData });
}

module.exports = { COMPILED, DIST, load, node };
