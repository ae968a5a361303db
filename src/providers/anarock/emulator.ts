// Anarock's lead API, emulated after its public reference (README.md beside it): the HMAC over current_time, the answers of
// sync-lead and last-lead-data, and source-metadata. It shares no code with the client.
import { createHmac } from 'node:crypto';
import { type Answer, jsonAnswer } from '../../sandbox/answer.ts';
import type { Fields } from '../../sandbox/body.ts';
import { callingCode } from '../../sandbox/calling-codes.ts';
import { sameSecret } from '../../sandbox/compare.ts';
import {
  credential,
  type Emulated,
  type Emulator,
  type EmulatorWorld,
  type Judge,
} from '../../sandbox/emulator.ts';
import { isWritable } from '../../sandbox/json.ts';
import type { SandboxLead } from '../../sandbox/store.ts';
import {
  MANDATORY,
  MANDATORY_ASKING,
  MANDATORY_STRICT,
  mandatoryProblems,
  strictProblems,
} from './emulator-fields.ts';

/** How far current_time may be off. The document does not say; such signatures usually allow five minutes. */
const CLOCK_TOLERANCE_S = 300;
/** For how many seconds signatures are remembered: all leads of a second share theirs. */
const REMEMBERED_SIGNATURES = 64;

/** What the document leaves open, so that both ways can be tested. */
export interface Undocumented {
  /** How extra_details comes back. */
  readonly extraDetails: 'object' | 'text';
  /** How "no lead of this phone" is answered. */
  readonly absentStatus: 200 | 404;
}

export const anarockEmulator: Emulator = anarockEmulatorWith({});

/** The emulator with other choices than the usual ones: an object, and 404. */
export function anarockEmulatorWith({
  extraDetails = 'object',
  absentStatus = 404,
}: Partial<Undocumented>): Emulator {
  return {
    name: 'anarock',
    // The document's own example.
    firstId: 17_863,
    credentials: (key) => ({ channel: 'sandbox', key }),
    start: (world) => emulate(world, { extraDetails, absentStatus }),
  };
}

function emulate(world: EmulatorWorld, { extraDetails, absentStatus }: Undocumented): Emulated {
  const { credentials, clock, leads, strict } = world;
  const key = credential(credentials, 'key');
  const base = `/api/v0/${credential(credentials, 'channel')}`;
  const signatures = new Map<string, string>();

  const signature = (currentTime: string): string => {
    let known = signatures.get(currentTime);
    if (known === undefined) {
      known = createHmac('sha256', key).update(currentTime).digest('hex');
      if (signatures.size >= REMEMBERED_SIGNATURES) signatures.clear();
      signatures.set(currentTime, known);
    }
    return known;
  };

  const refusal = (fields: Fields): Answer | null => {
    const currentTime = fields['current_time'] ?? '';
    const off = Math.abs(clock() / 1000 - Number(currentTime));
    if (off > CLOCK_TOLERANCE_S) {
      return unauthorized(
        `current_time is ${Math.round(off)} s away from this server's clock; ${CLOCK_TOLERANCE_S} s are allowed`,
      );
    }
    if (!sameSecret(fields['hash'] ?? '', signature(currentTime))) {
      return unauthorized(
        'hash is not the lower-case hex HMAC-SHA256 of current_time under this channel’s key',
      );
    }
    return null;
  };

  const judge: Judge = ({ fields, packed }) => {
    const missing = mandatoryProblems(fields, strict ? MANDATORY_STRICT : MANDATORY);
    // A caller who cannot sign gets no other error.
    if (missing['current_time'] !== undefined || missing['hash'] !== undefined) return invalid(missing);
    const refused = refusal(fields);
    if (refused !== null) return { outcome: 'unauthorized', answer: refused };
    const problems = strict ? { ...strictProblems(fields), ...missing } : missing;
    if (Object.keys(problems).length > 0) return invalid(problems);
    return () => {
      const phone = nationalDigits(fields);
      const sameAs = `${phone} ${fields['campaign_id']}`;
      const outcome = leads.firstId(sameAs) === null ? 'created' : 'duplicate';
      const id = leads.add({ phone, packed, at: clock(), sameAs });
      return { outcome, asNew: true, answer: success({ lead_id: id }) };
    };
  };

  const lastLead = (query: Fields, lagMs: number): Answer => {
    const missing = mandatoryProblems(query, MANDATORY_ASKING);
    if (Object.keys(missing).length > 0) return invalid(missing).answer;
    const refused = refusal(query);
    if (refused !== null) return refused;
    const phone = digits(query['phone'] ?? '');
    const lead = leads.newest(phone, clock() - lagMs);
    if (lead !== null) return success(shown(lead, extraDetails));
    return absentStatus === 404
      ? jsonAnswer(404, { status: 'NOT_FOUND', message: 'no lead of this phone', response: null })
      : success(null);
  };

  return {
    unauthorized: unauthorized('the key is wrong'),
    routes: [
      { takes: 'lead', path: `${base}/sync-lead`, judge },
      { takes: 'question', path: `${base}/last-lead-data`, answer: lastLead },
      { takes: 'visit', path: '/api/v0/source-metadata', answer: SOURCE_METADATA },
    ],
    unserved: (path) =>
      /^\/api\/v0\/[^/]+\/(sync-lead|last-lead-data)$/.test(path)
        ? jsonAnswer(404, { status: 'ERROR', message: 'There is no such channel', response: null })
        : null,
  };
}

