// What a declaration has to keep beside its shape: names that exist, secrets only where they are masked, addresses that a key
// may travel to, patterns that can be matched in linear time. Each fault says where it is and what was expected.
import { isLoopback } from '../../util/loopback.ts';
import { suggestion } from '../../util/nearest.ts';
import { answerFaults, conditionFaults } from './answer-rules.ts';
import { isStatus } from './answers.ts';
import { isBodyKind } from './body.ts';
import {
  BODY_KINDS,
  type DataLookup,
  type Declaration,
  type Environment,
  type Value,
} from './declaration.ts';
import { FIELD_NAMES, FORMS, formsOf, isLeadField } from './forms.ts';
import { isMade } from './lookup.ts';
import { fieldsIn, isPlain } from './payload.ts';
import type { Fault } from './schema.ts';
import { namesIn, oddBraces } from './template.ts';

/** Names that settings cannot have: a target has them already, or a text means something else by them. */
const RESERVED = [
  ...[
    'provider',
    'baseUrl',
    'path',
    'defaults',
    'dedupe',
    'dedupeWindow',
    'testPhone',
    'concurrency',
    'rate',
  ],
  ...['timeout', 'retries', 'settleAfter', 'submission', 'now', 'body', 'hmac', 'lead', 'by'],
];
const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
/** What the transport and the interpreter set themselves. */
const OWN_HEADERS =
  /^(host|content-length|content-type|transfer-encoding|connection|user-agent|accept-encoding|expect)$/i;

/** @returns no faults: the declaration can be interpreted */
export function ruleFaults(declaration: Declaration): readonly Fault[] {
  const rules = new Rules(declaration);
  rules.check();
  return rules.faults;
}

class Rules {
  readonly faults: Fault[] = [];
  readonly #declaration: Declaration;
  readonly #open: readonly string[];
  readonly #secret: readonly string[];

