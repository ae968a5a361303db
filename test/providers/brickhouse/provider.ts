// A third provider, for tests only: what a new folder in src/providers would hold. JSON with a bearer token.
import { declare } from '../../../src/providers/declare/declare.ts';

export const brickhouse = declare({
  name: 'brickhouse',
  title: 'Brickhouse',
  settings: {
    token: { kind: 'secret', required: true, help: 'The token of the account.' },
    office: { required: true, help: 'The office that calls.' },
    priority: { choices: ['usual', 'urgent'], default: 'usual', help: 'How soon to call.' },
  },
  environments: { production: 'https://api.brickhouse.example' },
  hosts: ['brickhouse.example'],
  account: ['office'],
  requires: ['city'],
  dedupe: ['city', 'listingId'],
  auth: { bearer: '{token}' },
  request: { path: '/leads', body: 'json' },
  payload: {
    id: { text: '{submission}' },
    phone: 'phone',
    office: { text: '{office}' },
    name: 'name',
    email: 'email',
    city: 'city',
  },
  answers: [
    { status: 201, verdict: 'created', id: 'id' },
    { status: 409, verdict: 'duplicate', id: 'id' },
  ],
  lost: 'resend',
  sandbox: { defaults: { city: 'Pune' } },
});
