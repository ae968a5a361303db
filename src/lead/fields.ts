// The table of fields: each is defined once. Flags, header matching, JSON input, the documentation's field table and the
// configuration schema all read it. A new field is one row here and its name in lead.ts.
import { FOREIGN_HEADERS } from './foreign-headers.ts';
import type { FieldName } from './lead.ts';

/** How a cell's text becomes the field's value; each kind is one pure rule in this folder. */
export type ValueKind =
  | 'phone'
  | 'name'
  | 'text'
  | 'multiline'
  | 'email'
  | 'country'
  | 'rupees'
  | 'budget'
  | 'apartmentTypes'
  | 'instant'
  | 'boolean'
  | 'id';

export interface FieldSpec {
  /** `budget` is a text or range that fills budgetMin and budgetMax. */
  readonly name: FieldName | 'budget';
  /** Without dashes in front, `campaign-id`. */
  readonly flag: string;
  readonly value: ValueKind;
  /**
   * Other headers for this field; case, spaces, dashes, dots and underscores do not matter: `mobile no`, `contact
   * number`.
   */
  readonly aliases: readonly string[];
  /** One sentence for help and documentation. */
  readonly help: string;
  /**
   * It says who gets the lead, so two columns for it are an error; for any other field the first filled column counts.
   */
  readonly routes?: true;
}

/** Aliases as one text, separated by commas, so that the table stays readable. */
function list(text: string): readonly string[] {
  return text.split(',').map((alias) => alias.trim());
}