  constructor(declaration: Declaration) {
    this.#declaration = declaration;
    const settings = Object.entries(declaration.settings);
    const environment = Object.keys(declaration.environments).length > 1 ? ['environment'] : [];
    this.#open = [
      ...environment,
      ...settings.filter(([, { kind }]) => kind !== 'secret' && kind !== 'fieldMap').map(([name]) => name),
    ];
    this.#secret = settings.filter(([, { kind }]) => kind === 'secret').map(([name]) => name);
  }

  check(): void {
    this.#settings();
    this.#environments();
    this.#account();
    this.#auth();
    this.#request();
    this.#payload();
    for (const [index, rule] of (this.#declaration.answers ?? []).entries())
      this.faults.push(...answerFaults(`answers.${index}`, rule));
    this.#lookup();
    this.#sources();
    this.#fields(
      'requires',
      (this.#declaration.requires ?? []).map((one) => (typeof one === 'string' ? one : one.field)),
    );
    this.#fields('dedupe', this.#declaration.dedupe ?? []);
    for (const [index, { status }] of (this.#declaration.examples ?? []).entries()) {
      if (!isStatus(status)) this.#complain(`examples.${index}.status`, 'expected a status from 100 to 599');
    }
  }

  #complain(path: string, message: string): void {
    this.faults.push({ path, message });
  }

  #settings(): void {
    const maps = Object.entries(this.#declaration.settings).filter(([, { kind }]) => kind === 'fieldMap');
    if (maps.length > 1)
      this.#complain(`settings.${maps[1]?.[0]}`, 'is a second fieldMap; only one is allowed');
    for (const [name, setting] of Object.entries(this.#declaration.settings)) {
      const path = `settings.${name}`;
      const { kind, choices, default: usual } = setting;
      if (!/^[a-z][A-Za-z0-9]{0,39}$/.test(name)) {
        this.#complain(path, 'expected a name of letters and digits that begins with a small letter');
      } else if (RESERVED.includes(name) || name.endsWith('File')) {
        this.#complain(path, 'this name is taken; choose another');
      }
      if ((kind === 'choice') !== (choices !== undefined) && !(kind === undefined && choices !== undefined)) {
        this.#complain(
          path,
          kind === 'choice' ? 'is missing its choices' : 'choices are only for kind: choice',
        );
      }
      if (choices?.length === 0) this.#complain(`${path}.choices`, 'expected at least one');
      if (usual !== undefined && choices !== undefined && !choices.includes(usual)) {
        this.#complain(`${path}.default`, `expected one of its choices${suggestion(usual, choices)}`);
      }
      if (usual !== undefined && kind === 'secret')
        this.#complain(`${path}.default`, 'a secret has no default');
      if (usual !== undefined && setting.required === true) {
        this.#complain(`${path}.default`, 'what is required has no default');
      }
    }
  }

  #environments(): void {
    const all = Object.entries(this.#declaration.environments);
    if (all.length === 0)
      this.#complain('environments', 'expected at least one, such as production: https://api.example.com');
    for (const [name, one] of all) {
      const path = `environments.${name}`;
      if (!/^[a-z][a-z0-9-]*$/.test(name)) this.#complain(path, 'expected a name of small letters');
      const environment: Environment = typeof one === 'string' ? { origin: one } : one;
      this.#origin(typeof one === 'string' ? path : `${path}.origin`, environment.origin);
      for (const same of environment.sameAs ?? []) {
        if (!URL.canParse(same) || new URL(same).origin !== same) {
          this.#complain(
            `${path}.sameAs`,
            'expected addresses such as https://api.example.com, without a path',
          );
        }
      }
    }
    for (const host of this.#declaration.hosts ?? []) {
      if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host))
        this.#complain('hosts', 'expected hosts such as example.com');
    }
  }

  /** A name may stand for the whole host where it has choices, or for a part of it before the vendor's domain. */
  #origin(path: string, origin: string): void {
    this.#names(path, origin, this.#open);
    const names = namesIn(origin);
    const bare = /^https?:\/\/\{(\w+)\}$/.exec(origin)?.[1];
    const part = /^https:\/\/\{(\w+)\}\.[a-z0-9-]+(\.[a-z0-9-]+)+$/i.exec(origin)?.[1];
    const choices = this.#declaration.settings[bare ?? part ?? '']?.choices;
    if (bare !== undefined && choices === undefined) {
      this.#complain(
        path,
        `a target could send its keys to any host: give {${bare}} choices, or write {${bare}}.example.com`,
      );
      return;
    }
    if (names.length > 0 && bare === undefined && part === undefined) {
      this.#complain(
        path,
        'expected https://{setting}.example.com, or one {setting} with choices for the whole host',
      );
      return;
    }
    const examples = choices ?? ['part'];
    for (const choice of names.length === 0 ? [''] : examples) {
      const address = origin.replace(/\{\w+\}/, choice);
      const url = URL.canParse(address) ? new URL(address) : null;
      if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
        this.#complain(path, 'expected an address such as https://api.example.com');
      } else if (url.origin !== address.toLowerCase()) {
        this.#complain(path, 'expected scheme and host only; the path belongs into request');
      } else if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
        this.#complain(
          path,
          'plain http is only for loopback (127.0.0.1, [::1], localhost); expected https://',
        );
      } else continue;
      return;
    }
  }

  #account(): void {
    const { account, settings } = this.#declaration;
    if (account.length === 0) {
      this.#complain(
        'account',
        'expected the settings that tell one account from another; where a request names none, declare one for a name of your own',
      );
    }
    for (const name of account) {
      if (this.#secret.includes(name))
        this.#complain(
          'account',
          `"${name}" is a secret, which must not be part of a key; name another setting`,
        );
      else if (!this.#open.includes(name)) this.#complain('account', this.#unknown(name, this.#open));
      else if (settings[name]?.required !== true && settings[name]?.default === undefined) {
        this.#complain('account', `"${name}" must be required, or have a default`);
      }
    }
  }

  #auth(): void {
    const { auth } = this.#declaration;
    if (auth === undefined) return;
    const both = [...this.#open, ...this.#secret];
    const needsSecret = (path: string, template: string, more: readonly string[] = []) => {
      this.#names(path, template, [...both, ...more]);
      if (!namesIn(template).some((name) => this.#secret.includes(name))) {
        this.#complain(
          path,
          'expected the {name} of a setting of kind: secret; what is no secret belongs into request',
        );
      }
    };
    if (auth.bearer !== undefined && auth.basic !== undefined)
      this.#complain('auth', 'basic and bearer are one header; only one is allowed');
    if (auth.bearer !== undefined) needsSecret('auth.bearer', auth.bearer);
    for (const [name, template] of Object.entries(auth.headers ?? {})) {
      this.#header(`auth.headers.${name}`, name);
      needsSecret(`auth.headers.${name}`, template);
    }
    for (const [name, template] of Object.entries(auth.query ?? {}))
      needsSecret(`auth.query.${name}`, template);
    if (auth.basic !== undefined) {
      const { user, password } = auth.basic;
      this.#names('auth.basic.user', user, both);
      const passwords =
        typeof password === 'string'
          ? [password]
          : Object.entries(password).flatMap(([name, text]) => (name === 'by' ? [] : [text]));
      for (const text of passwords) this.#names('auth.basic.password', text, both);
      if (typeof password !== 'string' && !this.#open.includes(password.by)) {
        this.#complain('auth.basic.password.by', this.#unknown(password.by, this.#open));
      }
      if (![user, ...passwords].some((text) => namesIn(text).some((name) => this.#secret.includes(name)))) {
        this.#complain('auth.basic', 'expected the {name} of a setting of kind: secret');
      }
    }
    const { hmac } = auth;
    if (hmac === undefined) return;
    needsSecret('auth.hmac.key', hmac.key);
    this.#names('auth.hmac.over', hmac.over, [...this.#open, 'now', 'body']);
    const signed = [...Object.values(hmac.fields ?? {}), ...Object.values(hmac.headers ?? {})];
    for (const template of signed) this.#names('auth.hmac', template, [...this.#open, 'now', 'hmac']);
    for (const name of Object.keys(hmac.headers ?? {})) this.#header(`auth.hmac.headers.${name}`, name);
    if (!signed.some((template) => namesIn(template).includes('hmac')))
      this.#complain('auth.hmac', 'expected fields or headers with {hmac}');
    if (namesIn(hmac.over).includes('body') && hmac.fields !== undefined) {
      this.#complain('auth.hmac.fields', 'a signature over {body} cannot be in it; expected headers');
    }
  }

  #header(path: string, name: string): void {
    if (!HEADER.test(name)) this.#complain(path, 'is not a name that a header can have');
    else if (OWN_HEADERS.test(name)) this.#complain(path, 'this header is set by leadpush itself');
  }

  #request(): void {
    const { request, payload } = this.#declaration;
    this.#path('request.path', request.path, this.#open, false);
    for (const [name, template] of Object.entries(request.query ?? {}))
      this.#names(`request.query.${name}`, template, this.#open);
    for (const [name, template] of Object.entries(request.headers ?? {})) {
      this.#header(`request.headers.${name}`, name);
      this.#names(`request.headers.${name}`, template, this.#open);
    }
    const [by] = namesIn(request.body);
    const kinds =
      by === undefined ? [request.body] : (this.#declaration.settings[by]?.choices ?? [request.body]);
    if (by !== undefined) this.#names('request.body', request.body, this.#open);
    for (const kind of kinds) {
      if (!isBodyKind(kind))
        this.#complain('request.body', `expected ${BODY_KINDS.join(', ')}${suggestion(kind, BODY_KINDS)}`);
    }
    if (request.pair !== undefined && request.body !== 'pairs')
      this.#complain('request.pair', 'is only for body: pairs');
    if (Object.keys(payload).length === 0) this.#complain('payload', 'expected at least one field');
  }

  #path(path: string, template: string, known: readonly string[], beside: boolean): void {
    this.#names(path, template, known);
    const isPath = /^\/(?!\/)[^\s?#\\]*$/.test(template) || (beside && /^\.\/[^\s?#\\]+$/.test(template));
    if (!isPath || template.split('/').some((part, index) => index > 0 && /^(?:\.|%2e){1,2}$/i.test(part))) {
      this.#complain(
        path,
        `expected a path such as /api/leads${beside ? ', or ./leads beside that of the request' : ''}; parameters belong into query`,
      );
    }
  }

  #payload(): void {
    for (const [name, value] of Object.entries(this.#declaration.payload)) {
      this.#names(`payload.${name}`, name, this.#open);
      this.#value(`payload.${name}`, value);
    }
  }

  #value(path: string, value: Value): void {
    if (isPlain(value)) {
      this.#fields(path, fieldsIn(value), '; for a text of your own write { text: … }');
    } else if ('text' in value) {
      this.#names(`${path}.text`, value.text, [...this.#open, 'submission']);
      const forms = Object.keys(FORMS.boolean);
      if (value.as !== undefined && !forms.includes(value.as))
        this.#complain(`${path}.as`, `expected ${forms.join(', ')}${suggestion(value.as, forms)}`);
    } else if ('lines' in value) this.#fields(`${path}.lines`, Object.keys(value.lines));
    else if ('object' in value) {
      for (const [name, inner] of Object.entries(value.object)) this.#value(`${path}.object.${name}`, inner);
    } else if ('field' in value) {
      const fields = typeof value.field === 'string' ? [value.field] : value.field;
      this.#fields(`${path}.field`, fields);
      if (value.as === undefined) return;
      const [by] = namesIn(value.as);
      if (by !== undefined) this.#names(`${path}.as`, value.as, this.#open);
      const forms = formsOf(fields[0] ?? '');
      for (const form of by === undefined ? [value.as] : (this.#declaration.settings[by]?.choices ?? [])) {
        if (forms.length === 0) this.#complain(`${path}.as`, `"${fields[0]}" has one form only`);
        else if (!forms.includes(form))
          this.#complain(`${path}.as`, `expected ${forms.join(', ')}${suggestion(form, forms)}`);
      }
    }
  }

  #fields(path: string, names: readonly string[], hint = ''): void {
    for (const name of names) {
      if (isLeadField(name) || /^extra\../.test(name)) continue;
      this.#complain(
        path,
        `"${name}" is not a field${suggestion(name, FIELD_NAMES) || hint || '; see docs/fields.md'}`,
      );
    }
  }

  #lookup(): void {
    const { lookup, lost } = this.#declaration;
    if (lookup === undefined) {
      if (lost !== 'resend')
        this.#complain('lost', 'to ask, a lookup is needed; expected one, or lost: resend');
      return;
    }
    const about = [...this.#open, ...namesOfAbout];
    this.#path('lookup.path', lookup.path, about, true);
    for (const [name, template] of Object.entries(lookup.query ?? {}))
      this.#names(`lookup.query.${name}`, template, about);
    const names = [lookup.path, ...Object.values(lookup.query ?? {})].flatMap(namesIn);
    if (!names.some((name) => name.startsWith('lead.')))
      this.#complain(
        'lookup',
        'asks about nobody; expected {lead.phone:FORM} or {lead.email} in its query or path',
      );
    if (!isMade(lookup)) this.#dataLookup(lookup);
  }

  #dataLookup(lookup: DataLookup): void {
    const { lost } = this.#declaration;
    if (lookup.ours !== undefined) this.#names('lookup.ours', lookup.ours, this.#open);
    else if (lost !== 'resend')
      this.#complain(
        'lookup',
        'is missing "ours": where our submission id is in a lead; without it asking tells nothing',
      );
    for (const [index, rule] of (lookup.answers ?? []).entries())
      this.faults.push(...conditionFaults(`lookup.answers.${index}`, rule));
    if (lost !== 'resend' && !this.#sendsId())
      this.#complain('payload', 'nothing holds {submission}, so asking could not tell our lead from others');
  }

  #sendsId(): boolean {
    const holds = (value: Value): boolean =>
      !isPlain(value) &&
      (('text' in value && namesIn(value.text).includes('submission')) ||
        ('object' in value && Object.values(value.object).some(holds)));
    return Object.values(this.#declaration.payload).some(holds);
  }

  #sources(): void {
    const { sources, auth, environments } = this.#declaration;
    if (sources === undefined) return;
    this.#path('sources.path', sources.path, this.#open, false);
    if (sources.auth !== false && auth?.hmac !== undefined)
      this.#complain('sources', 'cannot be signed; expected auth: false');
    if (sources.environment !== undefined && environments[sources.environment] === undefined) {
      this.#complain('sources.environment', `expected one of ${Object.keys(environments).join(', ')}`);
    }
  }

  /** The names in a text have to be known, and no secret. */
  #names(path: string, template: string, known: readonly string[]): void {
    if (/\$\{/.test(template)) {
      this.#complain(
        path,
        'a declaration holds no variables; expected {setting}, to which the target gives ${VARIABLE}',
      );
      return;
    }
    if (oddBraces(template) !== null) this.#complain(path, 'holds a brace that belongs to no {name}');
    for (const name of namesIn(template)) {
      if (known.includes(name)) continue;
      if (this.#secret.includes(name))
        this.#complain(path, `{${name}} is a secret, which may stand in auth only, where it is masked`);
      else this.#complain(path, this.#unknown(name, known));
    }
  }

  #unknown(name: string, known: readonly string[]): string {
    const near = suggestion(name, known);
    const all = known.length === 0 ? 'there are none here' : `expected ${known.slice(0, 20).join(', ')}`;
    return `"${name}" is not a setting${near === '' ? `; ${all}` : near}`;
  }
}

/** `lead.phone:national` and so on: what a look-up can be about. */
const namesOfAbout = [
  'lead.phone',
  ...Object.keys(FORMS.phone).map((form) => `lead.phone:${form}`),
  'lead.email',
];
