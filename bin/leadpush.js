#!/usr/bin/env node
// Calls the built program; everything else is in src/ (built into dist/). CommonJS, by the package.json beside it.
const { main } = require('../dist/cli.cjs');

main(process.argv.slice(2));
