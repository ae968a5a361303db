// Questions as headers: taken where the meaning is plain, left alone otherwise.
import { describe, expect, test } from 'vitest';
import { questionField } from '../../../src/input/mapping/questions.ts';

describe('a question means', () => {
  test.each([
    ['What is your preferred budget range?', 'budget'],
    ['what_is_your_budget_for_a_2_bhk?', 'budget'],
    ['What budget do you have in mind?', 'budget'],
    ['Please share your mobile number', 'phone'],
    ['Kindly provide your contact number *', 'phone'],
    ['2. Enter your WhatsApp number', 'phone'],
    ['Please enter your e-mail', 'email'],
    ['What is your good email address?', 'email'],
    ['What type of home are you looking for?', 'apartmentTypes'],
    ['how_many_bedrooms_do_you_want?', 'apartmentTypes'],
    ['Which project are you interested in visiting?', 'listingName'],
    ['Which area do you prefer most?', 'locality'],
    ['Your City?', 'city'],
    ["Hi there! What's your name?", 'name'],
    ['Great, and what is your phone number?', 'phone'],
    ['Contact number (WhatsApp preferred)', 'phone'],
    ['Create Date (GMT+5:30)', 'contactedAt'],
    ['Submit Date (UTC)', 'contactedAt'],
    ['Budget (in lakhs)', 'budget'],
    ['Phone (Primary)', 'phone'],
    ['Phone (Secondary)', 'altPhone'],
    ['Mobile No. (alternate)', 'altPhone'],
    ['Which city are you based in?', 'city'],
    ['Are you a real estate agent?', 'broker'],
    ['Do you want help with a home loan?', 'homeloanRequired'],
  ])('%s -> %s', (header, field) => {
    expect(questionField(header)).toBe(field);
  });

  test.each([
    'When do you plan to buy?',
    'What is your purpose of buying?',
    'What is your monthly rent?',
    'What is the best time to call your mobile number?',
    'Can we contact you on WhatsApp?',
    'Is this your mobile number?',
    'Do you have a budget in mind?',
    "What is your company's phone number?",
    'Your id',
    'Lead ID (internal)',
    'Name (Company)',
    'What is your source of funds?',
    'How did you hear about us?',
    'Status',
    'Budget approved by',
    '',
    '???',
  ])('nothing plain: %s', (header) => {
    expect(questionField(header)).toBeNull();
  });
});
