// A country that a call or a configuration names and that there is not: said, with the one that may be meant. A phone without
// + would otherwise be read as one of another country.
import { expect, it } from 'vitest';
import { deskWithSandbox } from './desk-with-sandbox.ts';

const { desk, sandbox } = await deskWithSandbox();
desk.write('l.csv', 'Name,Phone\nAsha,9876500001\n');
const ONE = 'send --phone 9876500001 --to a --config c.yaml';
const FILE = 'send l.csv --to a --config c.yaml';
const COUNTRY = 'expected a country, such as India, IN or +91, found';

it.each<[string, string, string]>([
  [ONE, '--country Atlantis', `--country: ${COUNTRY} "Atlantis".`],
  [ONE, '--country Inda', `--country: ${COUNTRY} "Inda". Did you mean "India"?`],
  [ONE, '--country Amrica', `--country: ${COUNTRY} "Amrica". Did you mean "America"?`],
  [ONE, '--set country=Inda', `--set country: ${COUNTRY} "Inda". Did you mean "India"?`],
  [FILE, '--country Inda', `--country: ${COUNTRY} "Inda". Did you mean "India"?`],
  [`${FILE} --dry-run`, '--set country=Atlantis', `--set country: ${COUNTRY} "Atlantis".`],
  ['check l.csv', '--set country=Inda', `--set country: ${COUNTRY} "Inda". Did you mean "India"?`],
  [
    'check l.csv',
    '--region Inda',
    '--region: expected a country code of two letters such as IN, found "Inda". Did you mean "IN"?',
  ],
  [
    ONE,
    '--region UK',
    '--region: expected a country code of two letters such as IN, found "UK". Did you mean "GB"?',
  ],
  [ONE, '--region XY', '--region: expected a country code of two letters such as IN, found "XY".'],
])('%s %s is refused', async (call, option, message) => {
  const before = (await sandbox.leads()).length;
  const run = await desk.run([...call.split(' '), ...option.split(' ')]);
  expect(run).toMatchObject({ stdout: '', stderr: `leadpush: ${message}\n`, status: 2 });
  expect(await sandbox.leads()).toHaveLength(before);
});

it.each(['India', 'in', 'IND', '+971', '00971', 'U.A.E.', 'N/A', ''])(
  '--country "%s" is taken',
  async (given) => {
    const { status } = await desk.run([...ONE.split(' '), '--dry-run', '--country', given]);
    expect(status).toBe(0);
  },
);

it.each<[string, (config: string) => string, string]>([
  [
    'the default of a target',
    (config) => config.replace('campaignId: greens', 'campaignId: greens, country: Inda'),
    'targets.a.defaults.country: expected a country, such as India, IN or +91, did you mean "India"?',
  ],
  [
    'one that nothing is near',
    (config) => config.replace('campaignId: greens', 'campaignId: greens, country: Atlantis'),
    'targets.a.defaults.country: expected a country, such as India, IN or +91\n',
  ],
  [
    'the region',
    (config) => `region: Inda\n${config}`,
    'region: expected a country code of two letters such as IN, did you mean "IN"?',
  ],
])('a configuration: %s', async (_, change, message) => {
  const path = desk.write('wrong.yaml', change(sandbox.config));
  const { stderr, status } = await desk.run(['send', 'l.csv', '--to', 'a', '--config', path]);
  expect(stderr).toContain(`${path}: ${message}`);
  expect(status).toBe(2);
});
