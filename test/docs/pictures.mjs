// `npm run pictures`: makes the README's pictures anew from real runs, in docs/pictures/. terminal.svg is what tmux shows
// of a run, as text in the terminal's own colours; report.png is what Chromium shows of a run's report. Nothing is drawn
// by hand, so that a picture cannot promise what the program does not do. Needs tmux and Chromium, and a built dist/.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOT, 'bin/leadpush.js');
const PICTURES = join(ROOT, 'docs/pictures');
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const COLUMNS = 114;
/** A terminal's sequence for colours and weights. */
const SGR = /\u001b\[[\d;]*m/g;

const root = mkdtempSync(join(tmpdir(), 'leadpush-pictures-'));
const home = join(root, 'home');
const work = join(root, 'work');
const bin = join(root, 'bin');
for (const folder of [home, work, bin]) mkdirSync(folder);
writeFileSync(join(bin, 'leadpush'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
chmodSync(join(bin, 'leadpush'), 0o755);
const env = { HOME: home, PATH: `${bin}:${process.env.PATH}`, TZ: 'Asia/Kolkata', LANG: 'C.UTF-8' };

// --- The terminal ---

async function terminal() {
  writeFileSync(
    join(work, 'leads.csv'),
    `Name,Phone,Budget,Project
Asha Verma,98765 43210,50L-1.2 Cr,Green Acres
Rahul Kumar,+91 99889 98899,80 lakhs,Green Acres
Binu Thomas,1234567890,1 Cr,Lake View
Farah Khan,+971 50 123 4567,2 Cr onwards,Lake View
<test lead: dummy data for full_name>,98765 00000,,Green Acres
Asha Verma,098765-43210,50L-1.2 Cr,Green Acres
Chand Patel,0091 98111 22334,75 lac,Green Acres
Dev Rao,+91 98250 12345,60L,Lake View
`,
  );
  const socket = `leadpush-pictures-${process.pid}`;
  const tmux = (...args) =>
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], { env, encoding: 'utf8' });
  const start = join(root, 'start.sh');
  const exports = Object.entries(env).map(([name, value]) => `export ${name}='${value}'`);
  writeFileSync(start, `${exports.join('\n')}\ncd '${work}'\nPS1='$ '\n`);
  tmux(
    'new-session',
    '-d',
    '-s',
    'main',
    '-x',
    String(COLUMNS),
    '-y',
    '60',
    `bash --noprofile --rcfile '${start}' -i`,
  );
  const screen = () => tmux('capture-pane', '-e', '-p', '-t', 'main').trimEnd().split('\n');
  const prompts = () => screen().filter((line) => line.replaceAll(SGR, '').trim() === '$').length;
  try {
    await until(() => prompts() === 1);
    tmux(
      'send-keys',
      '-t',
      'main',
      'leadpush send leads.csv --to sandbox-anarock --rejects rejects.csv',
      'Enter',
    );
    await until(
      () => prompts() === 1 && screen().length > 5,
      () => JSON.stringify(screen()),
    );
    return svgOf(screen().slice(0, -1));
  } finally {
    tmux('kill-server');
  }
}

async function until(holds, said = () => '') {
  const end = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`the terminal does not show what was waited for: ${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The eight colours of a dark terminal that can be read beside a white and a black page. */
const BACK = '#16191f';
const TEXT = '#d6dae1';
const COLOURS = ['#5b6470', '#f0716b', '#7fc98a', '#e3bd63', '#75aef5', '#cf92e8', '#62c5c9', TEXT];
const GRAY = '#8b95a3';
const CELL = { width: 8.43, height: 19, font: 14 };

/** Lines with the terminal's own sequences (SGR) as SVG; each run of one colour stands at its column. */
function svgOf(lines) {
  const pad = 16;
  const bar = 30;
  const width = Math.ceil(COLUMNS * CELL.width + 2 * pad);
  const height = Math.ceil(lines.length * CELL.height + bar + pad);
  const state = { colour: TEXT, bold: false };
  const texts = lines.flatMap((line, row) => {
    let column = 0;
    const y = bar + row * CELL.height + CELL.font;
    return runsOf(line, state).map(({ text, colour, bold }) => {
      const shown = text.trim();
      const x = pad + (column + text.indexOf(shown)) * CELL.width;
      column += [...text].length;
      if (shown === '') return '';
      const weight = bold ? ' font-weight="bold"' : '';
      // Blanks in a row would be shown as one.
      const kept = escapeXml(shown).replaceAll(/ {2,}/g, (blanks) => '\u00a0'.repeat(blanks.length));
      return `<text x="${round(x)}" y="${y}" fill="${colour}"${weight} textLength="${round([...shown].length * CELL.width)}">${kept}</text>`;
    });
  });
  const dots = ['#f0716b', '#e3bd63', '#7fc98a']
    .map((fill, index) => `<circle cx="${pad + 6 + index * 18}" cy="15" r="5" fill="${fill}"/>`)
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>leadpush send, in a terminal</title>
<rect width="100%" height="100%" rx="8" fill="${BACK}"/>
${dots}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${CELL.font}">
${texts.filter((text) => text !== '').join('\n')}
</g>
</svg>
`;
}

/** A line's runs of one colour. `state` goes on from line to line, as in a terminal. */
function runsOf(line, state) {
  const runs = [];
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    const [, codes] = /^\u001b\[([\d;]*)m$/.exec(part) ?? [];
    if (codes === undefined) {
      if (part !== '') runs.push({ text: part, ...state });
      continue;
    }
    for (const code of codes.split(';').map(Number)) {
      if (code === 0) Object.assign(state, { colour: TEXT, bold: false });
      else if (code === 1) state.bold = true;
      else if (code === 22) state.bold = false;
      else if (code >= 30 && code <= 37) state.colour = COLOURS[code - 30];
      else if (code === 39) state.colour = TEXT;
      else if (code === 90) state.colour = GRAY;
      else if (code > 90 && code <= 97) state.colour = COLOURS[code - 90];
    }
  }
  return runs;
}

const round = (value) => String(Math.round(value * 100) / 100);
const escapeXml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

// --- The report ---

async function report() {
  // A provider with bad moments: some leads are refused, some answers are lost for good.
  const child = spawn(
    process.execPath,
    [
      BIN,
      'sandbox',
      '--json',
      '--seed',
      '11',
      '--latency',
      '40ms',
      '--fault',
      '422:0.012,500lost:0.008,ask-html:1',
    ],
    { env, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const [line] = await once(child.stdout, 'data');
    const { url, anarock } = JSON.parse(String(line));
    writeFileSync(
      join(work, '.leadpushrc'),
      `targets:
  greens:
    provider: anarock
    baseUrl: ${url}
    channel: ${anarock.channel}
    key: ${anarock.key}
    retries: 1
    settleAfter: 200ms
    rate: 60
    concurrency: 6
    defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 }
`,
      { mode: 0o600 },
    );
    writeFileSync(join(work, 'october.csv'), manyLeads(640));
    leadpush('send', 'october.csv', '--to', 'greens', '--yes', '--quiet', '--json');
    const [{ run }] = leadpush('runs', '--json')
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => JSON.parse(text))
      .map((row) => ({ run: row.run ?? row.id }));
    leadpush('report', run, '--html', 'report.html');
  } finally {
    child.kill('SIGTERM');
  }
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1040, height: 1180 } });
    await page.goto(pathToFileURL(join(work, 'report.html')).href);
    // Down to the last chart; the tables below it say the same in words.
    const { y, height } = await page.locator('svg').last().boundingBox();
    return await page.screenshot({
      fullPage: true,
      clip: { x: 0, y: 0, width: 1040, height: y + height + 32 },
    });
  } finally {
    await browser.close();
  }
}

