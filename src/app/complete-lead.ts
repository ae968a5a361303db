// What a target adds to a lead: its defaults, numbers for names of sources, and errors for what is still missing.

import type { Target } from '../delivery/submission.ts';
import type { Code, Problem } from '../lead/codes.ts';
import { type Defaults, filling, mayBeShared, parseDefaults } from '../lead/defaults.ts';
import type { FieldName, Lead } from '../lead/lead.ts';
import { createPhoneParser } from '../lead/phone.ts';
import { UsageError } from '../util/usage-error.ts';
import { isSourceNumber, resolveSource, type Sources } from './source-names.ts';
import type { ChosenTarget } from './targets.ts';

/** The target's defaults as values. @throws UsageError for a text that is not a value of its field */
export async function defaultsOf(chosen: ChosenTarget, region: string, timezone: string): Promise<Defaults> {
  const { values, problems } = await parseDefaults(chosen.config.defaults, {
    region,
    timezone,
    dateOrder: 'DMY',
    // A date that somebody configured is not judged.
    now: Number.POSITIVE_INFINITY,
    words: new Map(),
    includeTest: true,
    phones: createPhoneParser(),
  });
  if (problems.length > 0) {
    const lines = problems.map(
      ({ field, message }) => `targets.${chosen.config.name}.defaults.${field}: ${message}`,
    );
    throw new UsageError(lines.join('\n'), 'Nothing was sent.');
  }
  return values;
}

/**
 * @param sources null where no name is to be resolved
 * @param advice `list`: the command that lists them; `stored`: the leads are those of an earlier run
 * @returns the function with which the engine completes a lead for this target
 */
export function completerFor(
  chosen: ChosenTarget,
  defaults: Defaults,
  sources: Sources | null,
  { list, stored }: { readonly list: string; readonly stored: boolean },
): Target['complete'] {
  const { requires } = chosen.endpoint;
  const { name } = chosen.config;
  const hasSources = chosen.endpoint.sources !== null;
  const fill = filling(defaults);
  return (given, warnings) => {
    const filled = fill(given);
    const { lead, problem } = hasSources ? numbered(filled, sources, list) : { lead: filled, problem: null };
    const errors: Problem[] = problem === null ? [] : [fromWhere(problem, given, name)];
    for (const field of requires) {
      if (lead[field] === undefined) {
        errors.push({
          field,
          code: 'FIELD_MISSING',
          message: lackText(name, field, warnings, stored),
        });
      }
    }
    return { lead, errors };
  };
}

/** The values that a warning says are left out. */
const LEFT_OUT: Readonly<Partial<Record<FieldName, Code>>> = {
  email: 'EMAIL_INVALID',
  budgetMin: 'BUDGET_UNPARSED',
  budgetMax: 'BUDGET_UNPARSED',
  apartmentTypes: 'APARTMENT_UNPARSED',
  contactedAt: 'DATE_INVALID',
  homeloanRequired: 'BOOL_UNPARSED',
  otpVerified: 'BOOL_UNPARSED',
  callVerified: 'BOOL_UNPARSED',
  broker: 'BOOL_UNPARSED',
};

/** What the target requires and the record lacks, also where it has a value that cannot be used. */
function lackText(target: string, field: FieldName, warnings: readonly Problem[], stored: boolean): string {
  const isLeftOut = warnings.some(({ code }) => code === LEFT_OUT[field]);
  const has = isLeftOut ? 'what this record has for it cannot be used' : 'this record has none';
  if (stored) {
    const own = mayBeShared(field) ? "Put it into the target's defaults, or correct" : 'Correct';
    return `Target "${target}" requires ${field}, and ${has}. ${own} it in the file and send that again.`;
  }
  const next = mayBeShared(field)
    ? `${isLeftOut ? 'Correct it' : 'Fill it in'}, or give it with --set ${field}=… or the target's defaults.`
    : `${isLeftOut ? 'Correct it' : 'Fill it in'}: each lead has its own.`;
  return `Target "${target}" requires ${field}, and ${has}. ${next}`;
}

/** A name that the record does not have is one of the target's defaults. */
function fromWhere(problem: Problem, given: Lead, target: string): Problem {
  const { field, code, message } = problem;
  if (field === null || field in given) return problem;
  return { field, code, message: `${message} It is the default ${field} of target "${target}".` };
}

function numbered(
  lead: Lead,
  sources: Sources | null,
  list: string,
): { readonly lead: Lead; readonly problem: Problem | null } {
  if (isSourceNumber(lead.sourceId) && isSourceNumber(lead.subSourceId)) return { lead, problem: null };
  const field = isSourceNumber(lead.sourceId) ? 'subSourceId' : 'sourceId';
  if (sources === null || !sources.ok) {
    const why = sources === null ? '' : `${sources.problem} `;
    return {
      lead,
      problem: {
        field,
        code: 'FIELD_MISSING',
        message: `"${lead[field]}" is a name, not a number, and could not be resolved: ${why}\`${list}\` lists the numbers.`,
      },
    };
  }
  const found = resolveSource(sources.entries, lead.sourceId, lead.subSourceId);
  if (!found.ok)
    return { lead, problem: { field: found.field, code: 'FIELD_MISSING', message: found.problem } };
  const { sourceId, subSourceId } = found;
  return {
    lead: {
      ...lead,
      ...(sourceId === undefined ? {} : { sourceId }),
      ...(subSourceId === undefined ? {} : { subSourceId }),
    },
    problem: null,
  };
}