/** In the order of help. Aliases never repeat the name, which is always recognised. */
export const FIELDS: readonly FieldSpec[] = [
  {
    name: 'phone',
    flag: 'phone',
    value: 'phone',
    aliases: list(`
      phone no, phone num, phone number, ph, ph no, ph number, phonefax, phone / mobile, mobile,
      mobile no, mobile num, mobile number, mobile phone, mobile phone number, mob, mob no, mob number,
      cell, cell no, cell number, cell phone, cell phone number, contact no, contact num, contact number,
      contact phone, contact phone number, contact mobile, contact mobile no, contact mobile number,
      contact details phone, phone contact, telephone, telephone no, telephone number, tel, tel no,
      tel number, msisdn, wa id, whatsapp id, jid, remote jid, whatsapp jid, whatsapp, whatsapp no, whatsapp num, whatsapp number, whatsapp phone,
      whatsapp phone number, whatsapp mobile number, whatsapp contact number, mobile / whatsapp number,
      phone / whatsapp number, user phone, user mobile, user phone number, user mobile number,
      user contact, user contact number, customer phone, customer mobile, customer phone number,
      customer mobile number, customer contact, customer contact no, customer contact number,
      customer number, customer mobile no, customer phone no, client phone, client mobile,
      client phone number, client mobile number, client contact number, lead phone, lead mobile,
      lead phone number, lead mobile number, lead contact number, buyer phone, buyer mobile,
      buyer phone number, buyer mobile number, buyer contact number, primary phone, primary mobile,
      primary phone number, primary mobile number, primary contact number, your phone, your phone no,
      your phone number, your mobile, your mobile no, your mobile number, your tel, your telephone,
      your contact number, your contact no, your whatsapp number, what is your phone number?,
      what's your phone number?, what is your mobile number?, what's your mobile number?,
      what is your contact number?, what's your contact number?, what is your whatsapp number?,
      what's your whatsapp number?, enter your phone number, enter your mobile number,
      please enter your phone number, please enter your mobile number, mobile number (10 digits),
      10 digit mobile number, mobile no (10 digits), mobile number with country code,
      phone number with country code, phone 1, phone no 1, phone number 1, mobile 1,
      mobile no 1, mobile number 1, contact no 1, contact number 1, lead contact, buyer contact,
      client contact, caller id, caller id number, cli, cli number, sender mobile, sender phone, sender mobile number, sell_do[form][lead][phone]`),
    help: "The phone, such as '+91 99889 98899'; without + it is read as a number of --region.",
  },
  {
    name: 'name',
    flag: 'name',
    value: 'name',
    aliases: list(`
      full name, name full, display name, name display, formatted name, name formatted, customer name, customer full name, client name, lead name, lead full name, buyer name,
      contact name, contact full name, contact person, contact person name, person name, prospect name,
      user full name, visitor name, applicant name, enquirer name, enquirer, sender name,
      sender full name, customer, buyer, applicant, prospect, good name, party name, first and last name, first last name, name first last,
      name first and last, first name last name, first name and last name, name of customer, name of the customer, name of client, name of person, your name, your full name,
      what is your name?, what's your name?, what is your full name?, what's your full name?,
      enter your name, enter your full name, please enter your name, sell_do[form][lead][name]`),
    help: 'Full name of the person.',
  },
  {
    name: 'firstName',
    flag: 'first-name',
    value: 'name',
    aliases: list(`
      f name, first, name (first), full name (first), given name, forename, your first name, customer first name,
      lead first name, contact first name, what is your first name?, what's your first name?`),
    help: 'First name, if it is separate from the last name.',
  },
  {
    name: 'lastName',
    flag: 'last-name',
    value: 'name',
    aliases: list(`
      l name, last, name (last), full name (last), surname, family name, your last name, customer last name, lead last name,
      contact last name, what is your last name?, what's your last name?`),
    help: 'Last name, if it is separate from the first name.',
  },
  {
    name: 'email',
    flag: 'email',
    value: 'email',
    aliases: list(`
      mail, email id, email ids, email address, email addr, email no, mail id, mail address, user email,
      user email id, user email address, customer email, customer email id, client email,
      customer email address, client email id, lead email, lead email id, lead email address, buyer email,
      contact email, contact email id, contact email address, primary email, primary email address,
      your email, your mail, your email id, your email address, what is your email?, what's your email?,
      what is your email id?, what's your email id?, what is your email address?,
      what's your email address?, enter your email, enter your email id, please enter your email,
      emails, sender email, email adress, sell_do[form][lead][email]`),
    help: 'E-mail address; an invalid one is dropped, with a warning.',
  },
  {
    name: 'message',
    flag: 'message',
    value: 'multiline',
    aliases: list(`
      msg, query, enquiry, inquiry, question, questions, remark, remarks, note, notes, comment, comments,
      comment or message, comments or message, message or comment, description, requirement, requirements,
      requirement details, customer requirement, special requirement, special requirements,
      additional comments, additional message, additional information, your message, your query,
      your requirement, your requirements, your comments, query info, qry info, query details,
      query message, lead query, enquiry message, inquiry message, enquiry details, inquiry details, lead message,
      lead remarks, lead comments, customer message, customer remarks, customer comments, user message,
      user comments, how can we help you?, how can we help?, any questions?, any specific requirement?,
      any specific requirements?, any other requirements?, what is your query?,
      sell_do[form][note][content]`),
    help: 'What the person wrote, or a note about the lead; line breaks are kept.',
  },
  {
    name: 'country',
    flag: 'country',
    value: 'country',
    aliases: list(`
      country name, country / region, country of residence, your country, customer country, lead country,
      phone country,
      which country do you live in?, which country are you from?`),
    help: 'Country of a phone without +: a name, an ISO code or a calling code.',
  },
  {
    name: 'city',
    flag: 'city',
    value: 'text',
    aliases: list(`
      city name, town, city / town, your city, lead city, customer city, current city, city of residence, sender city,
      which city do you live in?, what is your city?, which city are you from?, which city?`),
    help: 'City of the person.',
  },
  {
    name: 'locality',
    flag: 'locality',
    value: 'text',
    aliases: list(`
      location, area, locality name, location name, area name, sub locality, neighbourhood, neighborhood,
      preferred location, preferred locality, preferred area, location preference, interested location,
      which location are you interested in?, which area are you interested in?,
      which locality are you interested in?, which location do you prefer?,
      what is your preferred location?`),
    help: 'Area within the city.',
  },
  {
    name: 'listingId',
    flag: 'listing-id',
    value: 'id',
    aliases: list(`project id, proj id, project code, property id, property code, property ref,
      property reference, listing code, listing ref, listing reference`),
    help: "The portal's id of the property or project.",
  },
  {
    name: 'listingName',
    flag: 'listing-name',
    value: 'text',
    aliases: list(`
      listing, listing title, project, project name, proj name, project title, property, property name,
      property title, society, society name, building name, interested project, project enquired for, project interested,
      project interested in, interested in project, project of interest, preferred project,
      project enquired, enquired project, which project are you interested in?,
      which property are you interested in?, proje_1, sell_do[form][lead][project_name]`),
    help: 'Name of the property or project.',
  },
  {
    name: 'budget',
    flag: 'budget',
    value: 'budget',
    aliases: list(`
      budget range, budget (inr), budget (rs), budget in inr, budget in rs, budget in lakh, budget in lakhs,
      budget in lac, budget in lacs, budget in cr, budget in crore, budget in crores, budget lakhs, budget lacs,
      budget cr, budget crores, price range, your budget,
      your budget range, customer budget, client budget, lead budget, buyer budget, preferred budget,
      expected budget, approx budget, approximate budget, total budget, budget preference,
      property budget, what is your budget?, what's your budget?, what is your budget range?,
      what's your budget range?, what is your preferred budget?, what is your expected budget?,
      what is your approximate budget?, what budget are you looking for?, what is the budget?,
      which budget are you looking for?, whats your preferred budget?, select your budget, select budget,
      choose your budget`),
    help: "A text or range such as '50L-1.2 Cr' or '80,00,000'; sets budgetMin and budgetMax.",
  },
  {
    name: 'budgetMin',
    flag: 'budget-min',
    value: 'rupees',
    aliases: list(`
      min budget, minimum budget, budget minimum, budget from, min price, minimum price, price min,
      price from`),
    help: 'Minimum budget in rupees.',
  },
  {
    name: 'budgetMax',
    flag: 'budget-max',
    value: 'rupees',
    aliases: list(`
      max budget, maximum budget, budget maximum, budget to, max price, maximum price, price max, price to`),
    help: 'Maximum budget in rupees.',
  },
  {
    name: 'apartmentTypes',
    flag: 'apartment-types',
    value: 'apartmentTypes',
    aliases: list(`
      apartment type, apartment, apartment names, configuration, configurations, config, bhk, bhk type,
      bhk types, no of bhk, number of bhk, bhk required, bhk requirement, unit type, unit types, flat type, flat types,
      home type, typology, bedroom, bedrooms, bedroom type, no of bedroom, no of bedrooms,
      number of bedrooms, number of bedroom, configuration required, configuration type, required bhk,
      preferred configuration, interested configuration, configuration interested in, unit configuration,
      apartment configuration, flat configuration, bhk configuration, bhk preference, your configuration,
      which configuration are you interested in?, what configuration are you interested in?,
      which configuration are you looking for?, what configuration are you looking for?,
      which configuration do you prefer?, what is your preferred configuration?,
      which bhk are you looking for?, which bhk are you interested in?, what bhk are you looking for?,
      select configuration, select bhk, what type of apartment are you looking for?,
      which apartment are you looking for?, how many bedrooms?, which apartment type are you looking for?,
      which apartment type are you interested in?, how many bedrooms do you need?,
      how many bedrooms are you looking for?, how many bhk are you looking for?`),
    help: "Apartment types, such as '2 BHK, 3 BHK'.",
  },
  {
    name: 'contactedAt',
    flag: 'contacted-at',
    value: 'instant',
    aliases: list(`
      contact date, contact time, contacted on, date, date time, date and time, timestamp, created,
      created at, created on, created date, created time, created date time, create date, create time,
      creation date, creation time, date created, submitted, submitted at, submitted on, submitted date,
      submitted time, submission date, submission time, submission timestamp, submit date, submit time,
      date submitted, submission date time, entry date, entry time, enquiry date, enquiry dt, lead dt, enquiry time,
      enquired on, enquired at, inquiry date, inquiry time, date of enquiry, enquiry date time,
      date of inquiry, lead date, lead time, lead created, lead created at, lead created on,
      lead created time, lead created date, lead create time, lead creation date, lead creation time,
      lead submit time, lead submission time, lead generated at, lead generated on, lead generated date, lead generated time, generated on, generated at, date create,
      lead received at,
      lead received on, lead received date, received, received at, received on, received date,
      received time, date received, rcvd on, query date, query time, response date, lead date time,
      registered on, registration date, reg date, added time, added on, added date, date added, request date,
      requested on, requested at, captured on, captured at, lead captured on, lead captured at, lead generation date,
      submitted date time, sign up date, dt, dt of enquiry, call date, call time, call date time`),
    help: "When the person made contact, such as '2026-10-05 14:03'; a time without an offset is in --timezone.",
  },
  {
    name: 'homeloanRequired',
    flag: 'homeloan-required',
    value: 'boolean',
    aliases: list(`
      home loan, home loan needed, is home loan required, loan required, need home loan, needs home loan,
      requires home loan, home loan interest, home loan interested, need loan, loan needed,
      do you need a home loan?, do you need home loan?, do you require a home loan?,
      do you require home loan?, are you looking for a home loan?, interested in home loan`),
    help: 'Whether the person needs a home loan: yes or no.',
  },
  {
    name: 'otpVerified',
    flag: 'otp-verified',
    value: 'boolean',
    aliases: list(`
      is otp verified, otp verification, otp verify, otp status, phone verified, is phone verified,
      mobile verified, is mobile verified, phone number verified, mobile number verified,
      phone verification status, mobile verification status, phone verification`),
    help: 'Whether the phone was verified by a one-time password: yes or no.',
  },
  {
    name: 'callVerified',
    flag: 'call-verified',
    value: 'boolean',
    aliases: list(`is call verified, call verification, verified by call, verified on call`),
    help: 'Whether the lead was verified by a call: yes or no.',
  },
  {
    name: 'broker',
    flag: 'broker',
    value: 'boolean',
    aliases: list(`
      is broker, is a broker, is dealer, is agent, identity, are you a broker?, are you broker?,
      are you an agent?, are you a dealer?, are you a channel partner?, are you a broker or agent?`),
    help: 'Whether the person is a broker: yes or no.',
  },
  {
    name: 'creditValue',
    flag: 'credit-value',
    value: 'text',
    aliases: list(`credit, credits, lead cost, cost of lead, cost per lead, lead price, cpl`),
    help: 'What the lead cost.',
  },
  {
    name: 'source',
    flag: 'source',
    value: 'text',
    aliases: list(`
      utm_source, lead source, lead source name, enquiry source, inquiry source, traffic source, usource`),
    help: 'Where the lead came from, such as google or facebook; it does not change sourceId.',
  },
  {
    name: 'subSource',
    flag: 'sub-source',
    value: 'text',
    aliases: list(`utm_medium, lead sub source, secondary source, source medium, medium, umedium`),
    help: 'The kind of traffic within the source, such as google_search; it does not change subSourceId.',
  },
  {
    name: 'placement',
    flag: 'placement',
    value: 'text',
    aliases: list(`
      utm_campaign, campaign, campaign name, ad campaign, ad campaign name, utm campaign name,
      lead campaign`),
    help: "The exact campaign, such as an ad platform's campaign name, an affiliate or a portal.",
  },
  {
    name: 'sourceId',
    flag: 'source-id',
    value: 'id',
    aliases: [],
    routes: true,
    help: "The provider's id of the source, or its name as `leadpush sources` lists it.",
  },
  {
    name: 'subSourceId',
    flag: 'sub-source-id',
    value: 'id',
    aliases: [],
    routes: true,
    help: "The provider's id of the sub-source, or its name as `leadpush sources` lists it.",
  },
  {
    name: 'campaignId',
    flag: 'campaign-id',
    value: 'id',
    aliases: [],
    routes: true,
    help: "The provider's project; never an ad platform's campaign id, which is extra.ad_campaign_id.",
  },
  {
    name: 'channelId',
    flag: 'channel-id',
    value: 'id',
    aliases: list(`crm channel, crm channel id`),
    routes: true,
    help: "The provider's channel, such as GoogleAdword.",
  },
  {
    name: 'subject',
    flag: 'subject',
    value: 'text',
    aliases: list(`lead subject`),
    help: "The lead's subject, such as 'Leads From API'.",
  },
  {
    name: 'repId',
    flag: 'rep-id',
    value: 'id',
    aliases: list(`representative id, sales rep id, crm rep id`),
    routes: true,
    help: 'The sales representative who gets the lead.',
  },
  {
    name: 'altPhone',
    flag: 'alt-phone',
    value: 'phone',
    aliases: list(`
      alt no, alt number, alt mobile, alt mobile no, alt mobile number, alt phone no, alt phone number,
      alt contact, alt contact no, alt contact number, alternate no, alternate number, alternate phone,
      alternate phone no, alternate phone number, alternate mobile, alternate mobile no,
      alternate contact, alternate mobile number, alternate contact no, alternate contact number,
      alternative number, alternative phone, alternative phone number, alternative mobile,
      alternative mobile number, alternative contact number, secondary phone, secondary phone number,
      secondary mobile, secondary mobile number, secondary number, secondary contact number, second phone,
      second phone number, other phone, other phone number, other mobile, other number, additional phone,
      additional number, phone 2, phone no 2, phone number 2, mobile 2, mobile no 2, mobile number 2,
      contact no 2, contact number 2, contact 2, work number, landline, landline no, landline number`),
    help: 'A second phone.',
  },
  {
    name: 'externalId',
    flag: 'external-id',
    value: 'id',
    aliases: list(`
      id, lead id, enquiry id, inquiry id, query id, qry id, record id, submission id, entry id,
      response id, leadgen id, reference id, reference no, reference number, ref id, ref no, lead no,
      lead number, lead reference, lead ref, lead ref id, enquiry no, enquiry number, unique id,
      lead uuid, lead unique id`),
    help: "The exporting system's own id of this lead.",
  },
];

