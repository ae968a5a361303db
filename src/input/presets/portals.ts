// Indian property portals. No CSV header is confirmed for any of them, so they are used only with `--preset`.
import type { Preset } from './preset.ts';

const ACRES_99: Preset = {
  name: '99acres',
  title: '99acres leads',
  source: "field names of the portal's pull and push APIs; as a CSV header not confirmed",
  confidence: 'low',
  auto: false,
  signature: ['QueryId', 'RcvdOn', 'QryInfo', 'ProjId', 'ProjName', 'PhoneVerificationStatus', 'IDENTITY'],
  atLeast: 4,
  columns: {
    QueryId: 'externalId',
    QryId: 'externalId',
    RcvdOn: 'contactedAt',
    QryInfo: 'message',
    ProjId: 'listingId',
    ProjectCode: 'listingId',
    ProjName: 'listingName',
    CityName: 'city',
    PhoneVerificationStatus: 'otpVerified',
    IDENTITY: 'broker',
    Name: 'name',
    Email: 'email',
    Phone: 'phone',
    // The price of the property, not the person's budget.
    Price: null,
    EmailVerificationStatus: null,
  },
  words: {
    broker: { dealer: true, individual: false, d: true, i: false },
    otpVerified: { verified: true, unverified: false, unvalidated: false },
  },
  constants: { source: 'portals', placement: '99acres' },
  timezone: 'Asia/Kolkata',
};

export const PORTALS: readonly Preset[] = [ACRES_99];
