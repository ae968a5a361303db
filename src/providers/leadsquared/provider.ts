// LeadSquared's lead capture: two keys in headers, a JSON list of attributes, and answers whose body decides whatever their
// HTTP status. Every rule comes from the vendor's public API documents: README.md beside it.
import type { Declaration } from '../declare/declaration.ts';
import { declare } from '../declare/declare.ts';

export const declaration: Declaration = {
  name: 'leadsquared',
  title: 'LeadSquared',
  settings: {
    account: {
      required: true,
      help: 'A name of your own for this account; nothing in a request names it, and it tells accounts apart.',
    },
    accessKey: {
      kind: 'secret',
      required: true,
      variable: 'LEADSQUARED_ACCESS_KEY',
      help: "The user's access key.",
    },
    secretKey: {
      kind: 'secret',
      required: true,
      variable: 'LEADSQUARED_SECRET_KEY',
      help: 'The secret key that belongs to the access key.',
    },
    host: {
      choices: ['api.leadsquared.com', 'api-in21.leadsquared.com', 'api-us11.leadsquared.com'],
      default: 'api-in21.leadsquared.com',
      help: "The host of the account's region.",
    },
    update: {
      choices: ['DoNotUpdate', 'UpdateOnlyEmptyFields', 'DoNotUpdateUniqueFields'],
      help: 'What becomes of a lead that exists (LeadUpdateBehavior); without it, it is updated.',
    },
    fields: {
      kind: 'fieldMap',
      help: 'Canonical fields and the names that this account has for them, such as listingName: mx_Project.',
    },
    idField: {
      help: "A text field of the account's own for our submission id; with it a lost answer is asked about.",
    },
  },
  // The vendor has no staging.
  environments: { production: 'https://{host}' },
  hosts: ['leadsquared.com'],
  account: ['account'],
  // 25 calls in 5 seconds, in a window that slides.
  limits: { rate: 4.5 },
  auth: { headers: { 'x-LSQ-AccessKey': '{accessKey}', 'x-LSQ-SecretKey': '{secretKey}' } },
  request: {
    path: '/v2/LeadManagement.svc/Lead.Capture',
    query: { LeadUpdateBehavior: '{update}' },
    body: 'pairs',
    pair: { name: 'Attribute', value: 'Value' },
  },
  payload: {
    FirstName: 'firstName',
    LastName: 'lastName',
    EmailAddress: 'email',
    Phone: { field: 'phone', as: 'dashed' },
    Source: ['source', 'extra.utm_source'],
    SourceMedium: ['subSource', 'extra.utm_medium'],
    SourceCampaign: ['placement', 'extra.utm_campaign'],
    SourceContent: 'extra.utm_content',
    mx_City: 'city',
    // What the API has no field for.
    Notes: {
      lines: {
        message: '',
        listingName: 'Project',
        listingId: 'Project id',
        locality: 'Locality',
        apartmentTypes: 'Apartment types',
        budgetMin: 'Budget from',
        budgetMax: 'Budget up to',
        contactedAt: 'Contacted at',
        homeloanRequired: 'Home loan',
        broker: 'Broker',
        altPhone: 'Other phone',
        subject: 'Subject',
        externalId: 'Reference',
      },
    },
    '{idField}': { text: '{submission}', override: false },
    SearchBy: { text: 'Phone', override: false },
  },
  answers: [
    {
      status: '2xx',
      json: { Status: 'Success', 'Message.IsCreated': true },
      verdict: 'created',
      id: 'Message.Id',
    },
    {
      status: '2xx',
      json: { Status: 'Success', 'Message.IsCreated': false },
      verdict: 'duplicate',
      id: 'Message.Id',
    },
    { status: 401, verdict: 'unauthorized', message: 'ExceptionMessage' },
    { status: 429, verdict: 'throttled', message: 'ExceptionMessage' },
    {
      json: { Status: 'Error', ExceptionMessage: { matches: 'API calls exceeded the limit' } },
      verdict: 'throttled',
      message: 'ExceptionMessage',
    },
    { json: { Status: 'Error', ExceptionType: 'MXDuplicateEntryException' }, verdict: 'duplicate' },
    {
      json: { Status: 'Error', ExceptionType: 'MXWrongAPIAccessException' },
      verdict: 'unauthorized',
      message: 'ExceptionMessage',
    },
    // 500 is the usual status of a refusal: the body decides.
    {
      status: ['2xx', '4xx', 500],
      json: { Status: 'Error', ExceptionType: { matches: '^MX' } },
      verdict: 'rejected',
      message: 'ExceptionMessage',
    },
  ],
  lost: 'ask-or-resend',
  lookup: {
    path: '/v2/LeadManagement.svc/RetrieveLeadByPhoneNumber',
    query: { phone: '{lead.phone:international}' },
    leads: '',
    id: 'ProspectID',
    ours: '{idField}',
    // That an empty list means "no such lead" is not documented; if it does not, sending again finds the lead by its phone.
    answers: [{ status: 200, body: { matches: '^\\[\\s*\\]$' }, verdict: 'absent' }],
    returns: ['FirstName', 'LastName', 'EmailAddress', 'Source'],
  },
  examples: [
    {
      status: 200,
      body: { Status: 'Success', Message: { Id: '5f3c-1', RelatedId: '5f3c-1', IsCreated: true } },
      verdict: 'created',
      id: '5f3c-1',
    },
    {
      status: 200,
      body: { Status: 'Success', Message: { Id: '5f3c-1', RelatedId: '5f3c-1', IsCreated: false } },
      verdict: 'duplicate',
      id: '5f3c-1',
    },
    {
      status: 500,
      body: { Status: 'Error', ExceptionType: 'MXInvalidInputException', ExceptionMessage: 'No such field' },
      verdict: 'rejected',
    },
    { status: 500, body: { Status: 'Error', ExceptionType: 'NullReference' }, verdict: 'indeterminate' },
    { status: 500, body: '<html>Server Error</html>', verdict: 'indeterminate' },
    {
      status: 200,
      body: { Status: 'Error', ExceptionMessage: 'API calls exceeded the limit of 25 in 5 second(s)' },
      verdict: 'throttled',
    },
    { to: 'question', status: 200, body: '[]', verdict: 'absent' },
    { to: 'verify', status: 200, body: [{ ProspectID: '5f3c-1' }], verdict: 'held', id: '5f3c-1' },
  ],
  sandbox: { defaults: {} },
};

export const leadsquared = declare(declaration);
