// The report page in a real browser. CI may not skip it (LEADPUSH_REQUIRE_BROWSER); elsewhere it says plainly that it does.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyCounts, STATUSES, type Status } from '../../src/delivery/outcome.ts';
import { buildSummary } from '../../src/delivery/result.ts';
import type { RunRow, StoredResult } from '../../src/ledger/ledger.ts';
import { ownColumns } from '../../src/output/own-columns.ts';
import { reportData } from '../../src/output/report/data.ts';
import { reportPage } from '../../src/output/report/page.ts';
import type { RunHistory } from '../../src/output/standing.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const required = process.env['LEADPUSH_REQUIRE_BROWSER'] !== undefined;

const RUN: RunRow = {
  id: '7F3K2M9Q',
  command: 'send',
  startedAt: '2026-10-05T08:30:00.000Z',
  endedAt: '2026-10-05T08:40:00.000Z',
  files: ['leads <October>.csv'],
  targets: ['greens'],
  parent: null,
  state: 'ended',
  exitStatus: 5,
  summary: null,
};

/** No later run has gone on with it. */
const HISTORY: RunHistory = {
  counts: emptyCounts(),
  own: emptyCounts(),
  notSent: 0,
  ownNotSent: 0,
  changes: [],
  finishedBy: null,
  inProgress: 0,
  taken: [],
  unfinished: false,
};

/** 10,000 results: 1 in 20 needs a person; names that would break a careless page. */
async function* results(): AsyncIterable<readonly StoredResult[]> {
  const sources = ['google', 'facebook', 'portals', null];
  for (let from = 0; from < 10_000; from += 500) {
    yield Array.from({ length: 500 }, (_, i): StoredResult => {
      const seq = from + i;
      const status: Status =
        seq % 20 === 3
          ? (STATUSES[3 + (Math.floor(seq / 20) % 4)] ?? 'failed')
          : seq % 10 === 7
            ? 'duplicate'
            : 'created';
      const bad = seq % 20 === 3;
      return {
        run: RUN.id,
        seq,
        file: 'leads <October>.csv',
        record: seq + 1,
        line: seq + 2,
        target: 'greens',
        provider: 'anarock',
        status,
        phone: `+9190000${String(10_000 + seq)}`,
        name: seq === 3 ? '</script><script>alert(1)</script>' : `=Lead ${seq}`,
        externalId: null,
        cell: null,
        now: null,
        leadId: bad ? null : String(seq),
        duplicateOf: null,
        errors: bad
          ? [
              {
                field: 'Phone',
                code: 'PHONE_INVALID',
                message: 'not a possible phone number <b>here</b>; =1+1',
              },
            ]
          : [],
        warnings: [],
        attempts: 1,
        durationMs: 100,
        source: sources[seq % 4] ?? null,
        campaign: `Campaign ${seq % 30}`,
        at: new Date(Date.UTC(2026, 9, 5, 8, 30, Math.floor(seq / 20))).toISOString(),
        lead: null,
      };
    });
  }
}

/** Only results that need attention. */
async function* badResults(count: number): AsyncIterable<readonly StoredResult[]> {
  let seq = 0;
  for await (const page of results()) {
    for (const result of page) {
      if (seq >= count) return;
      const message = `${result.phone} has no provider`;
      yield [
        {
          ...result,
          seq,
          record: ++seq,
          status: 'invalid',
          errors: [{ field: 'Phone', code: 'PHONE_INVALID', message }],
        },
      ];
    }
    if (seq === 10_000 && count > seq) for await (const more of badResults(count - seq)) yield more;
  }
}

