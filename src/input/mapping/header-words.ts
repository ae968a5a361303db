// The words that headers are made of, as data: what says phone and how good a phone, whose it is, which words only say
// whose or which input it is, and which say that a column holds no value. Written as foldLetters writes them, so that no
// start has to fold a thousand words.

/** How good a phone is by its name; the lowest is tried first. */
export const PHONE_RANK = { mobile: 0, phone: 1, second: 2, landline: 3 } as const;

type Rank = (typeof PHONE_RANK)[keyof typeof PHONE_RANK];

/** Nouns for a phone. */
export const PHONE_NOUNS: ReadonlyMap<string, Rank> = ranked({
  mobile: `mobile mobiles mob mobil cell cellular cellphone handphone whatsapp wa msisdn handy handynummer mobilnummer mobiltelefon
    mobilfunk mobilfunknummer mobilrufnummer handynr portable movil celular telemovel
    मोबाइल मोबाईल मो व्हाट्सएप व्हाट्सऐप व्हाट्सप्प الجوال جوال جوالك المحمول محمول الموبايل موبايل النقال نقال واتساب الواتساب`,
  phone: `phone phones ph tel tels telephone telephones telefon telefonnummer telefonnr rufnummer kontaktnummer telefono
    telefone callback फोन फ़ोन दूरभाष الهاتف هاتف هاتفك تلفون التلفون تليفون التليفون`,
  landline: 'landline landlines festnetz festnetznummer fixe fijo fixo',
});

/** Words beside the noun that say which of several phones it is. */
export const PHONE_KINDS: ReadonlyMap<string, Rank> = ranked({
  second: `second secondary alternate alternative alt other another additional 2nd zweite weitere autre deuxieme
    secondaire otro segundo alternativo secundario outro दूसरा वैकल्पिक अन्य اخر بديل البديل`,
  landline: `work office home business residence residential landline fixed fixe fijo fixo festnetz daytime evening
    buro geschaftlich privat bureau domicile travail oficina trabajo casa escritorio trabalho कार्यालय घर الارضي ارضي المكتب العمل المنزل`,
});

/** `Contact number`, `alternate no`: with one of these before it, a number is a phone. */
export const NUMBER_WORDS: ReadonlySet<string> = words(
  `number numbers no nos num nbr nr nummer numero n digits digit नंबर नम्बर नं क्रमांक क्र رقم`,
);
export const BEFORE_NUMBER: ReadonlySet<string> = words('contact caller callback calling cli');

/** Forms in which a phone is written; they say nothing else. */
export const FORMS: ReadonlySet<string> = words(
  'national international e164 raw formatted full local complete normalized normalised',
);

/** Words that say whose or which input it is, and are passed over. */
export const QUALIFIERS: ReadonlySet<string> = words(`
  best person people contact contacts lead leads customer customers cust client clients primary main preferred current default
  billing mailing good your my mx menu text tel field form question value answer number no input data details detail info information
  buyer prospect enquirer inquirer enquiry enq inquiry visitor applicant sender subscriber respondent attendee guest user
  member student patient tenant investor purchaser caller personal private registrant submitter properties attributes
  fields values answers payload body hidden the of response submission entry record q el la le les de do da del du votre
  ihre ihr tu su seu sua आपका ग्राहक का العميل الزبون
  please kindly enter fill provide share mention any for communication correspondence required mandatory compulsory optional
  renter lessee seeker homebuyer shopper requester requestor inquirer responder consumer passenger traveller traveler follower
  signer walkin walkins walk winner borrower bidder replier invitee booker participant viewer joiner commenter holder payer asker kunde kunden interessent acheteur locataire comprador inquilino कस्टमर`);

