// Keeps what V8 has compiled in this call for the next ones: the pieces of load.js. A place where the program is called only once,
// such as a new container, gets no more than an empty file, and is as slow as before.
const fs = require('node:fs');
const { dirname } = require('node:path');
const { cachedDataVersionTag, setFlagsFromString } = require('node:v8');

/** What the program sets while it runs (main.ts), and what that brings along, as it was at the start. */
const AT_START = ['--no-liftoff-only', '--wasm-tier-up', '--wasm-dynamic-tiering'];

/**
 * Whatever hinders it, nothing is kept.
 * @param call what load.js has: `file`, `headBytes`, `build`, `isNew`, `pieces`, `scripts` and `readPiece`
 */
function keepAtExit(call) {
  const atStart = cachedDataVersionTag();
  process.on('exit', () => {
    try {
      if (!mayWrite(dirname(dirname(call.file)))) return;
      if (call.isNew) markUsed(call.file);
      else if (isAsAtStart(atStart)) write(call);
    } catch {
      // A full disk, or another process at the same.
    }
  });
}

/** Only beside files that are this user's own: whoever may write there may also write the program itself. */
function mayWrite(dist) {
  // With flags for V8, what it makes fits no other call.
  if (process.execArgv.length > 0 || process.env.NODE_OPTIONS) return false;
  return process.getuid === undefined || fs.statSync(dist).uid === process.getuid();
}

function markUsed(file) {
  fs.mkdirSync(dirname(file), { recursive: true });
  fs.closeSync(fs.openSync(file, 'wx'));
}

/** V8 compares its flags with those of the call that made a piece. */
function isAsAtStart(tag) {
  if (cachedDataVersionTag() === tag) return true;
  for (const flag of AT_START) setFlagsFromString(flag);
  return cachedDataVersionTag() === tag;
}

function write({ file, headBytes, build, pieces, scripts, readPiece }) {
  const all = new Map([...pieces].map(([name, place]) => [name, () => readPiece(...place)]));
  for (const [name, script] of scripts) all.set(name, () => script.createCachedData());
  const fresh = `${file}.${process.pid}`;
  const to = fs.openSync(fresh, 'wx', 0o644);
  try {
    const places = {};
    let end = headBytes;
    for (const [name, read] of all) {
      const piece = read();
      fs.writeSync(to, piece, 0, piece.length, end);
      places[name] = [end, piece.length];
      end += piece.length;
    }
    const head = Buffer.from(JSON.stringify({ build, pieces: places }), 'latin1');
    if (head.length > headBytes) throw new Error('the head is too long');
    fs.writeSync(to, Buffer.concat([head, Buffer.alloc(headBytes - head.length, ' ')]), 0, headBytes, 0);
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