// A flag's spelling of a field, `--campaign-id`, equals its name once both are normalised.
const BY_NAME: ReadonlyMap<string, FieldSpec> = new Map(FIELDS.map((field) => [field.name, field]));

/** The field with this exact name, `budgetMin`, or null. */
export function fieldByName(name: string): FieldSpec | null {
  return BY_NAME.get(name) ?? null;
}

/** Longer headers mean no field. */
const MAX_LENGTH = 1000;

const BEYOND_ASCII = /[^\u0000-\u007f]/;

/** The form in which headers are compared: lower case, letters and digits only, without accents. */
export function normaliseHeader(text: string): string {
  // No name is as long, and normalising such a text takes time in the square of its length.
  if (text.length > MAX_LENGTH) return text.trim();
  // `Mobile__c`: a field of one's own in Salesforce.
  const folded = foldLetters(text.replace(/__p?c\s*$/i, ''));
  // Without the table of all letters, whose pattern takes milliseconds to compile.
  if (!BEYOND_ASCII.test(folded)) return folded.replace(/[^a-z0-9]+/g, '');
  // Variation selectors and keycaps are marks of emoji.
  return folded.replace(/[^\p{L}\p{M}\p{N}]+|[\ufe00-\ufe0f\u20e3]/gu, '');
}

