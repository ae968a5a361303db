// What a header says by its words: one line a case.
import { describe, expect, test } from 'vitest';
import { meaningOf, saysPhone } from '../../../src/input/mapping/header-meaning.ts';
import * as headerWords from '../../../src/input/mapping/header-words.ts';
import { foldLetters } from '../../../src/lead/fields.ts';
import { FOREIGN_HEADERS } from '../../../src/lead/foreign-headers.ts';

/** `phone 0`, `code`, `email`, `none`. */
function said(header: string): string {
  const meaning = meaningOf(header);
  switch (meaning.kind) {
    case 'phone':
      return meaning.sure ? `phone ${Math.floor(meaning.rank / 10)}` : 'phone?';
    case 'field':
      return meaning.field;
    default:
      return meaning.kind;
  }
}

describe('how good a phone is by its name: mobile, phone, second, office', () => {
  test.each<[number, readonly string[]]>([
    [
      0,
      [
        ...[
          'Mobile',
          'Cell',
          'Cell Phone',
          'WhatsApp',
          'WhatsApp number',
          'Whats App No.',
          'mobileno',
          'MobileNumber',
        ],
        ...[
          'Person - Phone - Mobile',
          'Phones / Mobile',
          'field_mobile',
          'Your mobile',
          'contact.mobile',
          'phone.mobile',
        ],
        ...[
          'data.lead.contact.phones.mobile',
          'Mobile (with country code)',
          'Mobile No. (+ISD code)',
          'q3_mobile3',
        ],
        ...[
          'Billing Mobile',
          'Handphone',
          'मोबाइल नं.',
          'Client - Mobile',
          'Handy',
          'Handynummer',
          'Téléphone portable',
          'Numéro de portable',
        ],
        ...[
          'Móvil',
          'Celular',
          'Telemóvel',
          'मोबाइल नंबर',
          'رقم الجوال',
          'الموبايل',
          'واتساب',
          'Primary Mobile',
        ],
      ],
    ],
    [
      1,
      [
        ...[
          'Phone',
          'Phone Number',
          'Contact Number',
          'Contact No.',
          'Contact #',
          'Your best contact number',
          'फोन क्र.',
          'Tel',
          'Telephone',
          'tel-602',
          'your-tel',
          'Ph.No',
        ],
        ...[
          'Phone 1 - Value',
          'Phones / Primary Phone Number',
          'contact.phone.number',
          'billing_phone',
          'User Phone',
        ],
        ...[
          'phone.value',
          'phone.e164',
          'Callback number',
          'Caller number',
          'caller.number',
          'Caller ID',
          'CLI',
          'customer.phoneNumber',
          'q5_phoneNumber5',
        ],
        ...[
          'Telefon',
          'Telefonnummer',
          'Téléphone',
          'N° de téléphone',
          'Teléfono',
          'Telefone',
          'फोन नंबर',
          'الهاتف',
        ],
        ...[
          'رقم الهاتف',
          'Mobile / Landline',
          'Sender Phone',
          '[Lead] Phone',
          'Phone:',
          'field_5_phone',
          'Main phone',
        ],
      ],
    ],
    [
      2,
      [
        ...[
          'Alternate Number',
          'Alternate Mobile',
          'Other Phone',
          'Second phone',
          'Secondary phone number',
          'Alt. No.',
        ],
        ...[
          'Phone 2',
          'Phone 2 - Value',
          'mobile2',
          'SENDER_MOBILE_ALT',
          'Additional phone',
          'contact.alternatePhone',
        ],
        ...[
          'Segundo teléfono',
          'Autre téléphone',
          'Telefon 2',
          'رقم بديل',
          'दूसरा मोबाइल नंबर',
          'Phone (Secondary)',
        ],
      ],
    ],
    [
      3,
      [
        ...[
          'Office Phone',
          'Work Phone',
          'Home Phone',
          'Landline',
          'Landline Number',
          'Person - Phone - Work',
        ],
        ...[
          'workphone',
          'phone.home',
          'Residence Tel',
          'Business Phone',
          'Phone (office)',
          'Festnetz',
          'Telefon Büro',
        ],
        ...[
          'Téléphone fixe',
          'Teléfono fijo',
          'Telefone fixo',
          'الهاتف الأرضي',
          'Other Work Phone',
          'work.phone',
        ],
      ],
    ],
  ])('%i', (rank, headers) => {
    expect(headers.map((header) => `${header}: ${said(header)}`)).toEqual(
      headers.map((header) => `${header}: phone ${rank}`),
    );
    expect(headers.filter((header) => !saysPhone(header))).toEqual([]);
  });

  test.each(['Guest House Phone', 'enquiry_details.lift.mobile', 'webhook.phone', 'Bungalow mobile no'])(
    '%s is one where no better is',
    (header) => {
      expect(said(header)).toBe('phone?');
      expect(saysPhone(header)).toBe(false);
    },
  );
});

