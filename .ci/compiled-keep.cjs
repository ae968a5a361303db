// Within a call of leadpush (--require): keeps what V8 has compiled by its end. See compiled.mjs.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');

/** Below this, reading costs what compiling does. */
const LEAST_BYTES = 2_000;

// V8 takes and makes it only for the flags of a start. Within a call it keeps what it has compiled, used again or not.
const { setFlagsFromString } = v8;
v8.setFlagsFromString = () => {};

const scripts = new Map();
vm.Script = class extends vm.Script {
  constructor(source, options) {
    setFlagsFromString('--flush-bytecode');
    super(source, options);
    setFlagsFromString('--no-flush-bytecode');
    scripts.set(options.filename, { script: this, bytes: source.length });
  }
};

process.on('exit', () => {
  setFlagsFromString('--flush-bytecode');
  const { COMPILED, DIST, node } = require('../bin/load.js');
  const index = join(COMPILED, 'index.json');
  const files = new Set(filesOf(index));
  for (const [path, { script, bytes }] of scripts) {
    if (bytes < LEAST_BYTES) continue;
    const name = path.slice(DIST.length + 1).replaceAll('\\', '/');
    writeFileSync(join(COMPILED, name), script.createCachedData());
    files.add(name);
  }
  writeFileSync(index, JSON.stringify({ node: node(), files: [...files].sort() }));
});

function filesOf(index) {
  try {
    return JSON.parse(readFileSync(index, 'utf8')).files;
  } catch {
    return [];
  }
}