/** Lower case, with one spelling of letters that people write in several ways: `é` e, `أ` ا, `ة` ه, no tatweel. */
export function foldLetters(text: string): string {
  const lower = text.normalize('NFKC').toLowerCase();
  if (!BEYOND_ASCII.test(lower)) return lower;
  return lower
    .normalize('NFD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .replace(/(\p{Script=Arabic})\p{M}+/gu, '$1')
    .normalize('NFC')
    .replace(/\u0640/g, '')
    .replace(/ى/g, 'ي')
    .replace(/ة/g, 'ه');
}

let byHeader: ReadonlyMap<string, FieldSpec> | null = null;
let byForeignHeader: ReadonlyMap<string, FieldSpec> | null = null;

/** The field of a header, by name, flag or alias, ignoring case and punctuation; null for none. */
export function fieldByHeader(header: string): FieldSpec | null {
  const name = normaliseHeader(header);
  // Each built on first use: a call without files needs neither, and most files have English headers.
  byHeader ??= new Map(
    FIELDS.flatMap((field) =>
      [field.name, ...field.aliases].map((text): [string, FieldSpec] => [normaliseHeader(text), field]),
    ),
  );
  const english = byHeader.get(name);
  if (english !== undefined) return english;
  byForeignHeader ??= new Map(
    FIELDS.flatMap((field) => foreignHeaders(field).map((text): [string, FieldSpec] => [text, field])),
  );
  return byForeignHeader.get(name) ?? (BEYOND_ASCII.test(name) ? inTwoLanguages(name) : null);
}

/** `Name / नाम`, `المدينة (City)`: the same field in two languages. */
function inTwoLanguages(name: string): FieldSpec | null {
  const english = byHeader?.get(name.replace(/[^a-z0-9]+/g, ''));
  const other = byForeignHeader?.get(name.replace(/[a-z0-9]+/g, ''));
  return english !== undefined && english === other ? english : null;
}

/** Normalised: they are written folded. */
function foreignHeaders({ name }: FieldSpec): readonly string[] {
  if (name === 'budget') return [];
  return Object.values(FOREIGN_HEADERS[name] ?? {}).flatMap((names) => names.replace(/\s+/g, '').split(','));
}