describe('not a number of the lead', () => {
  test.each([
    ...[
      'DNC Mobile',
      'dnc_phone',
      'DND Phone',
      'Do not call phone',
      'Phone Verified?',
      'Is Mobile Valid',
      'Phone Type',
    ],
    ...[
      'Phone 1 - Type',
      'Phone 1 - Label',
      'Phone Kind',
      'Phone Extension',
      'Phone Ext.',
      'Phone Carrier',
      'Phone Model',
    ],
    ...[
      'Mobile App Version',
      'Mobile OS',
      'Phone Calls',
      'WhatsApp opt-in',
      'WhatsApp consent',
      'Phone hash',
      'Phone ID',
    ],
    ...[
      'Agent Phone',
      'Agent - Phone - Mobile',
      'agent.phone',
      'agent.contact.mobile',
      'Owner Mobile',
      'Lead Owner Phone',
    ],
    ...['owner.phones.mobile', 'Executive Mobile', 'executive_mobile', 'Assignee Phone', 'assigned_to.phone'],
    ...[
      'Assigned User Phone',
      'crm_user.mobile',
      'Receiver Mobile',
      'RECEIVER_MOBILE',
      'Called Number',
      'Dialled Number',
    ],
    ...[
      'Virtual Number',
      'virtual_number',
      'Agency Phone',
      'Company Phone',
      'company.phone',
      'Organization - Phone',
    ],
    ...[
      'Listing Contact Number',
      'listing.contact.phone',
      'Property Phone',
      'Project Phone',
      'Builder Mobile',
    ],
    ...[
      'Dealer mobile',
      'Broker Phone',
      'Sales Rep Mobile',
      'salesperson.phone',
      'Account Phone',
      'Emergency Contact Number',
    ],
    ...[
      'Spouse Mobile',
      'Reference Phone',
      'Toll Free Number',
      'Tracking Number',
      'IVR number',
      'agentphone',
      'Makler Telefon',
    ],
    ...[
      'Best time to phone',
      'Best way to reach you by phone',
      'Unit #',
      'Attendant Mobile',
      'Contact by phone',
      'When should we call your phone number?',
      'Is this your WhatsApp number?',
    ],
    ...[
      'Fax',
      'Pin code',
      'Area code',
      'House No',
      'Flat number',
      'Contact',
      'Contact Mode',
      'Number',
      'Phone Country',
    ],
    ...['Device - Mobile', 'Phone price', 'Phone Source', 'Phone added date'],
    ...[
      'RM Mobile',
      'CP Mobile',
      'Advertiser Mobile',
      'Organizer Phone',
      "Assistant's Phone",
      'Secretary Phone',
    ],
    ...['Created By Phone', 'updatedBy.mobile', 'createdby.phone', 'Attended By Number', 'handled_by.phone'],
    ...[
      'Co-Applicant Mobile',
      'co_buyer.phone',
      'Guarantor Mobile',
      'Neighbour Phone',
      'Service Provider Phone',
    ],
    ...['display_phone_number', 'metadata.display_phone_number', 'ExoPhone', 'Cloud Phone', 'VMN Mobile'],
    ...['Emp Mobile', 'Mgr Contact No', 'Tele Caller Mobile', 'Sourcing Mobile', 'Designer Mobile'],
    ...['2nd Applicant Mobile', 'Second buyer phone', 'Applicant 2 Phone', 'Joint Owner Mobile'],
    ...['Ref. Contact No', 'Family Mobile', 'WhatsApp Business Number', 'Customer Care Number'],
  ])('%s', (header) => {
    expect(said(header)).toBe('none');
  });
});

