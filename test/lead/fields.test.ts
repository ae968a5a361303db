import { describe, expect, it } from 'vitest';
import { FIELDS, fieldByHeader, fieldByName, normaliseHeader } from '../../src/lead/fields.ts';

describe('the table of fields', () => {
  it('gives no header to two fields', () => {
    const owners = new Map<string, string>();
    const clashes: string[] = [];
    for (const field of FIELDS) {
      for (const text of new Set([field.name, ...field.aliases].map(normaliseHeader))) {
        const owner = owners.get(text);
        if (owner !== undefined) clashes.push(`${text}: ${owner} and ${field.name}`);
        owners.set(text, field.name);
      }
    }
    expect(clashes).toEqual([]);
  });

  it('repeats no alias within a field', () => {
    const repeated = FIELDS.flatMap((field) => {
      const all = [field.name, ...field.aliases].map(normaliseHeader);
      return all.filter((text, index) => all.indexOf(text) !== index);
    });
    expect(repeated).toEqual([]);
  });

  it('has every name once, phone first', () => {
    expect(FIELDS[0]?.name).toBe('phone');
    expect(new Set(FIELDS.map((field) => field.name)).size).toBe(FIELDS.length);
    expect(FIELDS).toHaveLength(32);
  });

  it.each(FIELDS.map((field) => [field.name, field] as const))(
    '%s: flag, help and spellings',
    (name, field) => {
      expect(field.flag).toBe(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
      expect(field.help).toMatch(/^[A-Z].*\.$/);
      expect(fieldByName(name)).toBe(field);
      expect(fieldByHeader(name)).toBe(field);
      expect(fieldByHeader(field.flag)).toBe(field);
      expect(fieldByHeader(field.flag.replaceAll('-', '_').toUpperCase())).toBe(field);
      expect(field.aliases.every((alias) => normaliseHeader(alias).length > 0)).toBe(true);
    },
  );
});

describe('headers', () => {
  it.each([
    // Spreadsheets
    ['Mobile No.', 'phone'],
    ['MOBILE-NUMBER', 'phone'],
    [' Contact No ', 'phone'],
    ['phone_number', 'phone'],
    ['WhatsApp Number', 'phone'],
    ['Tel', 'phone'],
    ['phonefax', 'phone'],
    ['Ｍｏｂｉｌｅ Ｎｏ', 'phone'],
    ['Alternate Number', 'altPhone'],
    ['Email Id', 'email'],
    ['E-mail Address', 'email'],
    ['Customer Name', 'name'],
    ['Enquiry Date', 'contactedAt'],
    ['Remarks', 'message'],
    ['Project', 'listingName'],
    ['Project Name', 'listingName'],
    ['BHK', 'apartmentTypes'],
    ['Configuration', 'apartmentTypes'],
    ['Location', 'locality'],
    ['min_budget', 'budgetMin'],
    ['Max. Budget', 'budgetMax'],
    // Ad platforms
    ['full_name', 'name'],
    ['created_time', 'contactedAt'],
    ['campaign_name', 'placement'],
    ['campaign_id', 'campaignId'],
    ['Campaign ID', 'campaignId'],
    ['User Phone', 'phone'],
    ['lead_submit_time', 'contactedAt'],
    ['what_is_your_budget?', 'budget'],
    ["What's your budget?", 'budget'],
    ['which_configuration_are_you_interested_in?', 'apartmentTypes'],
    ['What is your phone number?', 'phone'],
    // CRMs and forms
    ['Lead Source', 'source'],
    ['Created Time', 'contactedAt'],
    ['Country/Region', 'country'],
    ['Name (First)', 'firstName'],
    ['Entry Date', 'contactedAt'],
    ['Comment or Message', 'message'],
    ['Timestamp', 'contactedAt'],
    ['your-email', 'email'],
    ['Submission ID', 'externalId'],
    // Portals
    ['QryInfo', 'message'],
    ['RcvdOn', 'contactedAt'],
    ['ProjName', 'listingName'],
    ['ProjId', 'listingId'],
    ['CityName', 'city'],
    ['IDENTITY', 'broker'],
    ['PhoneVerificationStatus', 'otpVerified'],
    ['lead_phone', 'phone'],
    ['apartment_names', 'apartmentTypes'],
    ['locality_name', 'locality'],
    // Anarock's words
    ['utm_source', 'source'],
    ['utm_medium', 'subSource'],
    ['utm_campaign', 'placement'],
    ['is_otp_verified', 'otpVerified'],
    ['contact_date', 'contactedAt'],
  ])('%s is %s', (header, field) => {
    expect(fieldByHeader(header)?.name).toBe(field);
  });

  it.each([
    ...[
      '',
      '#',
      '***',
      'Status',
      'Lead Status',
      'Lead Owner',
      'Contact owner',
      'Property Type',
      'Price',
      'form_id',
    ],
    ...[
      'ad_id',
      'adset_id',
      'User Agent',
      'User IP',
      'Carpet Area',
      'Company',
      'Agent',
      'platform',
      'is_test',
      'leadpush_status',
    ],
  ])('%s is no field', (header) => {
    expect(fieldByHeader(header)).toBeNull();
  });
});
