// Builds dist/: one bundle split into chunks (layers.mjs) of CommonJS (commonjs.mjs), so that a command loads only what it needs,
// in few files, plus the types of the library face.
// libsql stays outside: it is a native addon.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { build } from 'esbuild';
import { asCommonJs, ES_CHUNKS } from './commonjs.mjs';
import { layers } from './layers.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * transport/connector.ts offers servers HTTP/1.1 alone, and bodies are texts: neither HTTP/2 nor fetch's bodies can be asked for.
 * Node's own HTTP/2, which undici loads with the first, is a tenth of what a start loads.
 */
const UNUSED_OF_UNDICI = [
  /[\\/]undici[\\/]lib[\\/]dispatcher[\\/]client-h2\.js$/,
  /[\\/]undici[\\/]lib[\\/]web[\\/]fetch[\\/]body\.js$/,
];
/**
 * config/explorer.ts needs neither of these parts of cosmiconfig. Its loaders could run what they load, and bring another js-yaml
 * and a JSON parser along; env-paths asks for the home of this user as soon as it is there, which not every user has.
 */
const UNUSED_OF_COSMICONFIG = [/[\\/]cosmiconfig[\\/]dist[\\/]loaders\.js$/, /[\\/]env-paths[\\/]index\.js$/];
/**
 * ledger/postgres/connection.ts needs one connection of pg: no pool, no native library, and no search for passwords, which would
 * write to stderr past the screen.
 */
const UNUSED_OF_PG = [
  /[\\/]pg[\\/]lib[\\/]native[\\/]index\.js$/,
  /[\\/]pg-pool[\\/]index\.js$/,
  /[\\/]pgpass[\\/]lib[\\/]index\.js$/,
];

const options = {
  metafile: true,
  write: false,
  absWorkingDir: root,
  entryPoints: { cli: 'src/cli/main.ts', index: 'src/index.ts' },
  outdir: 'dist',
  bundle: true,
  ...ES_CHUNKS,
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  // No keepNames: it would wrap every closure that a lead creates; identifiers are not minified, so names stay anyway.
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  chunkNames: 'chunks/[name]-[hash]',
  external: ['libsql', 'pg-cloudflare'],
  plugins: [
    { name: 'no diagnostics of undici', setup: withoutDiagnostics },
    { name: 'chalk is told', setup: coloursAsTold },
    { name: 'little of undici', setup: littleOfUndici },
    without('undici', UNUSED_OF_UNDICI),
    { name: 'later crypto', setup: laterCrypto },
    { name: 'commander without what is not used', setup: withoutUnusedOfCommander },
    without('cosmiconfig', UNUSED_OF_COSMICONFIG),
    without('pg', UNUSED_OF_PG),
  ],
  define: { ...ES_CHUNKS.define, LEADPUSH_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
};
const { inputs } = (await build(options)).metafile;
const { metafile, outputFiles } = await build({
  ...options,
  plugins: [layers(root, inputs), ...options.plugins],
});
rmSync(join(root, 'dist'), { recursive: true, force: true });
for (const { path, text } of outputFiles) {
  const name = relative(root, path).split(sep).join('/');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, name.endsWith('.cjs') ? asCommonJs(name, text, metafile.outputs[name].imports) : text);
}
// The library is an ES module.
const { exports: names } = metafile.outputs['dist/index.cjs'];
writeFileSync(
  join(root, 'dist/index.js'),
  `import library from './index.cjs';\nexport const { ${names.join(', ')} } = library;\n`,
);
writeNotices(Object.keys(metafile.inputs));

rollUpTypes();

/** The types of the library face in one file, dist/index.d.ts: what stands behind them is nobody else's. */
function rollUpTypes() {
  const separate = join(root, 'dist/types');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', 'src/tsconfig.types.json', '--outDir', separate], {
    cwd: root,
    stdio: 'inherit',
  });
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(separate, 'index.d.ts'),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            module: 'NodeNext',
            target: 'ES2023',
            types: ['node'],
            strict: true,
            skipLibCheck: true,
          },
          files: [join(separate, 'index.d.ts')],
        },
      },
      apiReport: { enabled: false },
      docModel: { enabled: false },
      tsdocMetadata: { enabled: false },
      dtsRollup: { enabled: true, untrimmedFilePath: join(root, 'dist/index.d.ts') },
      messages: { extractorMessageReporting: { default: { logLevel: 'none' } } },
    },
  });
  const { succeeded } = Extractor.invoke(config, {
    localBuild: true,
    // Told are errors; not that its own compiler is another than ours.
    messageCallback: (message) => {
      message.handled = message.logLevel !== 'error';
    },
  });
  if (!succeeded) throw new Error('the types could not be rolled up');
  rmSync(separate, { recursive: true });
}

/**
 * undici tells its diagnostics channels, and with NODE_DEBUG stderr, the addresses that it asks for, which are signed. The
 * channels are those of the whole process: whoever listens there hears of all copies of undici. Ours tells nobody but
 * connector.ts, which has to know when an answer's head is due, on a channel of its own name.
 */
