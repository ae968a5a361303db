// Steps as a JUnit report for CI servers.

export interface JunitStep {
  readonly name: string;
  /** `error`: it could not be tried. */
  readonly status: 'passed' | 'failed' | 'skipped' | 'error';
  readonly durationMs: number;
  readonly message: string;
}

const ELEMENTS = { failed: 'failure', skipped: 'skipped', error: 'error' } as const;

/**
 * @param properties of the whole; those that are null are left out
 * @returns an XML document with one test case a step
 */
export function junitXml(
  suite: string,
  steps: readonly JunitStep[],
  properties: Readonly<Record<string, string | null>> = {},
): string {
  const count = (status: JunitStep['status']) => steps.filter((step) => step.status === status).length;
  const seconds = (ms: number) => (ms / 1000).toFixed(3);
  const total = steps.reduce((sum, step) => sum + step.durationMs, 0);
  const cases = steps.map(({ name, status, durationMs, message }) => {
    const inner =
      status === 'passed'
        ? `<system-out>${attribute(message)}</system-out>`
        : `<${ELEMENTS[status]} message="${attribute(message)}"/>`;
    return `    <testcase classname="${attribute(suite)}" name="${attribute(name)}" time="${seconds(durationMs)}">${inner}</testcase>\n`;
  });
  const known = Object.entries(properties).flatMap(([name, value]) =>
    value === null ? [] : [`      <property name="${attribute(name)}" value="${attribute(value)}"/>\n`],
  );
  const about = known.length === 0 ? '' : `    <properties>\n${known.join('')}    </properties>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="${attribute(suite)}" tests="${steps.length}" failures="${count('failed')}" skipped="${count('skipped')}" errors="${count('error')}" time="${seconds(total)}">
${about}${cases.join('')}  </testsuite>
</testsuites>
`;
}

/** Text inside XML, without the characters that XML 1.0 does not allow. */
function attribute(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"\n\r\t]/g, (char) => `&#${char.charCodeAt(0)};`);
}