/** Runs a command to its end, whatever its status. @returns its stdout */
function leadpush(...args) {
  const { stdout, error } = spawnSync(join(bin, 'leadpush'), args, { cwd: work, env, encoding: 'utf8' });
  if (error) throw error;
  return stdout;
}

/** Invented people, the same ones every time; every few rows one that is bad, a test lead or there twice. */
function manyLeads(count) {
  const first = [
    'Asha',
    'Rahul',
    'Farah',
    'Chand',
    'Ekta',
    'Gita',
    'Imran',
    'Jaya',
    'Kiran',
    'Leela',
    'Mohan',
  ];
  const last = ['Verma', 'Kumar', 'Khan', 'Patel', 'Rao', 'Nair', 'Shah', 'Das', 'Bose'];
  const campaigns = [
    ['google', 'Green Acres search'],
    ['google', 'Lake View search'],
    ['facebook', 'Green Acres launch'],
    ['facebook', 'Diwali offer'],
    ['facebook', 'Green Acres launch'],
    ['99acres', 'Portal listing'],
    ['google', 'Green Acres search'],
  ];
  const rows = Array.from({ length: count }, (_, i) => {
    const [source, campaign] = campaigns[(i * 5 + (i % 3)) % campaigns.length];
    const name = `${first[i % first.length]} ${last[(i * 7) % last.length]}`;
    const phone =
      i % 97 === 41
        ? '9.19877E+11'
        : i % 89 === 30
          ? '98111'
          : i % 23 === 22
            ? `98${String(10_000_000 + (i - 9) * 7919).slice(0, 8)}`
            : `98${String(10_000_000 + i * 7919).slice(0, 8)}`;
    const email = i % 61 === 17 ? 'test@fb.com' : `lead${i}@example.com`;
    return [name, phone, email, source, campaign].join(',');
  });
  return `Name,Mobile No.,Email,Source,Campaign\n${rows.join('\n')}\n`;
}

try {
  mkdirSync(PICTURES, { recursive: true });
  writeFileSync(join(PICTURES, 'terminal.svg'), await terminal());
  writeFileSync(join(PICTURES, 'report.png'), await report());
} finally {
  rmSync(root, { recursive: true, force: true });
}
