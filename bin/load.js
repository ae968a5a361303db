// Loads the files of dist/. Node's own way asks the file system several times for each and compiles it anew at each start:
// together half of a short call. This one knows where the files are, and takes from dist/compiled/ what V8 made of them in an
// earlier call of the same Node (keep.js). The library, a guest in its program, takes Node's own way.
const { closeSync, openSync, readFileSync, readSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

const Module = module.constructor;
const { arch, config, env, platform, version } = process;
const DIST = join(__dirname, '../dist');
/** For one Node: the length of the head in SIZE_BYTES, the head in JSON, and the pieces that it names. */
const KEPT = join(DIST, 'compiled', `${version}-${platform}-${arch}`);
const SIZE_BYTES = 8;
/** Read at once: nearly always the whole head. */
const USUAL_HEAD = 12_288;
/** Below this, reading costs what compiling does. */
const LEAST_LENGTH = 2_000;
const WRAPPER = '(function(exports,require,module,__filename,__dirname){';

const kept = readHead();
/** All that this call has loaded, by the names in dist/. */
const scripts = new Map();
let keeping = false;

/**
 * What is kept: `[position, bytes]` by file, from `start` on. `null` pieces: nothing may be taken or kept. Coverage counts only
 * what is compiled while it looks on, and two builds of one version of Node may differ in what V8 does not compare.
 */
function readHead() {
  const build = JSON.stringify(config.variables, (_, value) => (Array.isArray(value) ? value.length : value));
  const none = { build, isNew: false, pieces: new Map(), start: 0 };
  if (env.NODE_V8_COVERAGE || env.NODE_DISABLE_COMPILE_CACHE) return { ...none, pieces: null };
  try {
    let read = readPiece(0, USUAL_HEAD);
    if (read.length === 0) return none;
    const start = SIZE_BYTES + Number(read.latin1Slice(0, SIZE_BYTES));
    if (start > read.length) read = readPiece(0, start);
    const head = JSON.parse(read.latin1Slice(SIZE_BYTES, start));
    return { ...none, start, pieces: head.build === build ? new Map(Object.entries(head.pieces)) : null };
  } catch (error) {
    return { ...none, isNew: error.code === 'ENOENT' };
  }
}

function readPiece(position, bytes) {
  const file = openSync(KEPT, 'r');
  try {
    // Memory of its own: V8 copies what lies askew.
    const piece = Buffer.allocUnsafeSlow(bytes);
    return piece.subarray(0, readSync(file, piece, 0, bytes, position));
  } finally {
    closeSync(file);
  }
}

/** @param path of a file of dist/, absolute */
function load(path) {
  const known = require.cache[path];
  if (known !== undefined) return known.exports;
  // Node's own way reads source maps.
  if (process.sourceMapsEnabled) return require(path);
  const loaded = new Module(path);
  loaded.filename = path;
  require.cache[path] = loaded;
  try {
    const folder = dirname(path);
    const inner = (id) => (id.startsWith('./') ? load(folder + id.slice(1)) : require(id));
    scriptOf(path).runInThisContext().call(loaded.exports, loaded.exports, inner, loaded, path, folder);
  } catch (error) {
    // Whoever asks again is told again.
    delete require.cache[path];
    throw error;
  }
  loaded.loaded = true;
  return loaded.exports;
}

function scriptOf(path) {
  const source = `${WRAPPER}${readFileSync(path, 'utf8')}\n})`;
  const options = { filename: path, columnOffset: -WRAPPER.length };
  if (kept.pieces === null || source.length < LEAST_LENGTH) return new Script(source, options);
  const name = path.slice(DIST.length + 1);
  // V8 refuses what does not fit its flags, and compiles.
  const script = new Script(source, { ...options, cachedData: pieceOf(name) });
  scripts.set(name, script);
  return script;
}

function pieceOf(name) {
  const place = kept.pieces.get(name);
  try {
    if (place !== undefined) return readPiece(kept.start + place[0], place[1]);
  } catch {
    // Compiled then.
    return undefined;
  }
  if (!keeping) {
    keeping = true;
    require('./keep.js').keepAtExit({ ...kept, file: KEPT, sizeBytes: SIZE_BYTES, scripts, readPiece });
  }
  return undefined;
}

module.exports = { DIST, load };
