#!/usr/bin/env node
// Calls the built program; everything else is in src/ (built into dist/). CommonJS, by the package.json beside it.
const { join } = require('node:path');
const { DIST, load } = require('./load.js');

const { main } = load(join(DIST, 'cli.cjs'));
main(process.argv.slice(2));
