// `leadpush providers --new NAME`: a configuration with a commented declaration and a target for it, to be filled in from the
// vendor's document. It is right as it stands, so that `check` can be run after every change.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../app/context.ts';
import { upperName } from '../../config/variables.ts';
import { command } from '../../output/next-commands.ts';
import { PROVIDERS } from '../../providers/index.ts';
import { reasonOf } from '../../util/errors.ts';
import { plain } from '../../util/plain.ts';
import { UsageError } from '../../util/usage-error.ts';

/** Writes leadpush-NAME.yaml, never over an existing file. @throws UsageError */
export function writeDeclaration(name: string, context: Context): number {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    throw new UsageError(
      `--new: "${plain(name)}" cannot be the name of a provider.`,
      'Expected small letters, digits and dashes, such as my-crm.',
    );
  }
  if (PROVIDERS.some((provider) => provider.name === name)) {
    throw new UsageError(`--new: ${name} is built in.`, `See leadpush providers ${name}.`);
  }
  const file = `leadpush-${name}.yaml`;
  try {
    writeFileSync(join(context.cwd, file), declarationText(name), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = reasonOf(error);
    throw code === 'EEXIST'
      ? new UsageError(
          `${file} already exists; nothing was written.`,
          'Move it away, or choose another name.',
        )
      : new UsageError(`${file} cannot be written (${code}).`);
  }
  context.stdout.write(
    `Wrote ${file}. Fill it in from the vendor's document (docs/providers.md explains each word), then:\n` +
      `  1. export ${upperName(name)}_TOKEN='…'\n` +
      `  2. ${command('check', '--config', file)}\n` +
      `  3. ${command('send', 'leads.csv', '--config', file, '--dry-run')}\n`,
  );
  return 0;
}

function declarationText(name: string): string {
  const variable = upperName(name);
  return `# A provider declared as data, and a target for it. docs/providers.md explains each word.
# Such a file decides where keys go, so leadpush takes it only where it is named (--config, LEADPUSH_CONFIG) or lies in
# your own configuration folder.
providers:
  ${name}:
    title: ${name}

    # What a target must or may say. kind: text (usual), secret, boolean, choice (with choices:), fieldMap.
    settings:
      account: { required: true, help: "A name of your own for this account." }
      token: { kind: secret, required: true, help: "The API token." }

    # Where requests go, https only. Everything is production unless it says production: false.
    environments:
      production: https://api.example.com
      #staging: { origin: https://staging.example.com, production: false }

    # The settings that tell one account from another; no secret among them.
    account: [account]

    # Fields that each lead must have, besides the phone; fields that, with the phone, make it another lead.
    #requires: [email]
    #dedupe: [campaignId]

    # What the vendor allows; a target can say otherwise.
    #limits: { rate: 5, concurrency: 4 }

    # Secrets stand here and nowhere else: here they are masked.
    auth:
      bearer: "{token}"
      #basic: { user: "{token}", password: "" }
      #headers: { X-Api-Key: "{token}" }
      #query: { api_key: "{token}" }
      #hmac: { key: "{token}", over: "{now}", fields: { time: "{now}", hash: "{hmac}" } }

    # body: form, json, nested (a dot in a name leads inside), pairs, or multipart.
    request:
      path: /leads
      body: json

    # The provider's name -> what is in it: a field of the lead, several of which the first counts, or { field, as: FORM },
    # { text: … }, { lines: … }, { object: … }.
    payload:
      first_name: firstName
      last_name: lastName
      email: email
      # Forms of a phone: e164 (+919988776655), international (919988776655), national (9988776655), auto, dashed.
      phone: { field: phone, as: e164 }
      source: [source, extra.utm_source]
      external_id: { text: "{submission}" }
      notes: { lines: { message: "", listingName: Project, city: City, budgetMax: Budget } }

    # The first rule that holds decides; where none does, the HTTP status (401 unauthorized, 429 throttled, 4xx rejected …).
    # Verdicts: created, duplicate, rejected, unauthorized, throttled, retryable, indeterminate.
    answers:
      - { status: 2xx, json: { id: { exists: true } }, verdict: created, id: id }
      - { status: 409, verdict: duplicate, id: { header: X-Existing-Id } }

    # A lost answer: resend (the provider answers "duplicate" to a second post), ask, or ask-or-resend.
    lost: resend

    # Asking what the provider has, for verify and smoke, and for lost: ask.
    #lookup:
    #  path: /leads
    #  query: { phone: "{lead.phone:e164}" }
    #  leads: data
    #  id: id
    #  ours: external_id
    #  answers: [{ status: 200, json: { total: 0 }, verdict: absent }]
    #  returns: [first_name, last_name, email]

    # Answers from the vendor's document, each with the verdict that it must get: leadpush check reads them.
    examples:
      - { status: 201, body: { id: 17 }, verdict: created, id: 17 }
      - { status: 409, headers: { X-Existing-Id: "17" }, verdict: duplicate, id: 17 }
      - { status: 422, body: { message: "phone is missing" }, verdict: rejected }
      - { status: 200, body: "<html>maintenance</html>", verdict: indeterminate }

targets:
  my-${name}:
    provider: ${name}
    account: main
    token: \${${variable}_TOKEN}
    #testPhone: "+91 99887 76655"
`;
}
