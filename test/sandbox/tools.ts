// What the sandbox's tests share: a started sandbox that closes itself, signed posts over real HTTP.
import { createHmac } from 'node:crypto';
import { afterEach } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';

const running: Sandbox[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

/** A sandbox that ends with the test. */
export async function sandboxFor(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ seed: 7, ...options });
  running.push(sandbox);
  return sandbox;
}

/** The credentials of the two providers, as their emulators made them. */
export function credentialsOf({ credentials }: Pick<Sandbox, 'credentials'>) {
  const of = (provider: string, name: string) => {
    const value = credentials[provider]?.[name];
    if (value === undefined) throw new Error(`no ${name} of ${provider}`);
    return value;
  };
  return {
    get anarock() {
      return { channel: of('anarock', 'channel'), key: of('anarock', 'key') };
    },
    get paramantra() {
      return { apiKey: of('paramantra', 'apiKey'), appName: of('paramantra', 'appName') };
    },
  };
}

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

export async function told(response: Response): Promise<Told> {
  const text = await response.text();
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Some answers are no JSON on purpose.
  }
  return { status: response.status, headers: response.headers, text, json };
}

export function signed(key: string, nowMs = Date.now()): { current_time: string; hash: string } {
  const currentTime = String(Math.floor(nowMs / 1000));
  return { current_time: currentTime, hash: createHmac('sha256', key).update(currentTime).digest('hex') };
}

/** A lead with which both the lenient and the strict Anarock are content. */
export const FULL = {
  name: 'Asha Verma',
  phone: '9988998899',
  country_code: 'IN',
  email: 'asha@example.com',
  purpose: 'buy',
  min_budget: '5000000',
  max_budget: '12000000',
  contact_date: '1791189202',
  is_otp_verified: 'true',
  apartment_types: '2bhk,3+bhk',
  extra_details: '{"leadpush_id":"R1-1","gclid":"x=1&y"}',
  campaign_id: 'greens',
  source_id: '1',
  sub_source_id: '8',
};

type Values = Readonly<Record<string, string>>;

export function anarockUrl(sandbox: Sandbox, action = 'sync-lead'): string {
  return `${sandbox.url}/api/v0/${credentialsOf(sandbox).anarock.channel}/${action}`;
}

/** Posts a form, signed now; `change` wins over both. */
export async function push(sandbox: Sandbox, change: Values = {}, fields: Values = FULL): Promise<Told> {
  const body = new URLSearchParams({ ...fields, ...signed(credentialsOf(sandbox).anarock.key), ...change });
  return told(await fetch(anarockUrl(sandbox), { method: 'POST', body, redirect: 'manual' }));
}

export async function ask(sandbox: Sandbox, phone: string, change: Values = {}): Promise<Told> {
  const query = new URLSearchParams({ phone, ...signed(credentialsOf(sandbox).anarock.key), ...change });
  return told(await fetch(`${anarockUrl(sandbox, 'last-lead-data')}?${query}`));
}

export const CONTACT = {
  f_name: 'Asha',
  phonefax: '9978521205',
  subject: 'Leads From API',
  channel_id: 'GoogleAdword',
  rep_id: 'smithparkar',
};

export function paramantraHeaders(sandbox: Sandbox): Record<string, string> {
  const { apiKey, appName } = credentialsOf(sandbox).paramantra;
  return {
    authorization: `Basic ${btoa(`${apiKey}:${apiKey}`)}`,
    'x-api-key': apiKey,
    'action-on': appName,
  };
}

export const PARAMANTRA_PATH = '/paramantra/api/data/new/format/json';

export async function contact(sandbox: Sandbox, change: Values = {}, headers: Values = {}): Promise<Told> {
  return told(
    await fetch(sandbox.url + PARAMANTRA_PATH, {
      method: 'POST',
      headers: { ...paramantraHeaders(sandbox), ...headers },
      body: new URLSearchParams({ ...CONTACT, ...change }),
    }),
  );
}
