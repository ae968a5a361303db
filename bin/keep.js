// Keeps what V8 has compiled in this call for the next ones: the pieces of load.js. A place where the program is called only once,
// such as a new container, gets no more than an empty file, and is as slow as before.
const fs = require('node:fs');
const { dirname } = require('node:path');

/** What the program sets while it runs (main.ts, young-space.ts), and what that brings along, as it was at the start. */
const AT_START = [
  ...['--no-liftoff-only', '--wasm-tier-up', '--wasm-dynamic-tiering'],
  '--semi-space-growth-factor=2',
];

/**
 * Whatever hinders it, nothing is kept.
 * @param call what load.js has: `file`, `sizeBytes`, `build`, `isNew`, `start`, `pieces`, `scripts` and `readPiece`
 */
function keepAtExit(call) {
  if (!mayWrite(dirname(dirname(call.file)))) return;
  if (call.isNew) return atExit(() => markUsed(call.file));
  const v8 = require('node:v8');
  const atStart = v8.cachedDataVersionTag();
  atExit(() => isAsAtStart(v8, atStart) && write(call));
}

function atExit(work) {
  process.on('exit', () => {
    try {
      work();
    } catch {
      // A full disk, or another process at the same.
    }
  });
}

/** Only beside files that are this user's own: whoever may write there may also write the program itself. */
function mayWrite(dist) {
  // With flags for V8, what it makes fits no other call.
  if (process.execArgv.length > 0 || process.env.NODE_OPTIONS) return false;
  return (
    process.getuid === undefined || fs.statSync(dist, { throwIfNoEntry: false })?.uid === process.getuid()
  );
}

function markUsed(file) {
  fs.mkdirSync(dirname(file), { recursive: true });
  fs.closeSync(fs.openSync(file, 'wx'));
}

/** V8 compares its flags with those of the call that made a piece. */
function isAsAtStart(v8, tag) {
  if (v8.cachedDataVersionTag() === tag) return true;
  for (const flag of AT_START) v8.setFlagsFromString(flag);
  return v8.cachedDataVersionTag() === tag;
}

function write({ file, sizeBytes, build, start, pieces, scripts, readPiece }) {
  // Opened first: where it cannot be written, nothing is made for it.
  const fresh = `${file}.${process.pid}`;
  const to = fs.openSync(fresh, 'wx', 0o644);
  try {
    const all = new Map([...pieces].map(([name, [from, bytes]]) => [name, readPiece(start + from, bytes)]));
    for (const [name, script] of scripts) all.set(name, script.createCachedData());
    const places = {};
    let end = 0;
    for (const [name, piece] of all) {
      places[name] = [end, piece.length];
      end += piece.length;
    }
    const head = JSON.stringify({ build, pieces: places });
    const size = String(Buffer.byteLength(head, 'latin1')).padStart(sizeBytes);
    fs.writeFileSync(to, Buffer.concat([Buffer.from(size + head, 'latin1'), ...all.values()]));
    // A power cut must not leave a file that V8 would take for whole.
    fs.fsyncSync(to);
    fs.renameSync(fresh, file);
  } catch (error) {
    fs.rmSync(fresh, { force: true });
    throw error;
  } finally {
    fs.closeSync(to);
  }
}

module.exports = { keepAtExit };