describe('report page', () => {
  it.each<[string, boolean, RegExp]>([
    ['to its end', false, /<h1>[\d,]+ of 10,000 leads are .*: 10,000 records read\.</s],
    [
      'in part',
      true,
      /<h1>[\d,]+ of 10,000 leads read are .*; the rest of the input was not read, and is not/s,
    ],
  ])('of an interrupted run says what was read: %s', async (_, unread, expected) => {
    const counts = { ...emptyCounts(), created: 10_000 };
    const said = { records: 10_000, counts, durationMs: 1, interrupted: 'SIGINT', unread } as const;
    const run = { ...RUN, summary: buildSummary(RUN.id, [{ name: 'greens' }], said) };
    expect(reportPage(await reportData(run, results(), true, HISTORY), 'UTC', [])).toMatch(expected);
  });

  it('holds no foreign address, no whole phone, and nothing that runs from data', async () => {
    const html = reportPage(await reportData(RUN, results(), true, HISTORY), 'Asia/Kolkata', []);
    expect(html).not.toMatch(/(src|href)="?https?:/);
    expect(html).not.toMatch(/\+91\d{10}/);
    expect(html.match(/<script/g)?.length).toBe(2);
    expect(html).not.toContain('<b>here</b>');
  });

  it('says it plainly when there is nothing', async () => {
    const html = reportPage(
      await reportData(RUN, (async function* () {})(), true, HISTORY),
      'Asia/Kolkata',
      [],
    );
    expect(html).toContain('No leads');
  });
});

describe.skipIf(CHROMIUM === undefined && !required)(
  'report page in Chromium (skipped where there is no Chromium)',
  () => {
    let folder: string;
    let browser: Browser;
    let page: Page;
    const errors: string[] = [];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'leadpush-report-'));
      const file = join(folder, 'report.html');
      writeFileSync(file, reportPage(await reportData(RUN, results(), true, HISTORY), 'Asia/Kolkata', []));
      browser = await chromium.launch({
        executablePath: CHROMIUM ?? 'chromium',
        // Nothing of this process's: a browser whose clock is set from outside does not start.
        env: { PATH: process.env['PATH'] ?? '', HOME: folder },
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
        ],
      });
      page = await browser.newPage({ acceptDownloads: true });
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      page.on('request', (request) => {
        if (!request.url().startsWith('file:') && !request.url().startsWith('blob:'))
          errors.push(`request to ${request.url()}`);
      });
      await page.goto(pathToFileURL(file).href);
    });

    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it('shows the first rows only, so that it opens quickly whatever it holds', async () => {
      await page.locator('#rows-body tr').first().waitFor();
      expect(await page.locator('#rows-body tr').count()).toBe(200);
      expect(await page.locator('#shown').textContent()).toMatch(/^(\d+) of \1 rows, the first 200 shown$/);
    });

    it('shows the right counts', async () => {
      const cards = await page.locator('.cards li').allInnerTexts();
      const counts = Object.fromEntries(
        cards
          .map((card) => card.split('\n'))
          .map(([count = '', status]) => [status, Number(count.replace(',', ''))]),
      );
      expect(counts).toEqual({
        created: 8500,
        duplicate: 1000,
        skipped: 0,
        invalid: 125,
        rejected: 125,
        failed: 125,
        unknown: 125,
      });
      expect(await page.locator('h1').textContent()).toBe(
        '9,500 of 10,000 leads are with the provider, 500 need attention',
      );
    });

    it('draws charts that say their numbers', async () => {
      const first = page.locator('.bars li').first();
      expect(await first.locator('.name').textContent()).toBe('(none)');
      expect(await first.locator('.value').textContent()).toBe('2,500');
      expect(await first.locator('svg[role=img]').getAttribute('aria-label')).toMatch(/^\d+ created, /);
      expect(await page.locator('.time svg[role=img]').getAttribute('aria-label')).toMatch(/14:00:00: \d+/);
      expect(await page.locator('.time figcaption').textContent()).toContain('Asia/Kolkata');
      const legend = await page.locator('.legend li').allInnerTexts();
      expect(legend).toEqual(['created', 'duplicate', 'invalid', 'rejected', 'failed', 'unknown']);
      expect(await page.locator('svg rect').count()).toBeGreaterThan(30);
    });

    it('filters by word and status, by keyboard', async () => {
      expect(await page.locator('#rows-body tr').count()).toBe(200);
      await page.locator('#find').focus();
      await page.keyboard.type('csv:5');
      expect(await page.locator('#shown').textContent()).toMatch(/^\d+ of 500 rows/);
      await page.locator('#find').fill('Lead 9983');
      await page.locator('#status').selectOption('unknown');
      expect(await page.locator('#rows-body tr').count()).toBe(1);
      await page.locator('#find').fill('');
      expect(await page.locator('#rows-body tr').count()).toBe(125);
      await page.locator('#status').selectOption('');
    });

    it('shows more on request', async () => {
      await page.locator('#more').click();
      expect(await page.locator('#rows-body tr').count()).toBe(500);
    });

    it('downloads what is shown as CSV, formulas guarded', async () => {
      await page.locator('#status').selectOption('failed');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('#download').click(),
      ]);
      expect(download.suggestedFilename()).toBe('leadpush-7F3K2M9Q.csv');
      const text = readFileSync(await download.path(), 'utf8');
      const lines = text.trim().split('\r\n');
      expect(lines.length).toBe(126);
      // A file that is sent is read without ours.
      const heads = (lines[0] ?? '').replaceAll(/[\ufeff"]/g, '').split(',');
      expect(heads).toContain('leadpush_message');
      expect(ownColumns(heads).map((at) => heads[at])).toEqual(['name', 'phone', 'externalId']);
      expect(lines[1]).toContain(`here</b>;' =1+1"`);
      expect(lines[1]).toMatch(/"'=Lead \d+","'\+9190\*{5}\d{3}"/);
      await page.locator('#status').selectOption('');
    });

    it('prints all rows', async () => {
      await page.emulateMedia({ media: 'print' });
      const pdf = await page.pdf();
      expect(pdf.length).toBeGreaterThan(10_000);
      await page.emulateMedia({ media: 'screen' });
    });

    it('has readable contrast in the light and in the dark', async () => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const colours = await page.evaluate(
          `(() => { const style = getComputedStyle(document.body); return [style.color, style.backgroundColor]; })()`,
        );
        const [front, back] = (Array.isArray(colours) ? colours : []).map((colour) =>
          luminance(String(colour)),
        );
        expect(contrast(front ?? 0, back ?? 0)).toBeGreaterThan(7);
      }
    });

    it.each([390, 320])('at %i pixels nothing has to be scrolled sideways', async (width) => {
      await page.setViewportSize({ width, height: 800 });
      const wider = await page.evaluate(
        `[...document.querySelectorAll('body *')].filter((it) => it.getBoundingClientRect().right > innerWidth + 1 && it.closest('thead') === null).map((it) => it.outerHTML.slice(0, 80))`,
      );
      expect(wider).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await page.setViewportSize({ width: 1280, height: 800 });
    });

    it('20,000 rows that need attention stay responsive', async () => {
      const file = join(folder, 'many.html');
      writeFileSync(file, reportPage(await reportData(RUN, badResults(20_000), true, HISTORY), 'UTC', []));
      const many = await browser.newPage();
      const started = Date.now();
      await many.goto(pathToFileURL(file).href);
      await many.locator('#rows-body tr').first().waitFor();
      expect(Date.now() - started).toBeLessThan(5000);
      expect(await many.locator('body').textContent()).toContain('15,000 more rows are in leadpush show');
      const took = await many.evaluate(
        `(() => { const find = document.getElementById('find'); const from = performance.now(); find.value = 'lead 4'; find.dispatchEvent(new Event('input')); document.body.offsetHeight; return performance.now() - from; })()`,
      );
      expect(Number(took)).toBeLessThan(1000);
      await many.close();
    }, 30_000);

    it('with whole phones, the download may be without', async () => {
      const file = join(folder, 'whole.html');
      writeFileSync(file, reportPage(await reportData(RUN, badResults(3), false, HISTORY), 'UTC', []));
      const whole = await browser.newPage({ acceptDownloads: true });
      await whole.goto(pathToFileURL(file).href);
      const downloaded = async () => {
        const [download] = await Promise.all([
          whole.waitForEvent('download'),
          whole.locator('#download').click(),
        ]);
        return readFileSync(await download.path(), 'utf8');
      };
      expect(await downloaded()).toContain('+919000010002');
      await whole.locator('#phones').uncheck();
      const without = await downloaded();
      expect(without).not.toMatch(/\d{7}|phone"/);
      expect(without).toContain('"(number) has no');
      await whole.close();
    });

    it('broke nothing and asked nobody', () => {
      expect(errors).toEqual([]);
    });
  },
);

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = (colour.match(/\d+/g) ?? []).map((part) => {
    const value = Number(part) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
