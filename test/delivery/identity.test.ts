// What makes a submission the same one for ever, to the letter: a change here lets every ledger forget what was sent.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { identityOf } from '../../src/delivery/submission.ts';
import type { FieldName, Lead } from '../../src/lead/lead.ts';
import { anarock } from '../../src/providers/anarock/provider.ts';
import { paramantra } from '../../src/providers/paramantra/provider.ts';
import { Secret } from '../../src/util/secret.ts';
import { openHere, tempFolder } from '../ledger/world.ts';

const LEAD: Lead = { phone: '+919820010001', campaignId: 'greens', email: 'asha@example.com' };
const KEY = new Secret('not part of it');
const HERE = { baseUrl: 'http://127.0.0.1:18119' };

const CLIENTS = {
  'anarock, staging': anarock.bind({ channel: 'my-channel', key: KEY }, {}),
  'anarock, production': anarock.bind({ channel: 'my-channel', key: KEY, environment: 'production' }, {}),
  'anarock, elsewhere': anarock.bind({ channel: 'sandbox', key: KEY }, HERE),
  paramantra: paramantra.bind({ apiKey: KEY, appName: 'my-app' }, {}),
  'paramantra, elsewhere': paramantra.bind({ apiKey: KEY, appName: 'sandbox-app' }, HERE),
};

/** Client, fields of `dedupe` (null: the provider's own), suffix, the text, its digest under the salt of fixtures/ledgers/0.1.0.db. */
const CASES: readonly (readonly [
  keyof typeof CLIENTS,
  readonly FieldName[] | null,
  string,
  string,
  string,
])[] = [
  [
    'anarock, staging',
    null,
    '',
    '["anarock|staging|my-channel","+919820010001",[["campaignId","greens"]],""]',
    'plxiJgeV9oxCaY4VlJiV4Q',
  ],
  [
    'anarock, staging',
    ['campaignId', 'email', 'city'],
    'RUN1',
    '["anarock|staging|my-channel","+919820010001",[["campaignId","greens"],["email","asha@example.com"],["city",null]],"RUN1"]',
    'rjsDziPzzlcqbEsQeOT1hQ',
  ],
  [
    'anarock, production',
    null,
    '',
    '["anarock|production|my-channel","+919820010001",[["campaignId","greens"]],""]',
    'MyJST7k1kuhzqruER27vvA',
  ],
  [
    'anarock, production',
    ['campaignId', 'email', 'city'],
    'RUN1',
    '["anarock|production|my-channel","+919820010001",[["campaignId","greens"],["email","asha@example.com"],["city",null]],"RUN1"]',
    'OgJMCzYBQtTapAbOHPdHGQ',
  ],
  [
    'anarock, elsewhere',
    null,
    '',
    '["anarock|http://127.0.0.1:18119|sandbox","+919820010001",[["campaignId","greens"]],""]',
    '4zaNPM0FqzSRHLi-txDACw',
  ],
  [
    'anarock, elsewhere',
    ['campaignId', 'email', 'city'],
    'RUN1',
    '["anarock|http://127.0.0.1:18119|sandbox","+919820010001",[["campaignId","greens"],["email","asha@example.com"],["city",null]],"RUN1"]',
    '-4_XX3k775uXxq9kAYQLMQ',
  ],
  [
    'paramantra',
    null,
    '',
    '["paramantra|production|my-app","+919820010001",[],""]',
    'G8rcK2O9CIKbzu31V00z6Q',
  ],
  [
    'paramantra',
    ['campaignId', 'email', 'city'],
    'RUN1',
    '["paramantra|production|my-app","+919820010001",[["campaignId","greens"],["email","asha@example.com"],["city",null]],"RUN1"]',
    'ZxCirVsnV-gBeFAYVSxQAg',
  ],
  [
    'paramantra, elsewhere',
    null,
    '',
    '["paramantra|http://127.0.0.1:18119|sandbox-app","+919820010001",[],""]',
    'DkFftZOLgzcthuEWCGpm5Q',
  ],
  [
    'paramantra, elsewhere',
    ['campaignId', 'email', 'city'],
    'RUN1',
    '["paramantra|http://127.0.0.1:18119|sandbox-app","+919820010001",[["campaignId","greens"],["email","asha@example.com"],["city",null]],"RUN1"]',
    'j1pqk9_oB0vSOyWEobla7w',
  ],
];

it.each(CASES)('%s, dedupe %j, suffix "%s"', async (name, dedupe, suffix, text, digest) => {
  const client = CLIENTS[name];
  expect(identityOf(client.identity, LEAD, dedupe ?? client.dedupe, suffix)).toBe(text);
  const folder = tempFolder();
  try {
    const file = join(folder.path, 'ledger.db');
    copyFileSync(join(import.meta.dirname, '../../fixtures/ledgers/0.1.0.db'), file);
    const ledger = await openHere(file);
    expect(ledger.digest(text)).toBe(digest);
    await ledger.close();
  } finally {
    folder.remove();
  }
});