/** Of these a number, name or mail is not the lead's: people of the selling side, and others around the lead. */
export const OTHER_PEOPLE: ReadonlySet<string> = words(`
  agent agents owner owners executive exec assignee assignees assigned assign assignedto receiver receivers recipient
  called callee dialled dialed virtual ivr did tracking destination forwarding forwarded answered agency
  agencies company companies organisation organization org organisations organizations account accounts employer firm
  crm sales salesperson salesman rep representative manager advisor adviser consultant counsellor counselor telecaller
  handler staff employee team desk support helpline hotline tollfree toll vendor supplier seller landlord builder
  developer dealer broker partner store shop branch franchise spouse wife husband father mother parent parents guardian
  brother sister son daughter relative kin friend neighbour neighbor colleague nominee coapplicant cobuyer coowner guarantor
  witness emergency reference referee referrer referral referred
  introducer driver security reception operator admin administrator webmaster creator editor author host publisher
  affiliate advertiser organizer organiser coordinator supervisor officer associate realtor promoter provider merchant
  assistant secretary attendant caretaker telesales telemarketer presales rm cp bdm bde bank lender lawyer contractor architect teacher doctor makler eigentumer firma unternehmen agence entreprise
  societe proprietaire empresa agencia agente propietario corretor proprietario एजेंट कंपनी मालिक الوكيل وكيل المالك
  الشركه شركه الموظف المندوب
  watchman guard concierge escrow superintendent incharge poc spoc kam rsm asm tl bdo bdr sdr marketing brokerage realty
  proxy pool pooled bot twilio exotel ozonetel knowlarity myoperator waba corporate hq attorney notary
  callcenter callcentre our headoffice head landlady service point joint accountant
  inmobiliaria gestor encargado emergencia conyuge dueno imobiliaria gerente conjuge urgence conjoint commercial comercial
  vertrieb notfall notfallkontakt ehepartner vermittler ब्रोकर बिल्डर मैनेजर विक्रेता दलाल कर्मचारी सेल्स पति पत्नी पिता
  emp mgr exe asst assoc sourcing closing fos routed rera dsa hr care showroom helpdesk faculty coach captain champion
  exo exophone smartflo servetel mcube callhippo superreceptionist cloud vmn vn pilot landing relay bridge trunk outgoing
  outbound dest dst hoarding family relation hubby bro poa
  माता डीलर المبيعات الوسيط وسيط المستشار المسوق البايع المطور السمسار العقاري`);

/**
 * Nouns for who does something, in English, German, French, Spanish and Portuguese: `photographer`, `Verkäufer`, `vendeur`,
 * `consultor`. Before a word for a phone one that is not known to be the lead is somebody else.
 */
export const ROLE = /^\p{L}{2,}(?:[^\Wo]or|[^\Wo]ora|er|eur|ee|[^l\W]ist|wom[ae]n|m[ae]n)$/u;
/** Words that only end so. */
export const NO_ROLES: ReadonlySet<string> = words(`
  order orders center newsletter register letter computer router printer paper offer master other another under over after
  never super inner outer upper lower former proper error color minor major prior monitor quarter three coffee degree guarantee
  rupee german roman human waiter newer older faster ever whoever summer winter free number viber messenger truecaller
  younger`);

/** `Created by`, `attended_by`: what the selling side did. `Submitted by` is the person. */
export const DONE_BY_STAFF: ReadonlySet<string> = words(`
  created updated modified edited added entered uploaded imported captured recorded generated attended handled managed
  answered taken called assigned owned posted listed published verified approved processed closed serviced allocated`);

/** `Co-applicant`, `second buyer`, `2nd owner`, `applicant 2`: the lead's partners. */
export const WITH_THE_LEAD: ReadonlySet<string> = words('applicant buyer owner borrower purchaser investor');
export const BESIDE_THE_LEAD: ReadonlySet<string> = words('co second nd joint');

/** Of these, too, a number, name or mail is not the lead's: what is sold or advertised. */
export const THINGS: ReadonlySet<string> = words(`
  listing listings property project projects campaign campaigns site platform portal page ad adset adgroup website
  product unit tower building society`);

/** Words whose `name` is not a person's, although their other values may be the lead's: `form_name`. */
export const NAMES_A_THING: ReadonlySet<string> = words('form business office event file sheet');

/** Behind one of those, what follows is the person's again: `form_fields.name`. */
export const OF_ANSWERS: ReadonlySet<string> = words(
  'field fields values answers data response responses submission entry',
);

/** A part with one of these holds no value: `Phone 1 - Type`. */
export const NO_VALUE: ReadonlySet<string> = words('label labels type types kind kinds');

/** A column about a phone that is no number, or a sentence about one. */
export const NO_PHONE: ReadonlySet<string> = words(`
  dnc dnd ndnc not is has can may could should would will do does did are was when why how if verified verification
  verify unverified valid validity validated validation country extension ext extn opt optin optout in out consent
  permission status flag carrier network circle model brand device os app version browser preference prefer prefers
  method mode time date day at on by via to from count calls call duration recording hash hashed sha md5 masked encrypted
  id ids uuid timezone zone area region location city state format url link click clicks source medium lookup score otp
  pin code codes prefix password bill plan make fax conversion conversions traffic visits sessions views checked updated
  created added available enabled display allowed blocked subscribed subscription reachable connected channel
  handled fraud spam risk cost price yes y last partial tick same whether true false`);

