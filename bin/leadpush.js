#!/usr/bin/env node
// Calls the built program; everything else is in src/ (built into dist/).
import { main } from '../dist/cli.js';

await main(process.argv.slice(2));
