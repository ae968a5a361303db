// Which header goes where: one line a case.
import { describe, expect, test } from 'vitest';
import { columnRule } from '../../../src/input/mapping/column-rules.ts';
import { planColumns, planKeys } from '../../../src/input/mapping/columns.ts';
import type { ColumnRules } from '../../../src/input/mapping/header-reader.ts';
import { presetByName } from '../../../src/input/presets/index.ts';
import { UsageError } from '../../../src/util/usage-error.ts';

type Given = Partial<{
  preset: string;
  columns: Readonly<Record<string, string>>;
  config: Readonly<Record<string, string>>;
}>;

function rules({ preset, columns = {}, config = {} }: Given): ColumnRules {
  const parse = (given: Readonly<Record<string, string>>) =>
    Object.entries(given).map(([header, target]) => columnRule(header, target, 'test'));
  return {
    preset: preset === undefined ? null : presetByName(preset),
    overrides: parse(columns),
    configured: parse(config),
  };
}

const header = (text: string) => text.split('|').map((cell) => cell.trim());

function targets(text: string, given: Given = {}): string {
  return planColumns(header(text), rules(given), 'leads.csv')
    .targets.map((target) => target ?? '-')
    .join(' ');
}

/** For a table whose first rows hold phones in these columns. */
function advice(text: string, phones: readonly number[]): string {
  const table = { headerless: false, unnamed: [], contacts: { phones, emails: [] }, otherSheets: null };
  try {
    planColumns(header(text), rules({}), 'leads.csv', table);
  } catch (error) {
    if (error instanceof UsageError) return error.hint ?? '';
    throw error;
  }
  throw new Error(`${text} was taken`);
}