function withoutDiagnostics({ onLoad }) {
  onLoad({ filter: /[\\/]undici[\\/]lib[\\/]core[\\/]diagnostics\.js$/ }, ({ path }) => {
    const names = [...readFileSync(path, 'utf8').matchAll(/^ {2}(\w+): diagnosticsChannel\.channel\(/gm)];
    if (names.length < 10) throw new Error('undici names its diagnostics channels otherwise than it did');
    const channels = names
      .map(([, name]) => `${name}: ${name === 'sendHeaders' ? 'own' : 'silent'}`)
      .join(', ');
    return {
      contents: `const silent = { hasSubscribers: false, publish() {} };
const own = require('node:diagnostics_channel').channel('leadpush:sendHeaders');
module.exports = { channels: { ${channels} } };`,
    };
  });
}

/**
 * output/style.ts says whether there is colour, to chalk and to ora. What chalk finds out by itself would load Node's terminals
 * and sockets, also for a run that prints to a file.
 */
function coloursAsTold({ onLoad }) {
  onLoad({ filter: /[\\/]chalk[\\/]source[\\/]vendor[\\/]supports-color[\\/]index\.js$/ }, () => ({
    contents: 'const told = { level: 1 }; export default { stdout: told, stderr: told };',
  }));
}

/** node:crypto is loaded when something is hashed: a help page, which loads the providers' names, hashes nothing. */
function laterCrypto({ onResolve, onLoad }) {
  const namespace = 'later crypto';
  onResolve({ filter: /^node:crypto$/ }, ({ importer, namespace: of }) =>
    of === 'file' && importer.startsWith(join(root, 'src')) ? { path: 'crypto', namespace } : undefined,
  );
  const calls = ['createHash', 'createHmac', 'hash', 'randomBytes', 'randomInt', 'timingSafeEqual'];
  onLoad({ filter: /./, namespace }, () => ({
    contents: `let loaded;
const crypto = () => (loaded ??= process.getBuiltinModule('node:crypto'));
${calls.map((name) => `export const ${name} = (a, b, c) => crypto().${name}(a, b, c);`).join('\n')}`,
  }));
}

/**
 * Of node:assert, which loads how to show any value, undici uses the plain call; of its parser's constants two tables, which it
 * would make from lists of all methods and headers.
 */
function littleOfUndici({ onResolve, onLoad }) {
  const namespace = 'plain assert';
  onResolve({ filter: /^node:assert$/ }, ({ importer }) => {
    if (!/[\\/]undici[\\/]/.test(importer)) return undefined;
    if (/\bassert\.\w/.test(readFileSync(importer, 'utf8'))) throw new Error(`${importer} asserts otherwise`);
    return { path: 'assert', namespace };
  });
  onLoad({ filter: /./, namespace }, () => ({
    contents: `module.exports = (value, message = 'undici: an assertion failed') => {
  if (!value) throw message instanceof Error ? message : new Error(message);
};`,
  }));
  onLoad({ filter: /[\\/]undici[\\/]lib[\\/]llhttp[\\/]constants\.js$/ }, ({ path }) => {
    const { ERROR, TYPE } = createRequire(import.meta.url)(path);
    return { contents: `module.exports = ${JSON.stringify({ ERROR, TYPE })};` };
  });
}

/** No command of ours is another program, which commander would start. */
function withoutUnusedOfCommander({ onResolve, onLoad }) {
  const namespace = 'no programs';
  onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
    /[\\/]commander[\\/]/.test(importer) ? { path: 'child_process', namespace } : undefined,
  );
  onLoad({ filter: /./, namespace }, () => ({ contents: 'module.exports = {};' }));
}

/** The library with nothing in these files; the build fails where it no longer has one of them. */
function without(library, unused) {
  return {
    name: `${library} without what is not used`,
    setup({ onLoad, onEnd }) {
      const met = new Set();
      for (const filter of unused) {
        onLoad({ filter }, () => {
          met.add(filter);
          // A class, since pg extends one of these.
          return { contents: 'module.exports = class {};' };
        });
      }
      onEnd(() => {
        if (met.size < unused.length) throw new Error(`${library} is made of other files than it was`);
      });
    },
  };
}

/**
 * The licences of the libraries that the bundle holds: theirs ask that they come along. A library whose package brings no
 * text has it in licences/, as its repository holds it; one that has it nowhere breaks the build.
 */
function writeNotices(inputs) {
  const folders = new Set(
    inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  const notices = [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    const path =
      file === undefined
        ? join(root, '.ci/licences', `${name.replace('/', '+')}.txt`)
        : join(root, folder, file);
    return `${name} ${version}\n\n${readFileSync(path, 'utf8').trim()}\n`;
  });
  writeFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), notices.join(`\n${'-'.repeat(78)}\n\n`));
}