/** The sources that the document names, in a plausible shape: its own is not documented. */
const SOURCE_METADATA: Answer = success([
  source(1, 'google', ['6 google_search', '8 GDN', '10 google_display']),
  source(2, 'facebook', ['11 facebook_brands', '12 facebook_lead_gen']),
  source(3, 'affiliate', ['21 affiliate']),
  source(4, 'emailer', ['31 emailer']),
  source(5, 'linkedin', ['41 linkedin_lead_gen']),
  source(6, 'portals', ['51 99acres', '52 magicbricks', '53 housing']),
  source(7, 'twitter', ['61 twitter']),
]);

function source(id: number, name: string, subSources: readonly string[]) {
  return {
    id,
    name,
    sub_sources: subSources.map((row) => {
      const [subId = '', subName = ''] = row.split(' ');
      return { id: Number(subId), name: subName };
    }),
  };
}

function success(response: unknown): Answer {
  return jsonAnswer(200, { status: 'OK', message: 'success', response });
}

function unauthorized(why: string): Answer {
  return jsonAnswer(401, { status: 'UNAUTHORIZED', message: `Unauthorized: ${why}`, response: null });
}

function invalid(problems: Readonly<Record<string, string>>) {
  const told = Object.entries(problems).map(([name, problem]) => `${name} ${problem}`);
  const body = {
    status: 'UNPROCESSABLE_ENTITY',
    message: `Wrong parameters: ${told.join('; ')}`,
    errors: problems,
    response: null,
  };
  return { outcome: 'invalid', answer: jsonAnswer(422, body) } as const;
}

/** The phone without its country's calling code, digits only. */
function nationalDigits(fields: Fields): string {
  const phone = (fields['phone'] ?? '').trim();
  const all = digits(phone);
  const code = codeOf(fields);
  return phone.startsWith('+') && all.startsWith(code) ? all.slice(code.length) : all;
}

/** The calling code of country_code, which defaults to IN; a calling code in its place counts too. */
function codeOf(fields: Fields): string {
  const country = (fields['country_code'] ?? '').trim();
  if (/^\+?\d{1,3}$/.test(country)) return digits(country);
  return callingCode(country) ?? '91';
}

function digits(text: string): string {
  return text.replace(/\D/g, '');
}

function shown(lead: SandboxLead, extraDetails: 'object' | 'text') {
  const { fields, id, phone } = lead;
  const text = (name: string) => (fields[name] === undefined || fields[name] === '' ? null : fields[name]);
  const integer = (name: string) => (/^\d{1,15}$/.test(fields[name] ?? '') ? Number(fields[name]) : null);
  const code = codeOf(fields);
  const extra = text('extra_details');
  return {
    lead_id: Number(id),
    name: text('name'),
    email: text('email'),
    phone: `+${code}${phone}`,
    country_code: `+${code}`,
    source: text('source'),
    sub_source: text('sub_source'),
    placement: text('placement'),
    extra_details: extra === null || extraDetails === 'text' ? extra : asObject(extra),
    // The project that campaign_id stands for, which a person is to compare.
    project_name: text('campaign_id'),
    source_id: integer('source_id'),
    sub_source_id: integer('sub_source_id'),
  };
}

function asObject(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // What is nested too deeply comes back as it is.
    return isWritable(value) ? value : text;
  } catch {
    return text;
  }
}