describe('a calling code', () => {
  test.each([
    ...[
      'Country Code',
      'Country Calling Code',
      'Calling Code',
      'Dial Code',
      'dialCode',
      'Dialing Code',
      'Dialling prefix',
    ],
    ...[
      'ISD',
      'Mobile ISD',
      'phone_iso',
      'Phone CC',
      'ISD Code',
      'isd_code',
      'Phone Code',
      'Phone Prefix',
      'Mobile Prefix',
      'mobile_prefix',
      'Mobile Country Code',
    ],
    ...[
      'Phone Country Code',
      'Intl Code',
      'International prefix',
      'countryCode',
      'country_code',
      'phone.country_code',
    ],
    ...[
      'contact.phone.countryCode',
      'phone.code',
      'phone.prefix',
      'phone.cc',
      'phone.country',
      'Alternate phone code',
    ],
    ...[
      'WhatsApp country code',
      'customer.dialCode',
      'Phone 2 country code',
      'Ländervorwahl',
      'Indicatif pays',
      'DDI',
    ],
    ...['mobile.countryCode.dial', 'mobile.countryCode.iso', 'country_code.value', 'phone.calling'],
    ...['Código de país', 'Prefijo', 'رمز الدولة', 'देश कोड', 'countrycode', 'Country code (ISO)'],
  ])('%s', (header) => {
    expect(said(header)).toBe('code');
  });

  test.each([
    ...[
      'Pin Code',
      'Postal code',
      'Area Code',
      'STD Code',
      'Promo code',
      'Project Code',
      'Agent Code',
      'Country',
      'Prefix',
    ],
    ...[
      'Phone area code',
      'Phone OTP code',
      'Phone verification code',
      'company.phone.country_code',
      'agent.isd_code',
    ],
    ...['Source code', 'Language code', 'Currency code', 'Company country code'],
  ])('not %s', (header) => {
    expect(said(header)).not.toBe('code');
  });
});

describe('a field behind words that only say whose or which input it is', () => {
  test.each([
    ['Name / First Name', 'firstName'],
    ['Visitor - Last name', 'lastName'],
    ['billing_first_name', 'firstName'],
    ['text-name', 'name'],
    ['field_name', 'name'],
    ['form_fields.name', 'name'],
    ['Person - Email - Work', 'email'],
    ['E-mail 1 - Value', 'email'],
    ['E-mail 2 - Value', 'email'],
    ['email-945', 'email'],
    ['Work Email', 'email'],
    ['[Guest] E-mail', 'email'],
    ['Menu-city', 'city'],
    ['billing_city', 'city'],
    ['Contact / City', 'city'],
    ['text-message', 'message'],
    ['Lead - Notes', 'message'],
    ['form_date', 'contactedAt'],
    ['Lead - Lead created', 'contactedAt'],
    ['Kunde - Nachname', 'lastName'],
    ['q3_fullName3', 'name'],
    ['q3_fullName3.first', 'firstName'],
    ['rawRequest.q3_name.last', 'none'],
    ['cust_name', 'name'],
    ['name.full', 'none'],
    ['email.updated_at', 'none'],
    ['form_name', 'none'],
    ['form.name', 'none'],
    ['form_id', 'none'],
    ['Lead - Title', 'none'],
    ['Organization - Name', 'none'],
    ['Company Name', 'none'],
    ['Account / Name', 'none'],
    ['agent.name', 'none'],
    ['agent.email', 'none'],
    ['Owner Name', 'none'],
    ['Business Name', 'none'],
    ['Campaign / City', 'none'],
    ['E-mail 1 - Type', 'none'],
    ['E-mail label', 'none'],
    ['Name 2', 'none'],
    ['billing_date', 'none'],
    ['question-4', 'none'],
    ['plan.name', 'none'],
    ['status.name', 'none'],
    ['contact_id', 'none'],
    ['Lead status', 'none'],
    ['event_name', 'none'],
  ])('%s -> %s', (header, expected) => {
    expect(said(header)).toBe(expected);
  });
});

