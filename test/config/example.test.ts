// .leadpushrc.example is complete and right.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { COMMON, COMMON_KEYS } from '../../src/config/settings.ts';
import { PROVIDERS } from '../../src/providers/index.ts';
import { type Folder, makeFolder } from './folder.ts';

const example = readFileSync(new URL('../../.leadpushrc.example', import.meta.url), 'utf8');

/** The example in a folder of its own, its key file beside it. */
function withExample(text: string, run: (folder: Folder, path: string) => void): void {
  const folder = makeFolder();
  try {
    folder.put('project/anarock', 'k\n');
    run(folder, folder.put('project/.leadpushrc', text.replace('/run/secrets/anarock', './anarock'), 0o644));
  } finally {
    folder.remove();
  }
}

it('every target is right, with nothing but its variables', () => {
  const env = { ANAROCK_STAGING_KEY: 'k', PARAMANTRA_API_KEY: 'k', PARAMANTRA_APP: 'a' };
  withExample(example, (folder, path) => {
    const config = folder.load(env);
    expect(config).toMatchObject({ path, warnings: [], targetNames: ['greens-staging', 'greens', 'crm'] });
    for (const name of config.targetNames) {
      const { provider, settings, place } = config.target(name);
      PROVIDERS.find((kind) => kind.name === provider)?.bind(settings, place);
    }
  });
});

it('what is commented out is right, too, where the file is named', () => {
  const switchedOn = example.replace(/^ {2}# own-host:\n(?: {2}# {3}.*\n)+/m, (block) =>
    block.replaceAll('# ', ''),
  );
  expect(switchedOn).not.toBe(example);
  withExample(switchedOn, ({ home, cwd }, path) => {
    const where = { env: { OWN_HOST_KEY: 'k' }, cwd, home, platform: 'linux' } as const;
    expect(loadConfig(path, where, PROVIDERS).target('own-host').place).toEqual({
      baseUrl: 'https://leads.example.com',
      path: '/api/v0/my-channel/sync-lead',
    });
  });
});

it('shows every setting there is', () => {
  const keys = [
    ...['defaultTarget', 'region', 'timezone', 'ledger', 'columns', 'targets'],
    ...COMMON_KEYS,
    ...Object.keys(COMMON),
    ...PROVIDERS.flatMap(({ settings }) => settings.map(({ name }) => name)),
  ];
  expect(keys.filter((key) => !new RegExp(`^[ #]*${key}:`, 'm').test(example))).toEqual([]);
});