function refusal(text: string, given: Given = {}): UsageError {
  try {
    planColumns(header(text), rules(given), 'leads.csv');
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

describe('a header by name', () => {
  test.each([
    ['phone | name', 'phone name'],
    ['Mobile No. | Full Name | E-mail', 'phone name email'],
    ['WhatsApp Number | Project | BHK', 'phone listingName apartmentTypes'],
    ['TEL | first_name | LAST-NAME', 'phone firstName lastName'],
    ['phone | What is your name? | Your budget', 'phone name budget'],
    [
      'phone | which_configuration_are_you_interested_in? | what_is_your_budget?',
      'phone apartmentTypes budget',
    ],
    ['phone | Which home are you looking for?', 'phone apartmentTypes'],
    ['phone | Do you need a home loan?', 'phone homeloanRequired'],
    ['phone | Is this your WhatsApp number?', 'phone -'],
    ['phone | When should we call your phone number?', 'phone -'],
    ['phone | What is your monthly income?', 'phone -'],
    ['phone | What is your company name?', 'phone -'],
    ['phone | leadpush_message | leadpush_status', 'phone - -'],
    [' | phone | Unnamed: 0', '- phone -'],
    [
      'phone | utm_source | utm_medium | utm_campaign | utm_term',
      'phone source subSource placement extra.utm_term',
    ],
    ['phone | gclid | fbclid | UTM Content', 'phone extra.gclid extra.fbclid extra.utm_content'],
    ['phone | campaign_id', 'phone campaignId'],
    ['phone | Campaign ID | Ad Campaign ID', 'phone campaignId extra.ad_campaign_id'],
    ['phone | Your Name (First) | Your Name (Last)', 'phone firstName lastName'],
    ['phone | Full name: First | Full name: Last', 'phone firstName lastName'],
    ['phone | Date Submitted | Time Submitted', 'phone contactedAt contactedAt'],
    ['phone | Submit Date (UTC) | Budget (in lakhs)', 'phone contactedAt budget'],
    ['Contact number (WhatsApp preferred) | Phone', 'phone phone'],
    ['phone | campaignId | sourceId | subSourceId', 'phone campaignId sourceId subSourceId'],
    ['phone | extra.colour', 'phone extra.colour'],
    ['properties.phone | properties.firstname | agent.phone', 'phone firstName -'],
    ['data.lead.phone | data.campaign_id | data.ad_id', 'phone extra.ad_campaign_id -'],
    ['Phone 1 | Phone 2', 'phone altPhone'],
    ['Phone (Primary) | Phone (Secondary)', 'phone altPhone'],
    ['phone | is_test', 'phone -'],
  ])('%s', (given, expected) => {
    expect(targets(given)).toBe(expected);
  });
});

describe('two columns for one field', () => {
  test.each([
    ['phone | campaignId | Campaign ID', 'campaignId', 'Campaign ID'],
    ['phone | Campaign-ID | Campaign ID', 'Campaign-ID', 'Campaign ID'],
    ['phone | Source ID | SourceId', 'Source ID', 'SourceId'],
    ['phone | Sub Source ID | sub_source_id', 'Sub Source ID', 'sub_source_id'],
    ['phone | CRM Channel | Channel ID', 'CRM Channel', 'Channel ID'],
    ['phone | Rep ID | Sales Rep ID', 'Rep ID', 'Sales Rep ID'],
  ])('%s route the lead: an error that shows the --column to add', (given, one, other) => {
    const error = refusal(given);
    expect(error.message).toContain(`"${one}" and "${other}"`);
    expect(error.message).toContain('Headers seen: "');
    expect(error.hint).toContain(`--column "${one}=`);
    expect(error.hint).toContain(`--column "${other}=`);
  });

  test('of one name, too', () => {
    const error = refusal('name | phone | Source ID | Source ID');
    expect(error.message).toContain('two columns are named "Source ID"');
    expect(error.hint).toContain('--column "Source ID=sourceId"');
    expect(targets('phone | Source ID | Source ID', { columns: { 'Source ID': 'sourceId' } })).toBe(
      'phone sourceId sourceId',
    );
  });

  test('all that contradicts itself is told in one go, with the missing phone', () => {
    const error = refusal('Campaign ID | campaignId | Source ID | sourceId');
    expect(error.message.split('\n')).toHaveLength(3);
    expect(error.message).toContain('no column for phone');
    for (const column of ['Campaign ID=campaignId', 'Source ID=sourceId']) {
      expect(error.hint).toContain(`--column "${column}"`);
    }
  });

  test.each([
    ['Phone | Mobile', 'phone phone'],
    ['phone | mobile | name', 'phone phone name'],
    ['Phone | WhatsApp Number', 'phone phone'],
    ['name | phone | phone', 'name phone phone'],
    ['phone | name | Full Name', 'phone name name'],
    ['phone | Email | Email Address', 'phone email email'],
    ['phone | Message | Remarks', 'phone message message'],
    ['phone | City | your-city | billing_city', 'phone city city city'],
    ['phone | Vorname | Name', 'phone firstName lastName'],
    ['Name / नाम | Mobile No. / मोबाइल नंबर | City / शहर', 'name phone city'],
    ['الاسم (Name) | رقم الهاتف / Phone | المدينة City', 'name phone city'],
    ['👤 Name | 📞 Phone | 🏙️ City', 'name phone city'],
    ['FullName__c | Mobile__c | City__c', 'name phone city'],
    ['Phone | Email शहर', 'phone -'],
    ['phone | Vorname | Name | Nachname', 'phone firstName name lastName'],
  ])('%s are taken together', (given, expected) => {
    expect(targets(given)).toBe(expected);
  });

  test.each<[string, Given, string]>([
    ['Phone | Mobile', { columns: { Mobile: 'phone' } }, 'phone phone'],
    ['Phone | Mobile', { columns: { Mobile: 'altPhone' } }, 'phone altPhone'],
    ['Phone | Mobile', { columns: { Mobile: '' } }, 'phone -'],
    ['Phone | Mobile', { columns: { mobile: 'extra.mobile' } }, 'phone extra.mobile'],
    ['Phone | Mobile', { config: { Mobile: 'phone' } }, 'phone phone'],
    ['Phone | Mobile', { config: { Mobile: 'phone' }, columns: { Phone: 'phone' } }, 'phone phone'],
    ['Phone | Email | Mail', { columns: { Mail: 'email' } }, 'phone - email'],
    ['Phone | Rep ID | Sales Rep ID', { columns: { 'Rep ID': 'repId' } }, 'phone repId -'],
    ['phone | phone', { columns: { phone: 'phone' } }, 'phone phone'],
    ['Phone No | Phone-No', { columns: { 'Phone-No': 'phone' } }, 'phone phone'],
    ['A | B', { columns: { A: 'phone', B: 'phone' } }, 'phone phone'],
  ])('%s decided by %j', (given, by, expected) => {
    expect(targets(given, by)).toBe(expected);
  });

  test('two that --column sends to one field that routes the lead contradict each other', () => {
    const given = { columns: { A: 'sourceId', B: 'sourceId' } };
    expect(refusal('A | B | phone', given).message).toContain('"A" and "B"');
  });

  test.each([
    ['phone | Date | Created At', 'phone contactedAt contactedAt'],
    ['phone | Date | Time', 'phone contactedAt contactedAt'],
    ['phone | created_date | created_time', 'phone contactedAt contactedAt'],
    ['phone | id | lead_id', 'phone externalId externalId'],
    ['phone | Campaign Name | utm_campaign', 'phone placement placement'],
    ['phone | Lead Source | utm_source', 'phone source source'],
    ['phone | Country | Country Code', 'phone country country'],
    ['phone | Area | Locality', 'phone locality locality'],
  ])('%s: one stands back', (given, expected) => {
    expect(targets(given)).toBe(expected);
  });

  test('in JSON nothing is an error', () => {
    const { phones, contested } = planKeys(['phone', 'mobile', 'campaignId', 'campaign_id'], rules({}));
    expect(phones.map(({ header }) => header)).toEqual(['mobile', 'phone']);
    expect(contested).toEqual([{ field: 'campaignId', columns: [2, 3] }]);
  });
});

describe('two tables side by side are two leads in each row', () => {
  test.each([
    ['Name | Phone | | Name | Phone', 'columns 1-2 and 4-5', '--column "#4=" --column "#5="'],
    ['| Name | Phone | | | NAME | phone | City', 'columns 2-3 and 6-7', '--column "#6=" --column "#7="'],
  ])('%s', (given, columns, advised) => {
    const error = refusal(given);
    expect(error.message).toContain(columns);
    expect(error.hint).toContain(advised);
  });

  test.each<[string, Given, string]>([
    ['Name | Phone | | Name | Phone', { columns: { '#4': '', '#5': '' } }, 'name phone - - -'],
    ['Name | Phone | Name | Phone', {}, 'name phone name phone'],
    ['Name | Phone | | Phone', {}, 'name phone - phone'],
    ['Name | Phone | | Name | Agent Phone', {}, 'name phone - name -'],
  ])('not %s with %j', (given, by, expected) => {
    expect(targets(given, by)).toBe(expected);
  });
});

test('no column for the phone lists the headers and shows the --column to add', () => {
  const error = refusal('Name | Customer Nummer | Email');
  expect(error.message).toBe(
    'leads.csv: no column for phone. Headers seen: "Name", "Customer Nummer", "Email".',
  );
  expect(error.hint).toContain('No column of the first rows holds phones.');
  expect(refusal('Name | Reach on (mobile)').hint).not.toContain('=phone');
});

test.each([
  [
    'Name | Agent Mobile | City',
    [1],
    /By the name of its column, the phone in "Agent Mobile" is not the lead's\./,
  ],
  ['Name | Fax', [1], /the phone in "Fax" is not the lead's/],
  ['Name | Agent Mobile | Ref', [1, 2], /--column "?Ref=phone/],
])('advice names no column of somebody else: %s', (text, phones, expected) => {
  const hint = advice(text, phones);
  expect(hint).toMatch(expected);
  expect(hint).not.toMatch(/(?:Mobile|Fax)=phone/);
});

test.each([
  ['user.name | lead.name | lead.mobile', ['lead.name', 'user.name']],
  ['user.name | name | phone', ['name', 'user.name']],
  [
    'user.full_name | lead.contact.phone | lead.contact.full_name',
    ['lead.contact.full_name', 'user.full_name'],
  ],
  ['user.name | customer.name | customer.contact.phone', ['customer.name', 'user.name']],
  ['lead.name.full | user.name | lead.phone.mobile', ['lead.name.full', 'user.name']],
  ['name | customer.phone', ['name']],
])('of two names the one nearest to the phone counts: %s', (keys, expected) => {
  const names = header(keys);
  const slot = planKeys(names, rules({})).slots.find(({ field }) => field === 'name');
  expect(slot?.columns.map((column) => names[column])).toEqual(expected);
});

describe("what stands beside the lead's phone in an object is the lead's", () => {
  test.each([
    ['json.name | json.phone | json.budget', 'name phone budget'],
    ['_source.mobile | _source.email | _source.city | _index', 'phone email city -'],
    ['doc.contact.mobile | doc.contact.name | doc.message', 'phone name message'],
    ['rawRequest.q3_name.first | rawRequest.q4_phone.full | rawRequest.q5_email', 'firstName phone email'],
    ['properties.name.value | properties.city.value | properties.phone.value', 'name city phone'],
    ['name.full | phone.number | email.address', 'name phone email'],
    ['doc.phone | plan.name | status.name', 'phone - -'],
    // Ids, and who gets the lead, are only taken where they are named.
    ['doc.phone | doc.id | doc.campaignId', 'phone - -'],
    ['doc.phone | doc.agent.name | doc.form_name', 'phone - -'],
    ['hotel.phone | guest.phone | hotel.name', '- phone -'],
    ['name | phone | json.name', 'name phone -'],
    ['node.id | node.phone | node.name', 'externalId phone name'],
    ['_source.id | _source.phone', 'externalId phone'],
    ['form.id | lead.id | phone', '- externalId phone'],
    // The nearest name is the person's.
    ['payload.name | payload.data.first_name | payload.data.phone', '- firstName phone'],
    ['name | contact.first_name | contact.last_name | contact.phone', '- firstName lastName phone'],
    ['name | contact.phone', 'name phone'],
    ['lead.name | lead.first_name | lead.phone', 'name firstName phone'],
    ['phone | Email.id | Email.email', 'phone - email'],
    ['phone | emailAddresses.address | emailAddresses.name', 'phone email name'],
  ])('%s', (keys, expected) => {
    const plan = planKeys(header(keys), rules({}));
    expect(plan.targets.map((target) => target ?? '-').join(' ')).toBe(expected);
  });
});

test('a field that does not exist is refused with the near one', () => {
  expect(() => columnRule('BHK', 'apartmentType', '--column "BHK=apartmentType"')).toThrow(
    '"apartmentType" is not a field. Did you mean "apartmentTypes"?',
  );
  expect(columnRule('X', 'campaign-id', 'test').target).toBe('campaignId');
  expect(columnRule('X', 'extra.a b', 'test').target).toBe('extra.a b');
});

describe("an ad platform's campaign_id is extra.ad_campaign_id", () => {
  const EVIDENCE = [
    'ad_id',
    'adset_id',
    'Ad Set ID',
    'adgroup_id',
    'form_id',
    'Form ID',
    'gclid',
    'GCLID',
    'gcl_id',
    'fbclid',
    'gbraid',
    'Ad group',
  ];
  test.each(EVIDENCE)('beside %s, whatever its spelling', (column) => {
    for (const spelling of ['campaign_id', 'Campaign ID', 'campaignId', 'CAMPAIGN-ID']) {
      const plan = planColumns(['phone', spelling, column], rules({}), 'leads.csv');
      expect(plan.targets[1]).toBe('extra.ad_campaign_id');
      expect(planKeys([spelling, column], rules({})).targets[0]).toBe('extra.ad_campaign_id');
    }
  });

  test('the configuration cannot say otherwise, --column can', () => {
    const text = 'phone | campaign_id | ad_id';
    expect(targets(text, { config: { campaign_id: 'campaignId' } })).toBe('phone extra.ad_campaign_id -');
    expect(targets(text, { columns: { campaign_id: 'campaignId' } })).toBe('phone campaignId -');
    expect(targets('phone | Project Code | ad_id', { config: { 'Project Code': 'campaignId' } })).toBe(
      'phone campaignId -',
    );
  });
});

test('what is not sent is listed once, without our own columns and what was left out on purpose', () => {
  const plan = planColumns(
    header('phone | Colour | leadpush_status | Pet | is_test | '),
    rules({ columns: { Pet: '' } }),
    'leads.csv',
  );
  expect(plan.ignored).toEqual(['Colour']);
});