describe('what stands beside the name of a phone', () => {
  test.each([
    // A remark in brackets.
    ['Phone (required)', 'phone 1'],
    ['Phone [mandatory]*', 'phone 1'],
    ['Phone(s)', 'phone 1'],
    ['Mobile No. (without +91)', 'phone 0'],
    ['Mobile (India)', 'phone 0'],
    ['Mobile (only 10 digits)', 'phone 0'],
    ['Phone (WhatsApp only)', 'phone 0'],
    ['Second mobile (optional)', 'phone 2'],
    ['Phone (hashed)', 'none'],
    ['WhatsApp (Yes/No)', 'none'],
    ['Phone (Y/N)', 'none'],
    ['Phone (last 4 digits)', 'none'],
    ['Phone (agent)', 'none'],
    ['Mobile (do not call)', 'none'],
    // How a form asks for it.
    ['Enter your contact number', 'phone 1'],
    ['Kindly provide contact no.', 'phone 1'],
    ['Contact number for communication', 'phone 1'],
    ['Any other number', 'phone 2'],
    // A condition.
    ['Alternate No (if any)', 'phone 2'],
    ['Other contact no, if any', 'phone 2'],
    ['WhatsApp number if different from above', 'phone 0'],
    ['Tick if phone', 'none'],
    ['Remarks if any', 'message'],
    ['Full Name (as per Aadhaar)', 'name'],
    ['Your remarks (if any)', 'message'],
  ])('%s -> %s', (header, expected) => {
    expect(said(header)).toBe(expected);
  });
});

describe('who does something is not the lead, unless it is a word for one', () => {
  test.each(
    `Inspector Phone|Banker Phone|Lister Mobile|Uploader Phone|Setter Phone|Franchisee Phone|Lessor Phone|Negotiator Phone|
    Watchman Mobile|Business Development Manager Phone|Verkäufer Handy|Vermieter Telefon|Berater Telefon|Vendeur téléphone|
    Conseiller téléphone|Vendedor móvil|Promotora teléfono|Consultor telefone|Inmobiliaria teléfono|Imobiliária telefone|
    ब्रोकर मोबाइल|पति का मोबाइल|هاتف المبيعات|KAM Phone|POC Mobile|Marketing Phone|Guard Phone|Head Office Phone`
      .split('|')
      .map((header) => [header.trim()]),
  )('%s is not the lead’s', (header) => {
    expect(said(header)).toBe('none');
  });

  test.each(
    `Renter Phone|Buyer Mobile|Seeker Phone|Subscriber Mobile|Enquirer Phone|Replier Mobile|Invitee Phone|Order Phone|Viber Phone|Offer Phone|Faster Phone`
      .split('|')
      .map((header) => [header.trim()]),
  )('%s is', (header) => {
    expect(said(header)).toMatch(/^phone/);
  });
});

test('a preferred time is not when the person made contact', () => {
  const headers = [
    'Preferred contact time',
    'Best contact time',
    'Required date',
    'Date required',
    'Your contact time',
  ];
  expect(headers.map(said)).toEqual(['none', 'none', 'none', 'none', 'contactedAt']);
});

test('long texts and odd ones are nothing', () => {
  for (const header of ['', ' ', '???', '::', 'x'.repeat(400), 'phone '.repeat(40), '.', '..', 'a..b', '-']) {
    expect(meaningOf(header)).toEqual({ kind: 'none', why: null });
  }
});

describe('words and foreign headers are written as headers are compared, so that no start folds them', () => {
  const lists = Object.entries(headerWords).flatMap(
    ([list, held]): (readonly [string, readonly string[]])[] =>
      held instanceof Set || held instanceof Map ? [[list, [...held.keys()].map(String)]] : [],
  );
  const foreign = Object.values(FOREIGN_HEADERS).flatMap((byLanguage) =>
    Object.entries(byLanguage).map(([language, names]) => [language, names.split(',')] as const),
  );
  test.each([...lists, ...foreign])('%s', (_, words) => {
    for (const word of words) expect(foldLetters(word)).toBe(word);
  });
});
