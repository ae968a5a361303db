// What the rules of a declaration share: its faults, the names that its texts may hold, and what every path, header and field
// has to keep. Each fault says where it is and what was expected.
import { listed } from '../../util/counted.ts';
import { suggestion } from '../../util/nearest.ts';
import type { Declaration } from './declaration.ts';
import { FIELD_NAMES, isLeadField } from './forms.ts';
import type { Fault } from './schema.ts';
import { namesIn, oddBraces } from './template.ts';

const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
/** What the transport and the interpreter set themselves. */
const OWN_HEADERS =
  /^(host|content-length|content-type|transfer-encoding|connection|user-agent|accept-encoding|expect)$/i;

export class RuleCheck {
  readonly faults: Fault[] = [];
  readonly declaration: Declaration;
  /** The settings that a text may name anywhere, and those that it may name in auth alone. */
  readonly open: readonly string[];
  readonly secret: readonly string[];

  constructor(declaration: Declaration) {
    this.declaration = declaration;
    const settings = Object.entries(declaration.settings);
    const environment = Object.keys(declaration.environments).length > 1 ? ['environment'] : [];
    this.open = [
      ...environment,
      ...settings.filter(([, { kind }]) => kind !== 'secret' && kind !== 'fieldMap').map(([name]) => name),
    ];
    this.secret = settings.filter(([, { kind }]) => kind === 'secret').map(([name]) => name);
  }

  complain(path: string, message: string): void {
    this.faults.push({ path, message });
  }

  /** The names in a text have to be known, and no secret. */
  names(path: string, template: string, known: readonly string[]): void {
    if (/\$\{/.test(template)) {
      this.complain(
        path,
        'a declaration holds no variables; expected {setting}, to which the target gives ${VARIABLE}',
      );
      return;
    }
    if (oddBraces(template) !== null) this.complain(path, 'holds a brace that belongs to no {name}');
    for (const name of namesIn(template)) {
      if (known.includes(name)) continue;
      if (this.secret.includes(name))
        this.complain(path, `{${name}} is a secret, which may stand in auth only, where it is masked`);
      else this.complain(path, this.unknown(name, known));
    }
  }

  /** @param choices all that there are; undefined: anything goes */
  choice(path: string, given: string, choices: readonly string[] | undefined): void {
    if (choices === undefined || choices.includes(given)) return;
    this.complain(path, `expected ${listed(choices, 'or')}${suggestion(given, choices)}`);
  }

  /** Why a name is none of these. */
  unknown(name: string, known: readonly string[]): string {
    const near = suggestion(name, known);
    const all = known.length === 0 ? 'there are none here' : `expected ${known.slice(0, 20).join(', ')}`;
    return `"${name}" is not a setting${near === '' ? `; ${all}` : near}`;
  }

  /** @param beside a path may also begin with `./` */
  path(path: string, template: string, known: readonly string[], beside: boolean): void {
    this.names(path, template, known);
    const isPath = /^\/(?!\/)[^\s?#\\]*$/.test(template) || (beside && /^\.\/[^\s?#\\]+$/.test(template));
    if (!isPath || template.split('/').some((part, index) => index > 0 && /^(?:\.|%2e){1,2}$/i.test(part))) {
      this.complain(
        path,
        `expected a path such as /api/leads${beside ? ', or ./leads beside that of the request' : ''}; parameters belong into query`,
      );
    }
  }

  header(path: string, name: string): void {
    if (!HEADER.test(name)) this.complain(path, 'is not a name that a header can have');
    else if (OWN_HEADERS.test(name)) this.complain(path, 'this header is set by leadpush itself');
  }

  fields(path: string, names: readonly string[], hint = ''): void {
    for (const name of names) {
      if (isLeadField(name) || /^extra\../.test(name)) continue;
      this.complain(
        path,
        `"${name}" is not a field${suggestion(name, FIELD_NAMES) || hint || '; see docs/fields.md'}`,
      );
    }
  }
}
