// The request that every peer sends: the fields of one lead and a fresh signature, as the vendor's samples make it.
import { createHmac } from 'node:crypto';

export function body(i) {
  const time = Math.floor(Date.now() / 1000);
  return new URLSearchParams({
    name: `Lead ${i}`,
    phone: `98${String(i).padStart(8, '0')}`,
    country_code: 'IN',
    email: `lead${i}@example.com`,
    purpose: 'buy',
    city: 'Pune',
    min_budget: '5000000',
    max_budget: '6000000',
    apartment_types: '2bhk,3bhk',
    remarks: 'Call in the evening',
    campaign_id: 'greens',
    source_id: '1',
    sub_source_id: '8',
    extra_details: JSON.stringify({ id: `bench-${i}` }),
    current_time: String(time),
    hash: createHmac('sha256', 'KEY').update(String(time)).digest('hex'),
  }).toString();
}

export const HEADERS = { 'content-type': 'application/x-www-form-urlencoded' };
export const PATH = '/api/v0/c/sync-lead';
