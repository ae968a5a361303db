// A budget where the header says the unit of its numbers.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAll } from './read-all.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadpush-budgets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const LAKH = 100_000;

test.each([
  // header, cells, budgetMin and budgetMax in lakhs
  ['Budget (Lakhs)', '51', undefined, 51],
  ['Budget (Lakhs)', '50-80', 50, 80],
  ['Budget (Lakhs)', '50 to 80', 50, 80],
  ['Budget (in Lacs)', 'above 75', 75, undefined],
  ['Budget (₹ Cr)', '1.5', undefined, 150],
  ['Budget (L)', '1.2 Cr', undefined, 120],
  ['Budget (Lakhs)', '5000000', undefined, 50],
  ['Budget (Lakhs)', '50,00,000', undefined, 50],
  ['Budget in Lakhs', '45', undefined, 45],
  ['budget_in_cr', '2', undefined, 200],
  ['What is your budget (in Lakhs)?', '50-75', 50, 75],
  ['Min Budget (Lakhs);Max Budget (Lakhs)', '50;75', 50, 75],
  ['Budget (Lakhs)', 'n/a', undefined, undefined],
  ['Budget', '51', undefined, undefined],
  ['Budget (INR)', '51', undefined, undefined],
  // Another currency is never taken for rupees.
  ['Budget (INR)', '5100000', undefined, 51],
  ['Budget (AED)', '5100000', undefined, undefined],
  ['Budget ($)', '5,100,000', undefined, undefined],
  ['Budget (AED)', '₹51 lakhs', undefined, 51],
  ['Max Budget (Dirhams)', '5100000', undefined, undefined],
  ['Budget;Currency', '5100000;AED', undefined, undefined],
  ['Budget;Currency', '5100000;USD - US Dollar', undefined, undefined],
  ['Budget;Currency', '5100000;€', undefined, undefined],
  ['Budget;Currency', '5100000;INR', undefined, 51],
  ['Budget;Currency', '5100000;', undefined, 51],
  ['Budget;Currency', '51L;Rs', undefined, 51],
])('%s: %s', async (header, cells, min, max) => {
  const path = join(folder, 'budgets.csv');
  writeFileSync(path, `Phone;${header}\n9000100001;${cells}\n`);
  const { rows } = await readAll(path);
  const [row] = rows;
  if (row?.result.kind !== 'lead') throw new Error('no lead');
  const { budgetMin, budgetMax } = row.result.lead;
  const inLakhs = (rupees: number | undefined) => (rupees === undefined ? undefined : rupees / LAKH);
  expect([inLakhs(budgetMin), inLakhs(budgetMax)]).toEqual([min, max]);
});
