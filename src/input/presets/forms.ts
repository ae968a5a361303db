// Exports of form builders and WordPress form plugins: a few columns of their own around the form's questions.
import type { Preset } from './preset.ts';

const ELEMENTOR: Preset = {
  name: 'elementor',
  title: 'Elementor submissions export',
  source: "the plugin's export class, and a public importer's test",
  confidence: 'high',
  auto: true,
  signature: [
    'Form Name (ID)',
    'Submission ID',
    'Created At',
    'User ID',
    'User Agent',
    'User IP',
    'Referrer',
  ],
  atLeast: 5,
  columns: {
    'Submission ID': 'externalId',
    'Created At': 'contactedAt',
    Referrer: 'extra.referrer',
    'Form Name (ID)': null,
    'User ID': null,
    'User Agent': null,
    'User IP': null,
  },
  // Each cell is a PHP json_encode() string, not RFC 4180 text.
  cells: 'json',
};

const TYPEFORM: Preset = {
  name: 'typeform',
  title: 'Typeform responses export',
  source: 'exports seen in two public repositories',
  confidence: 'high',
  auto: true,
  signature: [
    '#',
    'Response Type',
    'Start Date (UTC)',
    'Stage Date (UTC)',
    'Submit Date (UTC)',
    'Network ID',
    'Tags',
    'Ending',
  ],
  atLeast: 4,
  columns: {
    '#': 'externalId',
    'Submit Date (UTC)': 'contactedAt',
    'Start Date (UTC)': null,
    'Stage Date (UTC)': null,
    'Response Type': null,
    'Network ID': null,
    Tags: null,
    Ending: null,
  },
  timezone: 'UTC',
};

const GRAVITY_FORMS: Preset = {
  name: 'gravity-forms',
  title: 'Gravity Forms entries export',
  source: "the plugin's export class, and headers in three public repositories; dates are in the site's zone",
  confidence: 'high',
  auto: true,
  signature: [
    'Created By (User Id)',
    'Entry Id',
    'Entry Date',
    'Source Url',
    'Transaction Id',
    'Payment Amount',
    'Payment Date',
    'Payment Status',
    'Post Id',
    'User Agent',
    'User IP',
  ],
  atLeast: 4,
  columns: {
    'Entry Id': 'externalId',
    'Entry Date': 'contactedAt',
    'Source Url': 'extra.source_url',
    'Name (First)': 'firstName',
    'Name (Last)': 'lastName',
    'Address (City)': 'city',
    'Address (Country)': 'country',
    'Created By (User Id)': null,
    'Date Updated': null,
    'Transaction Id': null,
    'Payment Amount': null,
    'Payment Date': null,
    'Payment Status': null,
    'Post Id': null,
    'User Agent': null,
    'User IP': null,
  },
};

const CFDB7: Preset = {
  name: 'cfdb7',
  title: 'CFDB7 (Contact Form 7) export',
  source: "the plugin's export class; dates are in the site's zone",
  confidence: 'high',
  auto: true,
  signature: ['Id', 'Date', 'Status'],
  atLeast: 3,
  leading: true,
  columns: { Id: 'externalId', Date: 'contactedAt', Status: null },
};

export const FORMS: readonly Preset[] = [ELEMENTOR, TYPEFORM, GRAVITY_FORMS, CFDB7];
