// What answer rules have to keep beside their shape: statuses that there are, patterns that can be matched in linear time, an
// id where a lead is created.
import { isStatus } from './answers.ts';
import type { AnswerRule, Condition, Test, Where } from './declaration.ts';
import { compilePattern, PatternError } from './pattern.ts';
import type { Fault } from './schema.ts';

/** What is wrong with a rule that stands at this path. */
export function answerFaults(path: string, rule: AnswerRule): readonly Fault[] {
  const { verdict, id, message } = rule;
  const faults = [...conditionFaults(path, rule)];
  if (verdict === 'created' && id === undefined) {
    faults.push({ path, message: 'is missing its id: where the lead id is' });
  }
  if (id !== undefined && verdict !== 'created' && verdict !== 'duplicate') {
    faults.push({ path: `${path}.id`, message: 'is only for created and duplicate' });
  }
  if (id !== undefined) faults.push(...whereFaults(`${path}.id`, id));
  if (message !== undefined) faults.push(...whereFaults(`${path}.message`, message));
  return faults;
}

/** What is wrong with a condition that stands at this path. */
export function conditionFaults(path: string, condition: Condition): readonly Fault[] {
  const { status, header = {}, json = {}, body, says, not } = condition;
  const faults: Fault[] = [];
  const isEmpty = [status, body, says, not].every((one) => one === undefined);
  if (isEmpty && Object.keys({ ...header, ...json }).length === 0) {
    faults.push({
      path,
      message: 'holds for every answer; expected status, header, json, body, says or not',
    });
  }
  for (const one of status === undefined ? [] : isList(status) ? status : [status]) {
    if (!isStatus(one))
      faults.push({ path: `${path}.status`, message: 'expected a status such as 409, 2xx or 400-499' });
  }
  const texts = Object.entries(header).map(([name, test]) => [`header.${name}`, test] as const);
  for (const [name, test] of body === undefined ? texts : [...texts, ['body', body] as const]) {
    faults.push(...emptyFaults(`${path}.${name}`, test), ...testFaults(`${path}.${name}`, test));
  }
  for (const [name, test] of Object.entries(json)) faults.push(...testFaults(`${path}.json.${name}`, test));
  if (not !== undefined) faults.push(...conditionFaults(`${path}.not`, not));
  return faults;
}

/** A text is neither a list nor an object, so `[]` and `{}` would hold for none. */
function emptyFaults(path: string, test: Test): readonly Fault[] {
  if (typeof test !== 'object') return [];
  if (Object.keys(test).length === 0) {
    return [
      {
        path,
        message: `is compared with a text; expected a value, such as ${isList(test) ? '"[]"' : '"{}"'}`,
      },
    ];
  }
  if (isList(test)) return test.flatMap((one) => emptyFaults(path, one));
  return test.not === undefined ? [] : emptyFaults(`${path}.not`, test.not);
}

function testFaults(path: string, test: Test): readonly Fault[] {
  if (isList(test)) return test.flatMap((one) => testFaults(path, one));
  if (typeof test !== 'object') return [];
  return [
    ...(test.matches === undefined ? [] : patternFaults(`${path}.matches`, test.matches)),
    ...(test.not === undefined ? [] : testFaults(`${path}.not`, test.not)),
  ];
}

function whereFaults(path: string, where: Where): readonly Fault[] {
  return typeof where === 'object' && 'matches' in where && where.matches !== undefined
    ? patternFaults(`${path}.matches`, where.matches)
    : [];
}

function patternFaults(path: string, pattern: string): readonly Fault[] {
  try {
    compilePattern(pattern);
    return [];
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return [{ path, message: `the pattern ${error.message}` }];
  }
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