/** What makes `code` and `prefix` a calling code. */
export const CODE_OF: ReadonlySet<string> = words(
  'country countries calling dial dialing dialling isd intl international iso ctry',
);
export const CODE_WORDS: ReadonlySet<string> = words('code codes prefix prefixes');
/** Beside a word for a phone these alone say it: `Mobile ISD`, `phone_iso`. */
export const CODE_ITSELF: ReadonlySet<string> = words('isd iso cc ddi');
/** Whole names of such columns. */
export const CODE_NAMES: ReadonlySet<string> = new Set(
  `isd|isd no|ddi|landesvorwahl|landervorwahl|vorwahl land|landerkennung telefon|indicatif|indicatif pays|
   indicatif telephonique|code pays|prefijo|prefijo pais|prefijo telefonico|prefijo internacional|codigo de pais|
   codigo pais|codigo del pais|codigo do pais|codigo de area internacional|prefixo|prefixo internacional|
   देश कोड|देश का कोड|رمز الدوله|كود الدوله|مفتاح الدوله|رمز البلد|كود البلد`
    .split('|')
    .map((name) => name.trim()),
);
/** Keys of a calling code that only stand inside an object for a phone: `phone.cc`. */
export const CODE_IN_PHONE: ReadonlySet<string> = words(
  'code prefix cc country countrycode region iso isd dial dialcode dialing dialling calling',
);

/** `if any`, `(if different from above)`, `(as per Aadhaar)`: when and how the person fills it in. */
export const CONDITION =
  /[\s_(,[-]+(?:as[\s_]+per|if[\s_]+(?:any|different|applicable|available|other|not[\s_]+same|known|possible|needed|required))\b.*$/i;

/** `with country code`: the number is written with it. */
export const WITH_CODE =
  /\b(?:with|incl|including|include|inclusive of|without|plus)\b.*\b(?:code|prefix|isd)\b/;

/** Kinds of mail that are all the person's; the later ones stand in for the first. */
export const MAIL_KINDS: ReadonlyMap<string, number> = new Map([
  ...[...words('home personal private main primary')].map((word): [string, number] => [word, 0]),
  ...[...words('work office business professional')].map((word): [string, number] => [word, 1]),
  ...[...words('secondary second alternate alternative alt other additional')].map(
    (word): [string, number] => [word, 2],
  ),
]);

/** Nouns for a mail address, and what may stand beside them in one. */
export const MAIL_NOUNS: ReadonlySet<string> = words('email emails mail mails');
export const OF_MAIL: ReadonlySet<string> = new Set([...MAIL_NOUNS, 'address', 'addresses']);

/** Groups in front of a field: `Name / First Name`, `Phones / Primary Phone Number`. */
export const GROUPS: ReadonlySet<string> = words(
  'name names full phone phones email emails mail mails address addresses basic profile general personal location',
);

/** Never parts of a word that is written together: `designer` is not `de signer`. */
const PARTICLES: ReadonlySet<string> = words('of el la le les de do da del du tu su my mx');

/** All single words, for taking apart what is written together: `mobileno`, `workphone`. */
export const VOCABULARY: ReadonlySet<string> = new Set(
  [
    ...[PHONE_NOUNS.keys(), PHONE_KINDS.keys(), NUMBER_WORDS, QUALIFIERS, OTHER_PEOPLE, CODE_OF, CODE_WORDS],
    ...[['name', 'email', 'mail', 'virtual', 'date', 'type', 'verified', 'dnc', 'by'], BEFORE_NUMBER, THINGS],
    DONE_BY_STAFF,
  ]
    .flatMap((list) => [...list])
    .filter((word) => word.length > 1 && !PARTICLES.has(word)),
);

function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}

function ranked(lists: Partial<Record<keyof typeof PHONE_RANK, string>>): ReadonlyMap<string, Rank> {
  const map = new Map<string, Rank>();
  for (const name of ['mobile', 'phone', 'second', 'landline'] as const) {
    for (const word of words(lists[name] ?? '')) if (word !== '') map.set(word, PHONE_RANK[name]);
  }
  return map;
}
